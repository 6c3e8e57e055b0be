"""Whether a champion can be recalibrated, and on which export."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from features.feature_set import FeatureSet
from features.history.lead_history import LeadHistory
from features.parsing.times import parse_instant
from leadgate.bundle.bundle import Bundle
from leadgate.config import Config
from leadgate.errors import DataError, PromotionRefused
from training.ensemble.following import Walk

TRAIN = "Train again: leadgate train"
# Those that say what an outcome is, and when.
_OUTCOME_KEYS = ("lead_id", "created_at", "outcome", "won", "lost", "closed_at")


@dataclass(frozen=True)
class Offset:
    """The base-rate offset of a champion.

    Attributes
    ----------
    walk
        As it was trained.
    since
        The end of the data that it was trained on, microseconds UTC.
    matured_until
        The outcomes that had matured by then have moved it already.
    intercept
        As it was trained.
    variance
        Of the offset as it is now.
    trained_version
        The version that was trained; "" where it is the champion itself.
    """

    walk: Walk
    since: int
    matured_until: int
    intercept: float
    variance: float
    trained_version: str

    @classmethod
    def of(cls, bundle: Bundle, version: str) -> Offset:
        """Read the offset of a champion.

        Raises
        ------
        PromotionRefused
            ``no_signal``; ``no_dates``; ``does_not_pay``.
        """
        level: dict[str, Any] | None = bundle.meta.get("level")
        if not bundle.model.has_signal:
            raise PromotionRefused(
                f"Champion version {version} gives leads the base rate and separates none of them: "
                "there is no model to recalibrate.",
                code="no_signal",
                hint=TRAIN,
            )
        if level is None:
            raise PromotionRefused(
                f"Champion version {version} does not say how its base rate moves: its export had "
                "no dates of outcomes, or an earlier leadgate trained it.",
                code="no_dates",
                hint=f"{TRAIN} (with columns.created_at and columns.closed_at).",
            )
        if not level["follow"]:
            raise PromotionRefused(
                f"Champion version {version} is not to be recalibrated. {level['why']}",
                code="does_not_pay",
                hint=TRAIN,
            )
        since = _instant(level["since"])
        return cls(
            walk=Walk(level["variance"], level["step"]),
            since=since,
            matured_until=_instant(level.get("matured_until") or level["since"]),
            intercept=float(level["intercept"]),
            variance=float(level.get("variance_now", level["variance"])),
            trained_version=str(level.get("trained_version", "")),
        )


def check_export(bundle: Bundle, version: str, config: Config, history: LeadHistory) -> None:
    """Refuse an export that the champion was not made for.

    Raises
    ------
    DataError
        ``wrong_export``, naming the keys that changed and the columns that are not there.
    """
    then, now = bundle.meta["export"]["columns"], config.columns.model_dump()
    changed = [f"columns.{key}" for key in _OUTCOME_KEYS if then.get(key) != now.get(key)]
    features = FeatureSet.from_dict(bundle.features).features_
    read = {feature.source for feature in features if feature.of_attribute}
    gone = sorted(read - history.columns.keys() - history.changes.keys())
    faults = [f"{', '.join(changed)} changed since it was trained"] * bool(changed)
    faults += [f"the export has no column {', '.join(gone)}, which it reads"] * bool(gone)
    if not history.dated:
        faults.append("the export has no dates")
    if faults:
        raise DataError(
            f"Champion version {version} cannot be recalibrated on this export: "
            f"{'; '.join(faults)}.",
            code="wrong_export",
            hint="Use the configuration that it was trained with, or train again: leadgate train",
        )


def _instant(text: str) -> int:
    return parse_instant(text, field="level")
