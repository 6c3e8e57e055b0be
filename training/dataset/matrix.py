"""The matrix of one cut of the history: features, labels and weights of its labelled snapshots."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from features.feature_set import FeatureSet
from leadgate.arrays import Floats, Ints, Positions
from training.dataset.even_sample import even_sample
from training.dataset.sample import Sample
from training.dataset.settings import Settings

MIN_TO_FIT = 5


@dataclass(frozen=True)
class Matrix:
    """One cut of the history as a matrix; every array has length n.

    Attributes
    ----------
    X
        Shape (n, p), NaN where missing; categories as codes.
    weight
        The snapshots of one lead weigh 1 together, times the inverse probability of being known.
    part
        The account fold (`training.validation.account_folds`).
    """

    feature_set: FeatureSet
    X: Floats
    y: Floats
    weight: Floats
    part: Ints

    @property
    def is_category(self) -> list[bool]:
        """Whether each column holds codes; shape (p,)."""
        return [feature.kind == "category" for feature in self.feature_set.features_]

    @property
    def outcomes(self) -> float:
        """How many leads there are of the rarer class."""
        return float(min(self.weight @ self.y, self.weight @ (1 - self.y)))

    def others(self, part: int) -> Matrix:
        """Return the rows of all account folds but one."""
        return self.take(np.flatnonzero(self.part != part))

    @property
    def enough(self) -> bool:
        """Whether there are five wins and five losses at least to fit on."""
        return bool(min((self.y == 1).sum(), (self.y == 0).sum()) >= MIN_TO_FIT)

    def some(self, most: int) -> Matrix:
        """Return an even sample of at most so many rows."""
        if self.y.size <= most:
            return self
        return self.take(even_sample(np.arange(self.y.size), most))

    def take(self, rows: Positions) -> Matrix:
        """Return some of the rows."""
        arrays = ("X", "y", "weight", "part")
        return replace(self, **{name: getattr(self, name)[rows] for name in arrays})


def labelled_matrix(
    sample: Sample, settings: Settings, *, mature_only: bool = False
) -> Matrix | None:
    """Return the matrix of the labelled snapshots; None with fewer than five wins or losses.

    Parameters
    ----------
    mature_only
        Without the young ones, of which only outcomes that came early can be known.
    """
    labels = sample.labels
    use = labels.weight > 0
    weight = labels.weight
    if mature_only:
        use, weight = labels.evaluation_weight > 0, labels.evaluation_weight
    y = labels.y[use]
    if min((y == 1).sum(), (y == 0).sum()) < MIN_TO_FIT:
        return None
    snapshots = sample.snapshots.take(use)
    features = settings.feature_set().fit(sample.history, snapshots)
    return Matrix(
        feature_set=features,
        X=features.matrix(sample.history, snapshots.lead, snapshots.as_of),
        y=y,
        weight=weight[use],
        part=sample.part[use],
    )
