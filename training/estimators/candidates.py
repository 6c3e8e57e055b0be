"""The members to try: linear, additive and boosted, as many as the data can bear."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from leadgate.arrays import Bools, Floats, Ints
from training.statistics.bins import bin_of, quantile_edges

# Prior deviations of one feature's effect on the log-odds, strongest shrinkage first. Each is a
# member of its own: where the world changes, only a strongly shrunken one may still rank rightly.
DEVIATIONS = {"strong": 0.1, "medium": 0.3, "weak": 1.0}
LINEAR, ADDITIVE, BOOSTED = "linear", "additive", "boosted"
MAX_PERIODS = 12
# With fewer of the rarer class, flexible members only add noise to the choice.
WEAK_FROM, TREES_FROM = 50, 150


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
