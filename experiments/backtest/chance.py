"""The chance of being worked: how likely sales was to come to a lead soon after each Monday.

A logistic regression of "first worked within seven days" on what was known on the Monday: the age
of the lead, the days since its last activity, the columns that sales could see, the readiness,
which sums up the rest of the export, and the week, as teams grow and shrink. Additive, of hats;
each account is asked of a fit on the accounts of the other folds.

References
----------
Rosenbaum & Rubin 1983, Biometrika 70; Chernozhukov et al. 2018, The Econometrics Journal 21
(cross-fitting).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from experiments.backtest.pool import Pool
from leadgate.arrays import Bools, Floats
from leadgate.model.calibration import logit, sigmoid
from training.dataset.even_sample import even_sample
from training.dataset.work_hazard import seen_columns, seen_matrix
from training.estimators.additive import fit_additive
from training.validation.account_folds import PARTS, part_of

_MOST = 40_000
_DEVIATION, _KNOTS = 1.0, 6
_MIN_EVENTS = 5
_BANDS = 5


@dataclass(frozen=True)
class Band:
    """A fifth of the pairs by their chance of being worked: the mean chance, and the share worked.

    The calibration of the chance, for people.
    """

    pairs: int
    chance: float
    worked: float


def chance_of_work(pool: Pool, seen: Collection[str], readiness: Floats, worked: Bools) -> Floats:
    """Return P(sales comes within seven days | what was known on the Monday); shape (pairs,).

    Parameters
    ----------
    seen
        Columns that sales could see.
    readiness, worked
        Shape (pairs,): what the models said, and whether sales came.

    Returns
    -------
    ndarray
        Zero for everyone where sales came to fewer than five pairs of some fold's others; their
        share that was worked where it left out fewer than five; 1 where it is not known when sales
        works.
    """
    if not pool.work.dated:
        return np.ones(len(pool))
    columns = seen_columns(pool.history, seen)
    by_sales = seen_matrix(pool.history, columns, pool.lead, pool.as_of)
    X = np.column_stack([by_sales, logit(np.clip(readiness, 1e-6, 1 - 1e-6)), pool.week])
    categories = [False, False, *(f.kind == "category" for f in columns.features), False, False]
    part = part_of(pool.history.account_hash)[pool.lead]
    y = worked.astype(np.float64)
    chance = np.zeros(len(pool))
    for fold in range(PARTS):
        rows = even_sample(np.flatnonzero(part != fold), _MOST)
        if y[rows].sum() < _MIN_EVENTS:
            return np.zeros(len(pool))
        if rows.size - y[rows].sum() < _MIN_EVENTS:
            chance[part == fold] = y[rows].mean()
            continue
        member = fit_additive(
            X[rows], y[rows], np.ones(rows.size), categories, n_knots=_KNOTS, deviation=_DEVIATION
        )
        chance[part == fold] = sigmoid(member.log_odds(X[part == fold]))
    return chance


def bands(chance: Floats, worked: Bools) -> list[Band]:
    """Return the fifths of the pairs by their chance, lowest first: what was said, what came."""
    order = np.argsort(chance, kind="stable")
    return [
        Band(rows.size, float(chance[rows].mean()), float(worked[rows].mean()))
        for rows in np.array_split(order, _BANDS)
        if rows.size
    ]
