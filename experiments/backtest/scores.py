"""What the models in force say of each pair of a lead and a week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.backtest.pool import Pool
from experiments.backtest.refits import Refit, in_force
from leadgate.arrays import Floats, Positions
from training.validation.account_folds import part_of

_CHUNK = 200_000


@dataclass(frozen=True)
class Scored:
    """What is known of each pair; every array has shape (pairs,).

    Attributes
    ----------
    readiness
        P(won within the horizon when sales works the lead), by the models in force.
    uplift
        How much of it working the lead adds; NaN where the models in force did not know.
    """

    readiness: Floats
    uplift: Floats


def scored(pool: Pool, models: Sequence[Refit]) -> Scored:
    """Ask the models in force about each pair: what the gate decides by."""
    readiness, unworked = np.empty(len(pool)), np.empty(len(pool))
    for refit, weeks in in_force(models, len(pool.weeks)):
        begin, end = pool.rows(weeks[0]).start, pool.rows(weeks[-1]).stop
        readiness[begin:end], unworked[begin:end] = arms(pool, refit, begin, end)
    return Scored(readiness, readiness - unworked)


def arms(pool: Pool, refit: Refit, begin: int, end: int) -> tuple[Floats, Floats]:
    """Return readiness and readiness_unworked of some pairs by the models of one month.

    The second is NaN where the models do not know it.
    """
    if begin == end:  # Nobody waits in a month, where sales comes to everybody at once.
        return np.empty(0), np.empty(0)
    parts = [
        _arms(refit, pool, np.arange(start, min(start + _CHUNK, end)))
        for start in range(begin, end, _CHUNK)
    ]
    readiness, unworked = zip(*parts, strict=True)
    return np.concatenate(readiness), np.concatenate(unworked)


def _arms(refit: Refit, pool: Pool, rows: Positions) -> tuple[Floats, Floats]:
    lead = pool.lead[rows]
    part = part_of(pool.history.account_hash)[lead]
    # The parts of a month share their features.
    X = refit.parts[0].feature_set.matrix(pool.history, lead, pool.seen_at[rows])
    readiness, unworked = np.empty(rows.size), np.full(rows.size, np.nan)
    for code, fitted in refit.parts.items():
        these = part == code
        readiness[these] = fitted.model.readiness(X[these])
        if refit.has_arms:
            unworked[these] = fitted.model.readiness_unworked(X[these])
    return readiness, unworked
