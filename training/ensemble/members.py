"""The members of a blend, fitted on one cut of the history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from features.feature_set import FeatureSet
from leadgate.arrays import Floats, Positions
from training.dataset.matrix import Matrix
from training.dataset.sample import Sample
from training.ensemble.anchor import Anchor, anchor
from training.ensemble.mature import MOST_ROWS, enough_mature
from training.ensemble.stacking import evenly
from training.estimators.candidates import Candidate, families, fit_candidates
from training.estimators.tuning import Tuning


@dataclass(frozen=True)
class Members:
    """Every candidate fitted on one cut of the history.

    `rate` is the base rate of the fit, `low` and `high` the 1st and 99th percentile of each column
    of its matrix. `anchor` is the level that a blend of them would have; None where too little is
    mature to show one.
    """

    feature_set: FeatureSet
    candidates: list[Candidate]
    rate: float
    low: Floats
    high: Floats
    rows: int
    anchor: Anchor | None

    @property
    def names(self) -> list[str]:
        """The names of the candidates."""
        return [candidate.name for candidate in self.candidates]

    def log_odds(self, sample: Sample, rows: Positions) -> Floats:
        """Return the log-odds by each member, shape (n, m)."""
        at = sample.snapshots.take(rows)
        return self.log_odds_of(self.feature_set.matrix(sample.history, at.lead, at.as_of))

    def log_odds_of(self, X: Floats) -> Floats:
        """Return the log-odds of the rows of a matrix by each member, shape (n, m)."""
        return np.column_stack([c.member.log_odds(X) for c in self.candidates])

    def only(self, keep: Sequence[int]) -> Members:
        """Return some of the members, by their positions."""
        some = self.anchor and replace(self.anchor, centre=self.anchor.centre[list(keep)])
        return replace(self, candidates=[self.candidates[i] for i in keep], anchor=some)


def fit_members(data: Matrix, names: Sequence[str], tuning: Tuning) -> Members:
    """Fit the candidates.

    Parameters
    ----------
    names
        The candidates (see `training.estimators.candidates.affordable`).
    """
    y, weight = data.y, data.weight
    candidates = fit_candidates(
        data.X, y, weight * tuning.recency(data.order), data.period, data.is_category, names,
        tuning.on(data.outcomes),
    )  # fmt: skip
    low, high = column_ranges(data.X)
    rate = float(weight @ y / weight.sum())
    members = Members(data.feature_set, candidates, rate, low, high, len(y), None)
    return replace(members, anchor=_anchor(members, data.some(MOST_ROWS)))


def _anchor(members: Members, data: Matrix) -> Anchor | None:
    seen = enough_mature(data)
    if seen is None:
        return None
    even = evenly(families(members.names))
    return anchor(seen, members.log_odds_of(data.X[seen.rows]), even)


def column_ranges(X: Floats) -> tuple[Floats, Floats]:
    """Return the 1st and 99th percentile of each column, 0 where it is empty; shape (p,) each."""
    low, high = np.zeros(X.shape[1]), np.zeros(X.shape[1])
    some = ~np.isnan(X).all(axis=0)
    if some.any():
        low[some], high[some] = np.nanquantile(X[:, some], [0.01, 0.99], axis=0)
    return low, high
