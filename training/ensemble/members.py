"""The members of a blend, fitted on one cut of the history."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from features.feature_set import FeatureSet
from leadgate.arrays import Floats, Positions
from leadgate.model import AdditiveMember
from leadgate.model.blend import Member
from leadgate.model.calibration import logit
from training.dataset.matrix import Matrix
from training.dataset.sample import Sample
from training.ensemble.anchor import Anchor, anchor
from training.ensemble.mature import MOST_ROWS, enough_mature
from training.ensemble.stacking import evenly
from training.estimators.additive import fit_path
from training.estimators.boosting import fit_boosted
from training.estimators.candidates import ADDITIVE, BOOSTED, DEVIATIONS, LINEAR, families
from training.estimators.tuning import Tuning


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
    candidates = fit_candidates(data, names, tuning)
    low, high = column_ranges(data.X)
    rate = float(data.weight @ data.y / data.weight.sum())
    members = Members(data.feature_set, candidates, rate, low, high, len(data.y), None)
    return replace(members, anchor=_anchor(members, data.some(MOST_ROWS)))


def fit_candidates(data: Matrix, names: Sequence[str], tuning: Tuning) -> list[Candidate]:
    """Fit the named candidates on one matrix, in the order of the names."""
    smooth, offset = fit_smooth(data, names, tuning)
    return [*smooth, fit_trees(data, offset, tuning)] if BOOSTED in names else smooth


def fit_smooth(
    data: Matrix, names: Sequence[str], tuning: Tuning
) -> tuple[list[Candidate], Floats]:
    """Fit the linear and additive candidates among the names.

    The base rate of each period is kept apart.

    Returns
    -------
    members, offset
        In the order of the names, and the log-odds of each row's period, shape (n,).
    """
    weight = data.weight * tuning.recency(data.order)
    level = float(logit(float(weight @ data.y / weight.sum())))
    wanted = [name for name in names if name != BOOSTED]
    if data.X.shape[1] == 0:
        members = [Candidate(name, AdditiveMember([], level), 0.0) for name in wanted]
        return members, np.full(len(data.y), level)
    members = []
    effect = np.zeros(int(data.period.max()) + 1)
    for family, n_knots in ((LINEAR, 2), (ADDITIVE, tuning.knots)):
        named = [name for name in wanted if name.startswith(f"{family} ")]
        if not named:
            continue
        begin = time.perf_counter()
        path = fit_path(
            data.X, data.y, weight, data.period, data.is_category, n_knots=n_knots,
            deviations=[tuning.spread * DEVIATIONS[name.split()[1]] for name in named],
        )  # fmt: skip
        each = (time.perf_counter() - begin) / len(named)
        members += [Candidate(n, f.member, each) for n, f in zip(named, path, strict=True)]
        effect = path[-1].period
    return members, level + effect[data.period]


def fit_trees(data: Matrix, offset: Floats, tuning: Tuning) -> Candidate:
    """Fit the boosted candidate beside the log-odds of the periods, which it does not keep."""
    begin = time.perf_counter()
    weight, size = data.weight * tuning.recency(data.order), tuning.on(data.outcomes).size
    member = fit_boosted(data.X, data.y, weight, offset, data.is_category, size)
    return Candidate(BOOSTED, member, time.perf_counter() - begin)


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
