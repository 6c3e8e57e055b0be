"""Samples of the rows of forward folds, for what is fitted many times on them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from leadgate.arrays import Floats, Ints
from training.dataset.even_sample import even_sample
from training.dataset.matrix import Matrix
from training.dataset.sample import Sample
from training.ensemble.anchor import Anchor
from training.ensemble.forward import Fold
from training.ensemble.out_of_fold import OutOfFold
from training.estimators.candidates import families

# Of either; what suits so many suits more.
MOST_ROWS = 7_500


@dataclass(frozen=True)
class FoldSample:
    """Some of the rows that evaluate a fold, and of those known before its window.

    `matrix` is what a fit before the window sees. `X` has shape (n, p), with the features of
    `matrix` for its columns, NaN where missing; `y`, `weight` and `account` have length n.
    """

    matrix: Matrix
    X: Floats
    y: Floats
    weight: Floats
    account: Ints

    @classmethod
    def of(cls, sample: Sample, fold: Fold) -> FoldSample:
        """Return an even sample of the rows of a fold, all where they are few."""
        rows = even_sample(sample.evaluated(fold.window), MOST_ROWS)
        at, before = sample.snapshots.take(rows), fold.matrix.some(MOST_ROWS)
        return cls(
            before,
            before.feature_set.matrix(sample.history, at.lead, at.as_of),
            sample.labels.y[rows],
            sample.evaluation_weight(fold.window, rows),
            sample.account[rows],
        )

    def columns(self) -> dict[str, int]:
        """Return the position of each column of the export in the matrix."""
        features = self.matrix.feature_set.features_
        return {f.source: j for j, f in enumerate(features) if f.scope == "column"}

    def shuffled(self, name: str) -> FoldSample:
        """Return the same with the values of a column shuffled among the leads."""
        if name not in self.columns():
            return self
        X, j = self.X.copy(), self.columns()[name]
        X[:, j] = np.random.default_rng(0).permutation(X[:, j])
        return replace(self, X=X)

    def without(self, names: Collection[str]) -> FoldSample:
        """Return the same without some columns."""
        gone = [self.columns()[name] for name in names if name in self.columns()]
        return replace(self, matrix=self.matrix.without(names), X=np.delete(self.X, gone, axis=1))


def fold_samples(sample: Sample, folds: Sequence[Fold]) -> list[FoldSample]:
    """Return a sample of each fold that any row evaluates, oldest first."""
    samples = (FoldSample.of(sample, fold) for fold in folds)
    return [fold for fold in samples if fold.y.size]


def evaluation_rows(
    folds: Sequence[FoldSample],
    log_odds: Sequence[Floats],
    names: Sequence[str],
    anchors: Sequence[Anchor | None] = (),
) -> OutOfFold:
    """Join the evaluation rows of folds with their log-odds by each member.

    Parameters
    ----------
    log_odds
        Of each fold, shape (n, m).
    names
        Of the m members.
    anchors
        The base-rate offset that would have shipped before each fold.
    """
    y, weight, account = (
        np.concatenate([getattr(fold, part) for fold in folds])
        for part in ("y", "weight", "account")
    )
    code = np.repeat(np.arange(len(folds)), [fold.y.size for fold in folds])
    return OutOfFold(
        np.concatenate(log_odds), families(names), y, weight, code, account,
        rows=np.arange(y.size), anchors=tuple(anchors),
    )  # fmt: skip
