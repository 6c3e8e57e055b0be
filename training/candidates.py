"""The members to try: linear, additive and boosted, as many as the data can bear."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leadgate.model import AdditiveMember
from leadgate.model.blend import Member
from training.additive import fit_path
from training.boosting import Size, fit_boosted

Float = NDArray[np.float64]

# Prior deviations of one feature's effect on the log-odds, strongest shrinkage first.
DEVIATIONS = {"strong": 0.1, "medium": 0.3, "weak": 1.0}
KNOTS = {"linear": 2, "additive": 6}
SIZES = {
    "boosted small": Size(trees=80, leaves=7, rate=0.08, l2=20.0),
    "boosted medium": Size(trees=60, leaves=12, rate=0.08, l2=20.0),
}
MAX_PERIODS = 12
# With fewer of the rarer kind, flexible members only add noise to the choice. One size of trees is
# tried, so that a lead is explained quickly.
WEAK_FROM, SMALL_TREES_FROM, MEDIUM_TREES_FROM = 50, 150, 3000


@dataclass(frozen=True)
class Candidate:
    """One fitted member, its name and what the fit took."""

    name: str
    member: Member
    seconds: float


def fit_candidates(
    X: Float, y: Float, weight: Float, period: NDArray[np.int64], is_category: Sequence[bool],
    names: Sequence[str],
) -> list[Candidate]:  # fmt: skip
    """Fit the named members on one matrix, in the order of the names.

    Parameters
    ----------
    X
        Shape (n, p), NaN where missing; categories as codes.
    period
        Shape (n,), as `periods` returns it: the base rate of each is kept apart.
    names
        As `affordable` returns them.
    """
    rate = float(weight @ y / weight.sum())
    level = float(np.log(rate) - np.log1p(-rate))
    if X.shape[1] == 0:
        return [Candidate(name, AdditiveMember([], level), 0.0) for name in names]
    found: dict[str, Candidate] = {}
    effect = np.zeros(int(period.max()) + 1)
    for family, n_knots in KNOTS.items():
        wanted = [name for name in names if name.startswith(f"{family} ")]
        begin = time.perf_counter()
        strengths = [DEVIATIONS[name.split()[1]] for name in wanted]
        path = fit_path(X, y, weight, period, is_category, n_knots=n_knots, deviations=strengths)
        each = (time.perf_counter() - begin) / len(wanted)
        found |= {n: Candidate(n, f.member, each) for n, f in zip(wanted, path, strict=True)}
        effect = path[-1].period
    for name in names:
        if name in SIZES:
            begin = time.perf_counter()
            offset = level + effect[period]
            member = fit_boosted(X, y, weight, offset, is_category, SIZES[name])
            found[name] = Candidate(name, member, time.perf_counter() - begin)
    return [found[name] for name in names]


def periods(order: NDArray[np.int64], y: Float, mature: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Divide the time into up to twelve periods; shape (n,), codes 0, 1, ...

    Each has as many mature rows, and twenty of the rarer kind among them on average. Younger rows
    belong to the last one: alone they would show the outcomes that come early.
    """
    ripe = y[mature]
    count = int(np.clip(min((ripe == 1).sum(), (ripe == 0).sum()) // 20, 1, MAX_PERIODS))
    places = np.arange(1, count) / count
    edges = np.quantile(order[mature], places) if mature.any() else np.empty(0)
    return np.unique(np.searchsorted(edges, order, side="right"), return_inverse=True)[1]


def affordable(y: Float) -> list[str]:
    """Return the names of the members that so many wins and losses can bear."""
    rarer = min((y == 1).sum(), (y == 0).sum())
    strengths = list(DEVIATIONS)[: 2 if rarer < WEAK_FROM else 3]
    linear = [f"{family} {strength}" for family in KNOTS for strength in strengths]
    if rarer < SMALL_TREES_FROM:
        return linear
    return [*linear, "boosted small" if rarer < MEDIUM_TREES_FROM else "boosted medium"]


def alone(names: Sequence[str]) -> int:
    """Return the position of the member that stands alone where nothing can be compared."""
    return names.index("additive medium")
