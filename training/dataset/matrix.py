"""The matrix of one cut of the history: features, labels and weights of its labelled snapshots."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from features.feature_set import FeatureSet
from leadgate.arrays import Floats, Ints, Positions
from training.dataset.even_sample import even_sample
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.estimators.candidates import periods

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
    evaluation_weight
        What they weigh in an evaluation; 0 where they are not mature.
    period
        See `training.estimators.candidates.periods`.
    """

    feature_set: FeatureSet
    X: Floats
    y: Floats
    weight: Floats
    evaluation_weight: Floats
    order: Ints
    period: Ints
    account: Ints

    @property
    def is_category(self) -> list[bool]:
        """Whether each column holds codes; shape (p,)."""
        return [feature.kind == "category" for feature in self.feature_set.features_]

    @property
    def outcomes(self) -> float:
        """How many leads there are of the rarer class."""
        return float(min(self.weight @ self.y, self.weight @ (1 - self.y)))

    def without(self, columns: Collection[str]) -> Matrix:
        """Return the same without some columns of the leads."""
        features = self.feature_set.without(columns)
        left = set(features.names_)
        stays = [feature.name in left for feature in self.feature_set.features_]
        return replace(self, feature_set=features, X=self.X[:, stays])

    def some(self, most: int) -> Matrix:
        """Return an even sample of at most so many rows."""
        if self.y.size <= most:
            return self
        return self.take(even_sample(np.arange(self.y.size), most))

    def take(self, rows: Positions) -> Matrix:
        """Return some of the rows."""
        arrays = ("X", "y", "weight", "evaluation_weight", "order", "period", "account")
        return replace(self, **{name: getattr(self, name)[rows] for name in arrays})


def labelled_matrix(sample: Sample, settings: Settings) -> Matrix | None:
    """Return the matrix of the labelled snapshots; None with fewer than five wins or losses."""
    use = sample.labels.weight > 0
    y, evaluation_weight = sample.labels.y[use], sample.labels.evaluation_weight[use]
    if min((y == 1).sum(), (y == 0).sum()) < MIN_TO_FIT:
        return None
    snapshots = sample.snapshots.take(use)
    features = settings.feature_set().fit(sample.history, snapshots)
    return Matrix(
        feature_set=features,
        X=features.matrix(sample.history, snapshots.lead, snapshots.as_of),
        y=y,
        weight=sample.labels.weight[use],
        evaluation_weight=evaluation_weight,
        order=snapshots.order,
        period=periods(snapshots.order, y, evaluation_weight > 0),
        account=sample.account[use],
    )
