"""Rows of forward windows with known truth, as fits before them would have left them."""

from __future__ import annotations

import numpy as np

from training.ensemble.out_of_fold import OutOfFold
from training.estimators.candidates import ADDITIVE
from training.validation.windows import Window

DAY = 86_400_000_000


def out_of_fold(log_odds, y, window, *, cell=None, weight=None, account=None, names=None):
    """Return rows as of out-of-fold fits; `log_odds` of one member or of several."""
    y, window = np.asarray(y, dtype=float), np.asarray(window)
    log_odds = np.asarray(log_odds, dtype=float).reshape(y.size, -1)
    every = np.arange(y.size)
    return OutOfFold(
        log_odds=log_odds,
        names=names or [ADDITIVE, *(f"member {j}" for j in range(1, log_odds.shape[1]))],
        y=y,
        weight=np.ones(y.size) if weight is None else weight,
        cell=window if cell is None else cell,
        window=window,
        account=every if account is None else account,
        rows=every,
        windows=tuple(Window(k * DAY, (k + 1) * DAY) for k in range(int(window.max()) + 1)),
    )
