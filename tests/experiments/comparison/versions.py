"""Two versions of a model that nobody trained: each predicts from one column of the leads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from scipy.special import expit

from features.feature_set import FeatureSet
from features.parsing.times import iso
from leadgate.arrays import Floats
from training.dataset.sample import Sample
from training.dataset.settings import Settings

SETTINGS = Settings((), (), 30.0, (0.0,))
CUT = pd.Timestamp("2025-09-01", tz="UTC")


@dataclass(frozen=True)
class Curve:
    """A model: a logistic curve over one column of the matrix."""

    place: int
    slope: float

    def readiness(self, X: Floats) -> Floats:
        return expit(self.slope * X[:, self.place] - 0.5)


@dataclass(frozen=True)
class Version:
    """The parts of a bundle that a comparison reads."""

    features: dict[str, Any]
    model: Curve
    meta: dict[str, Any]


def version_of(sample: Sample, slope: float, until: str | None, **meta: object) -> Version:
    """Return a version that predicts from `Size`, whose data ended at `until`."""
    chosen = FeatureSet(exclude=SETTINGS.exclude).fit(sample.history, sample.snapshots)
    held = {"settings": SETTINGS.to_dict(), "horizon_days": 30.0, "data_until": until, **meta}
    return Version(chosen.to_dict(), Curve(chosen.names_.index("Size"), slope), held)


def instant(at: int) -> str:
    """Return an instant of microseconds as a bundle holds it."""
    return str(iso(at))
