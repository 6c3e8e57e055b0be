"""A forward window as a matrix: what was known before it, and what judges it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from leadgate.arrays import Floats, Ints
from training.dataset.even_sample import even_sample
from training.dataset.matrix import Matrix
from training.dataset.sample import Sample
from training.ensemble.forward import Fold

# Of either; what suits so many suits more.
MOST_ROWS = 7_500


@dataclass(frozen=True)
class ForwardWindow:
    """Some of the rows that judge a window, and of those known before it.

    `matrix` is what a fit before the window sees. `X` has shape (n, p), with the features of
    `matrix` for its columns, NaN where missing; `y`, `weight` and `account` have length n.
    """

    matrix: Matrix
    X: Floats
    y: Floats
    weight: Floats
    account: Ints

    @classmethod
    def of(cls, sample: Sample, fold: Fold) -> Self:
        """Return a window, an even sample of its rows where there are many."""
        rows = even_sample(sample.evaluated(fold.span), MOST_ROWS)
        at, before = sample.snapshots.take(rows), fold.matrix.some(MOST_ROWS)
        return cls(
            before,
            before.feature_set.matrix(sample.history, at.lead, at.as_of),
            sample.labels.y[rows],
            sample.evaluation_weight(fold.span, rows),
            sample.account[rows],
        )

    def columns(self) -> dict[str, int]:
        """Return where each column of the export lies in the matrix."""
        features = self.matrix.feature_set.features_
        return {f.source: j for j, f in enumerate(features) if f.scope == "column"}

    def shuffled(self, name: str) -> ForwardWindow:
        """Return the window with the values of a column among other leads."""
        if name not in self.columns():
            return self
        X, j = self.X.copy(), self.columns()[name]
        X[:, j] = np.random.default_rng(0).permutation(X[:, j])
        return replace(self, X=X)

    def without(self, names: Collection[str]) -> ForwardWindow:
        """Return the window without some columns."""
        gone = [self.columns()[name] for name in names if name in self.columns()]
        return replace(self, matrix=self.matrix.without(names), X=np.delete(self.X, gone, axis=1))
