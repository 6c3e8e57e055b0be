"""The members of a blend, fitted on one cut of the history."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from features.feature_set import FeatureSet
from leadgate.arrays import Floats, Positions
from leadgate.model import AdditiveMember, Blend, Contrast
from leadgate.model.blend import Member
from leadgate.model.calibration import logit
from training.dataset.matrix import Matrix
from training.dataset.sample import Sample
from training.estimators.additive import count_coefficients, fit_additive, fit_arms
from training.estimators.boosting import fit_boosted, fit_boosted_arms
from training.estimators.candidates import (
    DEVIATIONS,
    MEMBERS,
    N_KNOTS,
    member_names,
    tree_size,
)

# An account fold may hold no win of one arm.
_LEAST_RATE = 1e-3


@dataclass(frozen=True)
class Candidate:
    """One fitted member, its name and what the fit took.

    With two arms the member is of the worked arm, and `contrast` is what changes in its log-odds
    for a lead left to marketing.
    """

    name: str
    member: Member
    seconds: float
    contrast: Contrast | None = None


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

    @property
    def has_arms(self) -> bool:
        """Whether they were fitted on leads left to marketing as well."""
        return any(candidate.contrast is not None for candidate in self.candidates)

    def contrast(self, share: Floats) -> Contrast:
        """Return what changes in a blend of the members for a lead left to marketing.

        Parameters
        ----------
        share
            Shape (m,), of each member in the blend.
        """
        pairs = zip(self.candidates, share, strict=True)
        parts = [(c.contrast, float(w)) for c, w in pairs if w > 0 and c.contrast is not None]
        unworked = _joined([(contrast.unworked, weight) for contrast, weight in parts])
        worked = _joined([(contrast.worked, weight) for contrast, weight in parts])
        return Contrast(unworked, worked)


def recipe(data: Matrix) -> tuple[str, ...]:
    """Return the names of the members that a matrix holds enough for."""
    return member_names(data.outcomes, count_coefficients(data.X, data.is_category, N_KNOTS))


def fit_members(data: Matrix, names: Sequence[str] = MEMBERS) -> Members:
    """Fit the members of the recipe on one matrix.

    Parameters
    ----------
    names
        Of the members; left out: those that every set has.
    """
    low, high = column_ranges(data.X)
    rate = data.rate
    if data.X.shape[1] == 0:
        constant = AdditiveMember([], float(logit(rate)))
        fitted = [Candidate(name, constant, 0.0) for name in names]
    else:
        fitted = [
            _additive(data, name) if name in DEVIATIONS else _boosted(data, name, rate)
            for name in names
        ]
    return Members(data.feature_set, fitted, rate, low, high, int(data.worked.sum()))


def _joined(parts: Sequence[tuple[Blend, float]]) -> Blend:
    """Return a weighted sum of blends as one."""
    members = [member for blend, _ in parts for member in blend.members]
    weights = [share * weight for blend, share in parts for weight in blend.weights]
    return Blend(members, weights, sum(share * blend.intercept for blend, share in parts))


def _additive(data: Matrix, name: str) -> Candidate:
    begin, contrast, deviation = time.perf_counter(), None, DEVIATIONS[name]
    if data.unworked is None:
        member = fit_additive(
            data.X, data.y, data.weight, data.is_category, n_knots=N_KNOTS, deviation=deviation
        )
    else:
        member, shift = fit_arms(
            data.X, data.y, data.weight, data.unworked, data.is_category,
            n_knots=N_KNOTS, deviation=deviation,
        )  # fmt: skip
        contrast = Contrast(Blend([], [], shift), Blend([], []))
    return Candidate(name, member, time.perf_counter() - begin, contrast)


def _boosted(data: Matrix, name: str, rate: float) -> Candidate:
    begin = time.perf_counter()
    offset, size = np.full(data.y.size, logit(rate)), tree_size(name, data.outcomes)
    contrast = None
    if data.unworked is None:
        member = fit_boosted(data.X, data.y, data.weight, offset, data.is_category, size)
    else:
        offset[data.unworked] = logit(np.clip(data.rate_unworked, _LEAST_RATE, 1 - _LEAST_RATE))
        member, contrast = fit_boosted_arms(
            data.X, data.y, data.weight, offset, data.unworked, data.is_category, size
        )
    return Candidate(name, member, time.perf_counter() - begin, contrast)


def column_ranges(X: Floats) -> tuple[Floats, Floats]:
    """Return the 1st and 99th percentile of each column, 0 where it is empty; shape (p,) each."""
    low, high = np.zeros(X.shape[1]), np.zeros(X.shape[1])
    some = ~np.isnan(X).all(axis=0)
    if some.any():
        low[some], high[some] = np.nanquantile(X[:, some], [0.01, 0.99], axis=0)
    return low, high
