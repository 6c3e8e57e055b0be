"""Why a lead is decided on so, in words: the same for one lead and for many."""

from __future__ import annotations

import numpy as np

from leadgate.arrays import Bools, Floats, Ints, Texts
from leadgate.policy.pacing import BREAK_EVEN, CAPACITY, PACING
from leadgate.policy.policy import UPLIFT, Policy

NO_SIGNAL = "no signal: every lead goes to sales"
UNKNOWN = "too little is known to decide"
NOBODY = "nobody who takes its segment has capacity left this week"
IN_CONTROL = "control group: left to marketing at random, to measure what the gate brings"

_ADDS_TOO_LITTLE = "working it adds less than it costs"
_THRESHOLDS = {
    CAPACITY: "the capacity threshold",
    PACING: "the capacity threshold (raised: this week's handoffs run ahead)",
}
# Those of the fixed threshold.
_BOUNDS = (BREAK_EVEN, CAPACITY, UPLIFT)


def by_the_line(policy: Policy, bound: str) -> tuple[str, str, str]:
    """Return why a lead is held back, handed off, and handed off to explore, by what bounds it."""
    what = policy.rank_by if policy.by_uplift else "readiness"
    threshold = _THRESHOLDS.get(bound, "the break-even threshold")
    below = _ADDS_TOO_LITTLE if bound == UPLIFT else f"{what} is below {threshold}"
    return below, f"{what} reaches {threshold}", f"below {threshold}, handed off to explore"


def by_the_fixed_line(
    policy: Policy, line: Floats, uplift: Floats | None, above: Bools, explored: Bools
) -> Texts:
    """Return why many leads are decided on so by their fixed thresholds; each shape (n,)."""
    if not policy.signal:
        return np.full(line.size, NO_SIGNAL, dtype=object)
    bound = np.where(line == policy.capacity_line, _BOUNDS.index(CAPACITY), 0)
    if uplift is not None and not policy.by_uplift:
        bound[(bound == 0) & ~np.isnan(uplift)] = _BOUNDS.index(UPLIFT)
    words = np.array([by_the_line(policy, name) for name in _BOUNDS], dtype=object)
    case: Ints = np.where(above, 1, np.where(explored, 2, 0))
    return np.asarray(words[bound, case], dtype=object)


def by_rank(policy: Policy, n: int, able: Bools, chosen: Bools, uplift: Floats | None) -> Texts:
    """Return why many leads are or are not among the best `n` that pay; each shape (m,)."""
    what = policy.rank_by if policy.by_uplift else "readiness"
    words = np.array(
        [
            by_the_line(policy, BREAK_EVEN)[0],
            _ADDS_TOO_LITTLE,
            f"{what} is not among the best {n:,} of the file",
            f"{what} is among the best {n:,} of the file",
        ],
        dtype=object,
    )
    too_little = np.zeros(able.size, dtype=bool)
    if uplift is not None and not policy.by_uplift:
        too_little = ~np.isnan(uplift)
    return np.asarray(words[np.where(able, 2 + chosen, too_little)], dtype=object)
