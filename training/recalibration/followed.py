"""How the offset of a champion moves by what matured since it was trained."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from features.feature_set import FeatureSet
from features.parsing.times import iso
from features.tables import Tables
from leadgate.arrays import Positions
from leadgate.bundle.bundle import Bundle
from leadgate.errors import DataError, PromotionRefused
from leadgate.model.calibration import logit, sigmoid
from training.dataset.even_sample import even_sample
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.ensemble.following import Trajectory, follow
from training.ensemble.mature import MOST_ROWS
from training.ensemble.prequential import outcomes_of
from training.promotion.verdict import REFRESH
from training.recalibration.champion import TRAIN, Offset
from training.recalibration.moved import write_moved
from training.recalibration.since import Since

# Of the card: one section, however often it was done.
HEADING = "## Recalibrated"


@dataclass(frozen=True)
class Followed:
    """A champion, and how its offset moved by what matured since it was trained.

    `mean` is the mean readiness of what matured, by the champion; `until` the end of the data.
    """

    bundle: Bundle
    version: str
    offset: Offset
    trajectory: Trajectory
    matured: Since
    mean: float
    until: int

    @property
    def shift(self) -> float:
        """From the offset of the champion."""
        target = self.offset.intercept + self.trajectory.last
        return target - self.bundle.model.calibration.intercept

    @property
    def example(self) -> tuple[float, float]:
        """A readiness of the champion, the mean one, and what becomes of it."""
        return self.mean, float(sigmoid(logit(self.mean) + self.shift))

    @property
    def why(self) -> str:
        """What moved by how much, and by which outcomes."""
        before, after = self.matured.before, self.matured.after
        return (
            f"Champion version {self.version} with its base-rate offset moved by {self.shift:+.3f} "
            f"on the log-odds: a readiness of {self.mean:.1%} becomes "
            f"{self.example[1]:.1%}. Of {self.matured.leads:.0f} leads that matured "
            f"since it was trained {self.matured.wins:.0f} were won; the predicted-to-actual ratio "
            f"is {before.value:.2f} ({before.low:.2f} to {before.high:.2f}) as trained and "
            f"{after.value:.2f} now. {self.matured.check}"
        )

    def write(self, path: Path, sha256: str) -> Path:
        """Write the bundle with the moved offset.

        Parameters
        ----------
        sha256
            Of the data.
        """
        variance = float(self.trajectory.variance[-1])
        level = {
            **self.bundle.meta["level"],
            "shift": self.trajectory.last,
            "variance_now": variance,
            "matured_until": iso(self.until),
            "trained_version": self.offset.trained_version or self.version,
        }
        return write_moved(
            self.bundle,
            path,
            shift=self.shift,
            variance=variance - self.offset.variance,
            meta={
                "data_until": iso(self.until),
                "data_sha256": sha256,
                "verdict": REFRESH,
                "why": self.why,
                "level": level,
            },
            card=f"{self.bundle.card.partition(HEADING)[0].rstrip()}\n\n{HEADING}\n\n{self.why}\n",
        )


def follow_champion(bundle: Bundle, version: str, offset: Offset, tables: Tables) -> Followed:
    """Filter the offset of a champion over what matured since it was trained.

    Raises
    ------
    DataError
        ``nothing_matured``.
    PromotionRefused
        ``harm``, where following has raised the log loss since.
    """
    sample = Sample.of(tables.history(), Settings.from_dict(bundle.meta["settings"]))
    rows = _matured(sample, offset, version)
    at, model = sample.snapshots.take(rows), bundle.model
    X = FeatureSet.from_dict(bundle.features).matrix(sample.history, at.lead, at.as_of)
    log_odds = model.calibration.slope * model.log_odds(X) + offset.intercept
    outcomes = outcomes_of(sample, rows, log_odds)
    trajectory = follow(offset.walk, outcomes, offset.since)
    mean = float(outcomes.weight @ model.readiness(X) / outcomes.weight.sum())
    matured = Since.of(outcomes, trajectory)
    if objections := matured.objections():
        raise PromotionRefused(
            f"Champion version {version} keeps its offset: {'; '.join(objections)}.",
            code="harm",
            hint=TRAIN,
        )
    return Followed(bundle, version, offset, trajectory, matured, mean, sample.history.until)


def _matured(sample: Sample, offset: Offset, version: str) -> Positions:
    """Return the snapshots that matured since the training, if any did since the champion's end."""
    labels = sample.labels
    mature = labels.evaluation_weight > 0
    rows = np.flatnonzero(mature & (labels.matures_at > offset.since))
    if not rows.size or labels.matures_at[rows].max() <= offset.matured_until:
        later = labels.matures_at[labels.matures_at > sample.history.until]
        nxt = f" The next snapshot matures at {iso(int(later.min()))}." if later.size else ""
        raise DataError(
            f"Nothing has matured since {iso(offset.matured_until)}, the end of what champion "
            f"version {version} knows: the export ends at {iso(sample.history.until)}.{nxt}",
            code="nothing_matured",
            hint="Export again when there are newer outcomes, or read the store: --from-store",
        )
    return even_sample(rows, MOST_ROWS)
