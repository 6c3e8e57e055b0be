"""The members of a blend, fitted on one cut of the history."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from features.feature_set import FeatureSet
from leadgate.arrays import Floats, Positions
from leadgate.model import AdditiveMember
from leadgate.model.blend import Member
from leadgate.model.calibration import logit
from training.dataset.matrix import Matrix
from training.dataset.sample import Sample
from training.estimators.additive import fit_path
from training.estimators.boosting import fit_boosted
from training.estimators.candidates import DEVIATIONS, N_KNOTS, tree_size


@dataclass(frozen=True)
class Candidate:
    """One fitted member, its name and what the fit took."""

    name: str
    member: Member
    seconds: float


@dataclass(frozen=True)
class Members:
    """Every candidate fitted on one cut of the history.

    `rate` is the base rate of the fit, `low` and `high` the 1st and 99th percentile of each column
    of its matrix.
    """

    feature_set: FeatureSet
    candidates: list[Candidate]
    rate: float
    low: Floats
    high: Floats
    rows: int

    @property
    def names(self) -> list[str]:
        """The names of the candidates."""
        return [candidate.name for candidate in self.candidates]

    def log_odds(self, sample: Sample, rows: Positions) -> Floats:
        """Return the log-odds by each member, shape (n, m)."""
        return self.log_odds_of(self.matrix(sample, rows))

    def matrix(self, sample: Sample, rows: Positions) -> Floats:
        """Return the features of some snapshots of a sample; shape (n, p)."""
        at = sample.snapshots.take(rows)
        return self.feature_set.matrix(sample.history, at.lead, at.as_of)

    def log_odds_of(self, X: Floats) -> Floats:
        """Return the log-odds of the rows of a matrix by each member, shape (n, m)."""
        return np.column_stack([c.member.log_odds(X) for c in self.candidates])


def fit_members(data: Matrix, names: Sequence[str]) -> Members:
    """Fit the members of the recipe on one matrix.

    Parameters
    ----------
    names
        See `training.estimators.candidates.member_names`.
    """
    low, high = column_ranges(data.X)
    rate = float(data.weight @ data.y / data.weight.sum())
    if data.X.shape[1] == 0:
        constant = AdditiveMember([], float(logit(rate)))
        fitted = [Candidate(name, constant, 0.0) for name in names]
    else:
        trees = [name for name in names if name not in DEVIATIONS]
        fitted = [*_additive(data, names), *(_boosted(data, name, rate) for name in trees)]
    return Members(data.feature_set, fitted, rate, low, high, data.y.size)


def _additive(data: Matrix, names: Sequence[str]) -> list[Candidate]:
    named = [name for name in names if name in DEVIATIONS]
    if not named:
        return []
    begin = time.perf_counter()
    path = fit_path(
        data.X, data.y, data.weight, data.is_category,
        n_knots=N_KNOTS, deviations=[DEVIATIONS[name] for name in named],
    )  # fmt: skip
    each = (time.perf_counter() - begin) / len(named)
    return [Candidate(name, member, each) for name, member in zip(named, path, strict=True)]


def _boosted(data: Matrix, name: str, rate: float) -> Candidate:
    begin = time.perf_counter()
    offset, size = np.full(data.y.size, logit(rate)), tree_size(name, data.outcomes)
    member = fit_boosted(data.X, data.y, data.weight, offset, data.is_category, size)
    return Candidate(name, member, time.perf_counter() - begin)


def column_ranges(X: Floats) -> tuple[Floats, Floats]:
    """Return the 1st and 99th percentile of each column, 0 where it is empty; shape (p,) each."""
    low, high = np.zeros(X.shape[1]), np.zeros(X.shape[1])
    some = ~np.isnan(X).all(axis=0)
    if some.any():
        low[some], high[some] = np.nanquantile(X[:, some], [0.01, 0.99], axis=0)
    return low, high
