"""Firms in which nothing changes, at the level of what the monitor looks at.

A firm is simulated as its leads' features, the readiness of one fixed model and what became of its
matured handoffs, month by month: no history is built and no model is trained. What makes it hard
is in: leads of an account go together in features and outcomes, the model's offset is off by as
much as it says that it may be, columns are missing, counted and categorical, the best are handed
off and a few are explored.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.stats import norm

from leadgate.arrays import Bools, Floats, Ints
from leadgate.model.calibration import sigmoid

MONTHS_BEFORE, MONTHS = 6, 24
COLUMNS = 8
EXPLORED = 0.03


@dataclass(frozen=True)
class QuietFirm:
    """The leads of one firm, those before the training first; each array has shape (n,).

    Attributes
    ----------
    month
        0 to 23 since the training, negative before it.
    X
        Shape (n, 8), the features.
    readiness, won
        Of the fixed model, and whether the lead is won when it is worked.
    handed_off, chance
        And the propensity of that.
    account
        Codes.
    spread
        The standard error of its offset that the model states.
    """

    month: Ints
    X: Floats
    readiness: Floats
    won: Bools
    handed_off: Bools
    chance: Floats
    account: Ints
    spread: float

    @classmethod
    def draw(cls, seed: int, *, moved: float = 0.0) -> Self:
        """Draw a firm; `moved` shifts one column from the training on, in standard deviations."""
        rng = np.random.default_rng(seed)
        a_month = round(float(np.exp(rng.uniform(np.log(30), np.log(200)))))
        n = a_month * (MONTHS_BEFORE + MONTHS)
        month = np.repeat(np.arange(-MONTHS_BEFORE, MONTHS), a_month)
        accounts = round(n / rng.uniform(1.0, 3.0))
        account = rng.integers(0, accounts, n)
        X = _features(rng, account, accounts)
        X[month >= 0, 0] += moved
        weights = rng.normal(size=COLUMNS) * (rng.random(COLUMNS) < 0.6)
        score = np.nan_to_num(X) @ weights
        spread_of_scores = max(float(score.std()), 1e-9)
        log_odds = rng.uniform(-3.0, -1.0) + rng.uniform(0.4, 1.2) * score / spread_of_scores
        spread = float(rng.uniform(0.0, 0.15))
        readiness = sigmoid(log_odds + spread * rng.normal())
        line = np.quantile(readiness, 1.0 - rng.uniform(0.2, 0.6))
        chance = np.where(readiness >= line, 1.0, EXPLORED)
        together = rng.uniform(0.0, 0.3)
        shared = np.sqrt(together) * rng.normal(size=accounts)[account]
        drawn = shared + np.sqrt(1.0 - together) * rng.normal(size=n)
        return cls(
            month, X, readiness, drawn < norm.ppf(sigmoid(log_odds)), rng.random(n) < chance,
            chance, account, spread,
        )  # fmt: skip


def _features(rng: np.random.Generator, account: Ints, accounts: int) -> Floats:
    own, shared = rng.normal(size=(account.size, COLUMNS)), rng.normal(size=(accounts, COLUMNS))
    X = np.sqrt(0.5) * own + np.sqrt(0.5) * shared[account]
    X[:, 5] = np.floor(2 * norm.cdf(X[:, 5]) * 2)
    X[:, 6] = np.floor(np.exp(X[:, 6]))
    X[rng.random(account.size) < 0.3, 7] = np.nan
    return np.asarray(X)
