"""The members to try: linear, additive and boosted, as many as the data can bear."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from leadgate.arrays import Bools, Floats, Ints
from leadgate.model import AdditiveMember
from leadgate.model.blend import Member
from leadgate.model.calibration import logit
from training.estimators.additive import fit_path
from training.estimators.boosting import fit_boosted
from training.estimators.tuning import Tuning
from training.statistics.bins import bin_of, quantile_edges

# Prior deviations of one feature's effect on the log-odds, strongest shrinkage first. Each is a
# member of its own: where the world changes, only a strongly shrunken one may still rank rightly.
DEVIATIONS = {"strong": 0.1, "medium": 0.3, "weak": 1.0}
LINEAR, ADDITIVE, BOOSTED = "linear", "additive", "boosted"
MAX_PERIODS = 12
# With fewer of the rarer class, flexible members only add noise to the choice.
WEAK_FROM, TREES_FROM = 50, 150


@dataclass(frozen=True)
class Candidate:
    """One fitted member, its name and what the fit took."""

    name: str
    member: Member
    seconds: float


def fit_candidates(
    X: Floats, y: Floats, weight: Floats, period: Ints, is_category: Sequence[bool],
    names: Sequence[str], tuning: Tuning,
) -> list[Candidate]:  # fmt: skip
    """Fit the named members on one matrix, in the order of the names.

    Parameters
    ----------
    X
        Shape (n, p), NaN where missing; categories as codes.
    y
        Shape (n,), 1 won, 0 not.
    weight
        Shape (n,), with the recency that `tuning` asks for.
    period
        Shape (n,), as `periods` returns it: the base rate of each is kept apart.
    names
        As `affordable` returns them.
    """
    smooth, offset = fit_smooth(X, y, weight, period, is_category, names, tuning)
    if BOOSTED not in names:
        return smooth
    return [*smooth, fit_trees(X, y, weight, offset, is_category, tuning)]


def fit_smooth(
    X: Floats, y: Floats, weight: Floats, period: Ints, is_category: Sequence[bool],
    names: Sequence[str], tuning: Tuning,
) -> tuple[list[Candidate], Floats]:  # fmt: skip
    """Fit the linear and additive members among the names.

    Returns
    -------
    members, offset
        In the order of the names, and the log-odds of each row's period, shape (n,).
    """
    rate = float(weight @ y / weight.sum())
    level = float(logit(rate))
    wanted = [name for name in names if name != BOOSTED]
    if X.shape[1] == 0:
        members = [Candidate(name, AdditiveMember([], level), 0.0) for name in wanted]
        return members, np.full(len(y), level)
    members = []
    effect = np.zeros(int(period.max()) + 1)
    for family, n_knots in ((LINEAR, 2), (ADDITIVE, tuning.knots)):
        named = [name for name in wanted if name.startswith(f"{family} ")]
        if not named:
            continue
        begin = time.perf_counter()
        strengths = [tuning.spread * DEVIATIONS[name.split()[1]] for name in named]
        path = fit_path(X, y, weight, period, is_category, n_knots=n_knots, deviations=strengths)
        each = (time.perf_counter() - begin) / len(named)
        members += [Candidate(n, f.member, each) for n, f in zip(named, path, strict=True)]
        effect = path[-1].period
    return members, level + effect[period]


def fit_trees(
    X: Floats,
    y: Floats,
    weight: Floats,
    offset: Floats,
    is_category: Sequence[bool],
    tuning: Tuning,
) -> Candidate:
    """Fit the boosted member beside the log-odds of the periods, which it does not keep."""
    begin = time.perf_counter()
    member = fit_boosted(X, y, weight, offset, is_category, tuning.size)
    return Candidate(BOOSTED, member, time.perf_counter() - begin)


def periods(order: Ints, y: Floats, mature: Bools) -> Ints:
    """Divide the time into up to twelve periods; shape (n,), codes 0, 1, ...

    Each has as many mature rows, and twenty of the rarer class among them on average. Younger rows
    belong to the last one: alone they would show the outcomes that come early.
    """
    won, lost = (mature & (y == label) for label in (1, 0))
    count = int(np.clip(min(won.sum(), lost.sum()) // 20, 1, MAX_PERIODS))
    place = bin_of(order, quantile_edges(order[mature], count))
    return np.unique(place, return_inverse=True)[1]


def affordable(y: Floats) -> list[str]:
    """Return the names of the members that so many wins and losses can bear."""
    rarer = min((y == 1).sum(), (y == 0).sum())
    strengths = list(DEVIATIONS)[: 2 if rarer < WEAK_FROM else 3]
    smooth = [f"{family} {strength}" for family in (LINEAR, ADDITIVE) for strength in strengths]
    return smooth if rarer < TREES_FROM else [*smooth, BOOSTED]


def families(names: Sequence[str]) -> Ints:
    """Return the code of each member's family: linear, additive or boosted; shape (m,)."""
    first = [name.split()[0] for name in names]
    return np.unique(first, return_inverse=True)[1]


def alone(names: Sequence[str]) -> int:
    """Return the position of the member that stands alone where nothing can be compared."""
    return names.index(f"{ADDITIVE} medium")
