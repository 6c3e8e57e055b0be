"""Signal: whether leads are ranked better than at random, by every evaluated snapshot."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from leadgate.arrays import Bools, Floats, Ints
from training.ensemble.out_of_fold import OutOfFold
from training.estimators.candidates import ADDITIVE
from training.statistics.bootstrap import LEVEL
from training.statistics.clusters import cluster_sums, effective_n, group_sums

# The chance to call noise a signal that is accepted.
RANDOM = 0.01
# Fewer effective accounts of either kind show no error.
MIN_ACCOUNTS = 25
# No account counts for more of its kind, won or lost.
MOST_OF_A_KIND = 0.05


@dataclass(frozen=True)
class Signal:
    """The test of signal.

    Attributes
    ----------
    auc
        Within the windows, pooled over their pairs; NaN where none holds a win and a loss.
    error
        Its standard error by account.
    won, lost
        Effective numbers of accounts with evaluated wins and losses.
    """

    auc: float
    error: float
    won: float
    lost: float

    @property
    def accounts(self) -> float:
        """The effective number of accounts of the rarer kind."""
        return min(self.won, self.lost)

    @property
    def enough(self) -> bool:
        """Whether there are accounts enough to test on."""
        return self.accounts >= MIN_ACCOUNTS

    @property
    def p_value(self) -> float:
        """The chance of such an AUC, or a higher one, without signal; one-sided."""
        if not self.error > 0 or not self.accounts > 1:
            return math.nan
        return float(stats.t.sf((self.auc - 0.5) / self.error, self.accounts - 1))

    @property
    def interval(self) -> tuple[float, float]:
        """The 90 % interval of the AUC."""
        reach = self.error * float(stats.t.isf((1 - LEVEL) / 2, max(self.accounts - 1, 1)))
        return max(0.0, self.auc - reach), min(1.0, self.auc + reach)

    @property
    def shown(self) -> bool:
        """Whether there is signal."""
        return self.enough and self.p_value < RANDOM

    @property
    def needed(self) -> float:
        """How many times the leads it would take to show it, were the AUC to stay.

        Infinite where the AUC is not above 0.5.
        """
        above = self.auc - 0.5
        if not above > 0 or not self.accounts > 1:
            return math.inf
        reach = float(stats.t.isf(RANDOM, self.accounts - 1)) * self.error / above
        return max(1.0, reach**2)


def signal_of(oof: OutOfFold) -> Signal:
    """Test for signal on the log-odds of the additive member.

    One member that is always there: nothing was chosen, so nothing has to be paid for. Its log-odds
    are centred by their mean in the cell, as a fit whose others won more stands higher; only pairs
    of one window count. The influence of each row on the AUC is summed by account.

    References
    ----------
    DeLong, DeLong & Clarke-Pearson 1988, Comparing the areas under correlated ROC curves;
    clusters: Obuchowski 1997, Nonparametric analysis of clustered ROC curve data.
    """
    weight = _capped(oof.weight, oof.y, oof.account)
    log_odds = oof.log_odds[:, list(oof.names).index(ADDITIVE)]
    of_cell = group_sums(oof.cell, weight)
    log_odds = log_odds - (group_sums(oof.cell, weight * log_odds) / of_cell)[oof.cell]
    auc, influence = _auc(oof.y, log_odds, weight, oof.window)
    sums = cluster_sums(influence, oof.account)
    error = float(np.sqrt(sums @ sums))
    won, lost = (_accounts(weight, oof.account, oof.y == kind) for kind in (1, 0))
    return Signal(auc, error, won, lost)


def _capped(weight: Floats, y: Floats, account: Ints) -> Floats:
    """Return the weights, that of an account at most a twentieth of its kind."""
    code = np.unique(account, return_inverse=True)[1]
    result = weight.copy()
    for kind in (1, 0):
        rows = y == kind
        sums = group_sums(code[rows], weight[rows], int(code.max()) + 1)
        most = MOST_OF_A_KIND * sums.sum()
        factor = np.minimum(1.0, most / np.maximum(sums, 1e-300))
        result[rows] *= factor[code[rows]]
    return result


def _accounts(weight: Floats, account: Ints, rows: Bools) -> float:
    """Return Kish's effective number of the accounts of some rows."""
    return effective_n(cluster_sums(weight[rows], account[rows]))


def _auc(y: Floats, log_odds: Floats, weight: Floats, window: Ints) -> tuple[float, Floats]:
    """Return the AUC within the windows, pooled over their pairs, and each row's influence."""
    right, pairs = np.zeros(y.size), np.zeros(y.size)
    for code in np.unique(window):
        inside = np.flatnonzero(window == code)
        for kind in (1.0, 0.0):
            own, other = inside[y[inside] == kind], inside[y[inside] != kind]
            below = _below(log_odds[own], log_odds[other], weight[other])
            total = float(weight[other].sum())
            right[own] = weight[own] * (below if kind else total - below)
            pairs[own] = weight[own] * total
    # Each pair has been counted from both its ends.
    if not pairs.sum() > 0:
        return math.nan, np.zeros(y.size)
    auc = float(right.sum() / pairs.sum())
    return auc, (right - auc * pairs) / (pairs.sum() / 2)


def _below(values: Floats, others: Floats, weight: Floats) -> Floats:
    """Return the weight of the others that lie below each value, ties half; shape (n,)."""
    order = np.argsort(others, kind="stable")
    reached = np.concatenate([[0.0], np.cumsum(weight[order])])
    ends = (np.searchsorted(others[order], values, side=side) for side in ("left", "right"))
    low, high = (reached[end] for end in ends)
    middle: Floats = (low + high) / 2
    return middle
