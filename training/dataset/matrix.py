"""The matrix of one cut of the history: features, labels and weights of its labelled snapshots."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from features.feature_set import FeatureSet
from features.history.snapshots import Snapshots
from leadgate.arrays import Bools, Floats, Ints, Positions
from training.dataset.even_sample import even_sample
from training.dataset.labels import Labels
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
    unworked
        Which rows are of leads left to marketing, the last ones; None where it is not known.
    """

    feature_set: FeatureSet
    X: Floats
    y: Floats
    weight: Floats
    part: Ints
    unworked: Bools | None = None

    @property
    def is_category(self) -> list[bool]:
        """Whether each column holds codes; shape (p,)."""
        return [feature.kind == "category" for feature in self.feature_set.features_]

    @property
    def outcomes(self) -> float:
        """How many leads there are of the rarer class, of those that sales worked."""
        y, weight = self.y[self.worked], self.weight[self.worked]
        return float(min(weight @ y, weight @ (1 - y)))

    @property
    def worked(self) -> Bools:
        """Which rows are of leads that sales worked; shape (n,)."""
        return np.ones(self.y.size, dtype=bool) if self.unworked is None else ~self.unworked

    @property
    def rate(self) -> float:
        """The base rate of the leads that sales worked."""
        return _mean(self.y, self.weight, self.worked)

    @property
    def rate_unworked(self) -> float:
        """The base rate of the leads left to marketing."""
        return _mean(self.y, self.weight, ~self.worked)

    def of_worked(self) -> Matrix:
        """Return the rows of leads that sales worked, as a matrix of one arm."""
        return replace(self.take(np.flatnonzero(self.worked)), unworked=None)

    def others(self, part: int) -> Matrix:
        """Return the rows of all account folds but one."""
        return self.take(np.flatnonzero(self.part != part))

    @property
    def enough(self) -> bool:
        """Whether there are five wins and five losses at least to fit on."""
        y = self.y[self.worked]
        return bool(min((y == 1).sum(), (y == 0).sum()) >= MIN_TO_FIT)

    def some(self, most: int) -> Matrix:
        """Return an even sample of at most so many rows."""
        if self.y.size <= most:
            return self
        return self.take(even_sample(np.arange(self.y.size), most))

    def take(self, rows: Positions) -> Matrix:
        """Return some of the rows."""
        arrays = ("X", "y", "weight", "part", *(["unworked"] if self.unworked is not None else []))
        return replace(self, **{name: getattr(self, name)[rows] for name in arrays})


def labelled_matrix(
    sample: Sample, settings: Settings, *, mature_only: bool = False
) -> Matrix | None:
    """Return the matrix of the labelled snapshots; None with fewer than five wins or losses.

    Where both arms are known it also holds the leads left to marketing, as its last rows.

    Parameters
    ----------
    mature_only
        Without the young ones, of which only outcomes that came early can be known.
    """
    rows = _Rows.of(sample.snapshots, sample.labels, sample.part, mature_only=mature_only)
    if rows.fewest < MIN_TO_FIT:
        return None
    unworked = None
    if not sample.unworked.refused:
        other = sample.unworked
        more = _Rows.of(other.snapshots, other.labels, other.part, mature_only=mature_only)
        if more.fewest >= MIN_TO_FIT:
            unworked = np.repeat([False, True], [rows.y.size, more.y.size])
            rows = rows.beside(more)
    features = settings.feature_set().fit(sample.history, rows.snapshots)
    return Matrix(
        feature_set=features,
        X=features.matrix(sample.history, rows.snapshots.lead, rows.snapshots.as_of),
        y=rows.y,
        weight=rows.weight,
        part=rows.part,
        unworked=unworked,
    )


@dataclass(frozen=True)
class _Rows:
    """The labelled snapshots of one arm, or of both; every array has length n."""

    snapshots: Snapshots
    y: Floats
    weight: Floats
    part: Ints

    @classmethod
    def of(cls, snapshots: Snapshots, labels: Labels, part: Ints, *, mature_only: bool) -> _Rows:
        """Take those that weigh something."""
        weight = labels.evaluation_weight if mature_only else labels.weight
        use = weight > 0
        return cls(snapshots.take(use), labels.y[use], weight[use], part[use])

    @property
    def fewest(self) -> int:
        """How many rows there are of the rarer class."""
        return int(min((self.y == 1).sum(), (self.y == 0).sum()))

    def beside(self, others: _Rows) -> _Rows:
        """Return these rows and then the others."""
        return _Rows(
            self.snapshots.beside(others.snapshots),
            np.concatenate([self.y, others.y]),
            np.concatenate([self.weight, others.weight]),
            np.concatenate([self.part, others.part]),
        )


def _mean(y: Floats, weight: Floats, rows: Bools) -> float:
    return float(weight[rows] @ y[rows] / weight[rows].sum())
