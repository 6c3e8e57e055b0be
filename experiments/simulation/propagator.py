"""Matrix exponentials of many small generators, applied to many row vectors at once."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln, xlogy

from experiments.simulation.law import STAGES, WON, Law
from leadgate.arrays import Floats, Ints


class Propagator:
    """Row vectors times ``expm(generator * days)`` by uniformization.

    A chain with generator Q jumps at most at the times of one Poisson process of rate
    ``max |Q_ii|``, so the exponential is a Poisson mixture of powers of a substochastic matrix:
    a sum of terms of one sign, exact to rounding for any generator (eigenvectors are not: they
    fail where two stages are left at equal rates).

    Parameters
    ----------
    generators
        Generator matrices, possibly with killing, of any leading shape, (..., k, k); they are
        numbered in flattened order.

    References
    ----------
    Grassmann, Transient solutions in Markovian queueing systems, Computers & Operations Research
    4 (1977).
    """

    def __init__(self, generators: Floats) -> None:
        size = generators.shape[-1]
        flat = generators.reshape(-1, size, size)
        self._rate = float(np.abs(flat).max())
        self._jump = np.eye(size) + flat / self._rate

    def __call__(self, rows: Floats, number: Ints, days: Floats) -> Floats:
        """Return ``rows[i] @ expm(generators[number[i]] * days[i])``: (n, k)."""
        load = self._rate * days
        # Beyond so many jumps the Poisson tail is below 1e-15.
        needed = load + 9 * np.sqrt(load) + 25
        order = np.argsort(-needed)
        rows, jump, load, needed = (
            rows[order],
            self._jump[number[order]],
            load[order],
            needed[order],
        )
        total = np.exp(-load)[:, None] * rows
        for jumps in range(1, int(needed.max(initial=0)) + 1):
            active = np.searchsorted(-needed, -jumps, side="right")
            rows = np.einsum("ni,nij->nj", rows[:active], jump[:active])
            log_weight = xlogy(jumps, load[:active]) - load[:active] - gammaln(jumps + 1)
            total[:active] += np.exp(log_weight)[:, None] * rows
        result = np.empty_like(total)
        result[order] = total
        return result


def chance_of_win(
    law: Law, stages: Floats, group: Ints, as_of: Floats, horizon_days: float, way: Ints
) -> Floats:
    """Return P(won within the horizon after `as_of` | chances of the stages at `as_of`).

    Parameters
    ----------
    law
        The rates.
    stages
        Chance of each stage at `as_of`: (n, 5). What is won or lost by then is no win to come.
    group, as_of
        Group of each lead and time in days: (n,).
    horizon_days
        Days after `as_of` within which a win counts.
    way
        How sales works each lead from `as_of` on; 0: nobody does within the horizon. (n,)
    """
    propagate = Propagator(law.generators)
    rows = stages.copy()
    rows[:, WON:] = 0.0
    now, end = as_of.copy(), as_of + horizon_days
    while (now < end).any():
        step = np.minimum(law.month_end(now), end)
        number = law.generator_number(now, way, group)
        rows = propagate(rows, number, step - now)
        now = step
    return np.asarray(rows[:, WON], dtype=np.float64)


def certain(stage: Ints) -> Floats:
    """Return rows with all the chance on one stage each, none where the stage is -1: (n, 5)."""
    return np.asarray(stage[:, None] == np.arange(len(STAGES)), dtype=np.float64)
