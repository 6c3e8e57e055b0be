"""Whether the past reads as it did: the champion looks again at what it saw when it was trained.

Next week's export holds the same leads at the same instants. A column that came back empty, in
another unit, under other names or with the values of other leads, a type of activity that is gone,
outcomes that changed places: a refit adapts itself to all of it, and the new export alone shows
none of it. The champion's own fit, which adapts itself to nothing, reads the difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from features.feature_set import FeatureSet
from features.history.lead_history import LeadHistory
from features.parsing.times import NAT
from leadgate.bundle.bundle import Bundle
from leadgate.jsonfile import json_values
from training.dataset.sample import Sample
from training.ensemble.fitted import Fitted
from training.packaging.drift import Shift, drift
from training.packaging.reference import values, waiting
from training.promotion.champion import Champion, end_of_data
from training.promotion.compare import readiness
from training.statistics.metrics import losses
from training.validation.windows import Window

SHOWN = 3
# Share of the loss: an untouched past gives the same figure (docs/decisions/0057).
SAME_LOSS = 0.002


@dataclass(frozen=True)
class Look:
    """What a fit found in a window: the snapshots evaluated there, and their mean log loss.

    Without weights: those of censoring are estimated anew with each export.
    """

    snapshots: int
    log_loss: float

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as JSON values."""
        return dict(json_values(self))


@dataclass(frozen=True)
class Past:
    """What the champion saw when it was trained, and sees now at the same place.

    Attributes
    ----------
    then, now
        In its test window. `then` is None where that was not written down or its fit is gone:
        nothing was looked at. `now` is None where nothing is evaluated there any more.
    columns
        Features of the leads that waited at the end of its data that are distributed otherwise
        now, the farthest first.
    ends_before
        Whether the export ends before the champion's did.
    """

    then: Look | None = None
    now: Look | None = None
    columns: Sequence[Shift] = field(default_factory=tuple)
    ends_before: bool = False

    @property
    def changed(self) -> str:
        """What reads otherwise, as part of a sentence; "" where nothing does."""
        return "; ".join([*self._of_end(), *self._of_columns(), *self._of_loss()])

    def _of_end(self) -> list[str]:
        return ["the export ends before the champion's did"] * self.ends_before

    def _of_columns(self) -> list[str]:
        if not self.columns:
            return []
        named = ", ".join(f"{s.name} (PSI {s.psi:.2f})" for s in self.columns[:SHOWN])
        more = len(self.columns) - SHOWN
        return [
            "of the leads that waited when the champion was trained, values are others now: "
            f"{named}{f' and {more} more' if more > 0 else ''}"
        ]

    def _of_loss(self) -> list[str]:
        then, now = self.then, self.now
        if then is None or (now is not None and _same(then, now)):
            return []
        newly = "nothing is evaluated there now"
        if now is not None:
            newly = f"it is {now.log_loss:.4f} over {now.snapshots} now"
        return [
            f"in the champion's test window its log loss was {then.log_loss:.4f} over "
            f"{then.snapshots} snapshots, and {newly}"
        ]


def look(source: Bundle | Fitted, sample: Sample, window: Window) -> Look | None:
    """Return what a fit finds in a window; None where nothing is evaluated there."""
    evaluated = window.holds(sample.snapshots.order) & (sample.labels.evaluation_weight > 0)
    rows = np.flatnonzero(evaluated)
    if not rows.size:
        return None
    loss = losses(sample.labels.y[rows], readiness(source, sample, rows))
    return Look(rows.size, float(loss.mean()))


def past(champion: Champion, sample: Sample) -> Past:
    """Let the champion look again at its own past, in the export of a challenger."""
    bundle, written = champion.evaluated(), champion.evidence.get("look")
    if bundle is None or not written or not bundle.meta.get("test_window"):
        return Past()
    history, end = sample.history, end_of_data(bundle)
    dated = history.dated and end != NAT
    now = look(bundle, sample, Window(*bundle.meta["test_window"]))
    columns = _moved(bundle, history, end) if dated else []
    return Past(Look(**written), now, columns, dated and history.until < end)


def _same(then: Look, now: Look) -> bool:
    return abs(now.log_loss - then.log_loss) <= SAME_LOSS * then.log_loss


def _moved(bundle: Bundle, history: LeadHistory, end: int) -> list[Shift]:
    """Return the features that alarm among the leads that waited at an instant.

    Read at the same instant, no lead has moved on: what differs is what the export says.
    """
    worked = np.where(history.first_worked > end, NAT, history.first_worked)
    at = waiting(replace(history, until=end, first_worked=worked), NAT)
    at = at.take(at.as_of <= end)
    features = FeatureSet.from_dict(bundle.features)
    accounts = int(np.unique(history.accounts[at.lead]).size)
    seen = drift(bundle.reference, values(features, bundle.model, history, at), accounts)
    return [] if seen is None else [shift for shift in seen.columns if shift.alarming]
