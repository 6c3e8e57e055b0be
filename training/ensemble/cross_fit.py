"""Cross-fits: log-odds of accounts by fits of the same time that have not seen them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from leadgate.arrays import Ints
from training.dataset.matrix import MIN_TO_FIT, Matrix
from training.ensemble.members import fit_candidates
from training.ensemble.out_of_fold import OutOfFold
from training.estimators.candidates import families
from training.estimators.tuning import Tuning

PARTS = 5
# What a fifth of so many rows does not show, the forward windows of a larger export do.
MOST_ROWS = 15_000


def cross_fit(data: Matrix, names: Sequence[str], tuning: Tuning) -> OutOfFold | None:
    """Return the log-odds of rows by fits on the other four fifths of the accounts.

    They say how far a fit exaggerates or shrinks, from all rows and by fits nearly as large as the
    one that ships; the forward windows have few rows, and smaller fits, but what changes with time.
    The folds are the periods. From an even sample of at most 15,000 rows; None where four
    fifths hold fewer than five wins or losses.
    """
    data = data.some(MOST_ROWS)
    part = _parts(data.account)
    log_odds = np.zeros((data.y.size, len(names)))
    for k in range(PARTS):
        here = part == k
        rest = data.take(np.flatnonzero(~here))
        if min((rest.y == 1).sum(), (rest.y == 0).sum()) < MIN_TO_FIT:
            return None
        members = fit_candidates(rest, names, tuning)
        every = np.column_stack([candidate.member.log_odds(data.X) for candidate in members])
        # Where a part has more wins its fit has seen fewer: the levels would point the wrong way.
        log_odds[here] = (every - every.mean(axis=0))[here]
    return OutOfFold(
        log_odds, families(names), data.y, data.weight, data.period, data.account,
        rows=np.arange(data.y.size),
    )  # fmt: skip


def _parts(account: Ints) -> Ints:
    """Return the fifth of each row's account: drawn, with a fixed seed."""
    accounts, code = np.unique(account, return_inverse=True)
    drawn: Ints = np.random.default_rng(0).permutation(accounts.size)[code] % PARTS
    return drawn
