"""Matrix exponentials of many small generators, applied to many row vectors at once."""

from __future__ import annotations

import numpy as np

from experiments.simulation.law import STAGES, WON, Array, Index, Law


class Propagator:
    """Row vectors times ``expm(generator * days)`` by the eigenvectors of each generator.

    The generators are upper triangular, so their eigenvalues are real.

    Parameters
    ----------
    generators
        Matrices of any leading shape, (..., k, k); they are numbered in flattened order.
    """

    def __init__(self, generators: Array) -> None:
        size = generators.shape[-1]
        self._values, self._vectors = np.linalg.eig(generators.reshape(-1, size, size))
        self._inverse = np.linalg.inv(self._vectors)

    def __call__(self, rows: Array, number: Index, days: Array) -> Array:
        """Return ``rows[i] @ expm(generators[number[i]] * days[i])``: (n, k)."""
        turned: Array = np.einsum("ni,nij->nj", rows, self._vectors[number])
        turned *= np.exp(self._values[number] * days[:, None])
        result: Array = np.einsum("ni,nij->nj", turned, self._inverse[number])
        return result


def chance_of_win(
    law: Law, stages: Array, group: Index, as_of: Array, horizon_days: float, worked: bool
) -> Array:
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
    worked
        Whether sales works the lead from `as_of` on; otherwise nobody does within the horizon.
    """
    propagate = Propagator(law.generators)
    rows = stages.copy()
    rows[:, WON:] = 0.0
    now, end = as_of.copy(), as_of + horizon_days
    while (now < end).any():
        step = np.minimum(law.month_end(now), end)
        number = law.generator_number(now, np.full(now.shape, worked), group)
        rows = propagate(rows, number, step - now)
        now = step
    return np.asarray(rows[:, WON], dtype=np.float64)


def certain(stage: Index) -> Array:
    """Return rows with all the chance on one stage each, none where the stage is -1: (n, 5)."""
    return np.asarray(stage[:, None] == np.arange(len(STAGES)), dtype=np.float64)
