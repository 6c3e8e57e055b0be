"""How well a classifier tells the leads of now from those of then: one figure for all columns.

Leads that come from the same law cannot be told apart, whatever the classifier: its area under the
ROC curve on accounts that it has not seen is 0.5 but for chance (Lopez-Paz & Oquab 2017, Revisiting
classifier two-sample tests). A test of each column raises more alarms the more columns there are,
and sees no column that moved only beside another.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import lightgbm as lgb
import numpy as np

from experiments.monitor.error_rate import OF_DRIFT, of_look
from leadgate.arrays import Bools, Floats, Ints
from leadgate.model.calibration import reach
from training.statistics.bootstrap import LEVEL
from training.statistics.clusters import cluster_sums

# Less than this moves no decision worth a word, and is what a season does.
NOTHING, MATTERS = 0.5, 0.55
MIN_ACCOUNTS = 20
_ROUNDS = 20
_PARAMETERS = {
    "objective": "binary",
    "num_leaves": 7,
    "learning_rate": 0.1,
    "max_bin": 31,
    "verbosity": -1,
    "num_threads": 1,
    "seed": 0,
    "deterministic": True,
    "force_col_wise": True,
}


@dataclass(frozen=True)
class Separation:
    """The area under the ROC curve of now against then, on accounts that were not fitted on.

    Attributes
    ----------
    value, low, high
        With its 90 % interval, by account.
    bound
        It lies above this, at the error rate of a look (`experiments.monitor.error_rate`).
    """

    value: float
    low: float
    high: float
    bound: float

    @property
    def alarming(self) -> bool:
        """Whether the leads differ for sure, and by more than nothing."""
        return self.bound > NOTHING and self.value > MATTERS


def separate(X: Floats, now: Bools, account: Ints, part: Ints, look: int) -> Separation | None:
    """Let a boosted classifier tell the leads of now from those of then.

    Parameters
    ----------
    X
        Shape (n, p), the features.
    now
        Shape (n,), True for the leads of now.
    account, part
        Shape (n,): codes, and the part of each account that is left out of a fit together.
    look
        The how-manieth look it is since the training, 1 for the first.

    Returns
    -------
    Separation or None
        None where there are too few accounts of either kind.
    """
    if min(np.unique(account[kind]).size for kind in (now, ~now)) < MIN_ACCOUNTS:
        return None
    score = _out_of_fold(X, now, part)
    seen = np.isfinite(score)
    if not seen.any():
        return None
    auc, error = auc_with_error(score[seen], now[seen], account[seen], part[seen])
    error *= refitted(np.unique(part[seen]).size)
    half = reach(LEVEL) * error
    sure = NormalDist().inv_cdf(1 - of_look(look, OF_DRIFT)) * error
    return Separation(auc, max(auc - half, 0.0), min(auc + half, 1.0), auc - sure)


def _out_of_fold(X: Floats, now: Bools, part: Ints) -> Floats:
    """Return the score of each row by a fit on the other parts; NaN where one kind is missing."""
    score = np.full(now.size, np.nan)
    parameters = {**_PARAMETERS, "min_data_in_leaf": max(5, now.size // 20)}
    # The bins know the values and not the kind, so that all parts may share them.
    data = lgb.Dataset(X, now.astype(np.float64), params=parameters, free_raw_data=False)
    data.construct()
    for fold in np.unique(part):
        out = part == fold
        if any(np.unique(now[rows]).size < 2 for rows in (out, ~out)):
            continue
        fitted = lgb.train(parameters, data.subset(np.flatnonzero(~out).tolist()), _ROUNDS)
        score[out] = fitted.predict(X[out])
    return score


def auc_with_error(score: Floats, now: Bools, account: Ints, part: Ints) -> tuple[float, float]:
    """Return the area under the curve, pooled over parts, and its standard error by account.

    Scores of two parts are not compared. The error is that of the placements (DeLong, DeLong &
    Clarke-Pearson 1988), summed by account (Obuchowski 1997).
    """
    right, pairs = 0.0, 0.0
    placed, weight = np.zeros(now.size), np.zeros(now.size)
    for fold in np.unique(part):
        inside = part == fold
        of_now, of_then = np.flatnonzero(inside & now), np.flatnonzero(inside & ~now)
        above = _placed(score[of_now], score[of_then])
        placed[of_now], weight[of_now] = above, of_then.size
        placed[of_then] = 1.0 - _placed(score[of_then], score[of_now])
        weight[of_then] = of_now.size
        right += float(above.sum()) * of_then.size
        pairs += of_now.size * of_then.size
    auc = right / pairs
    sums = cluster_sums(weight * (placed - auc) / pairs, account)
    return auc, float(np.sqrt(sums @ sums))


def refitted(parts: int) -> float:
    """Return by how much the error grows because each part had a fit of its own.

    The fits share most of their leads, and vary with them. 1 / k + n_test / n_train for 1 / k of
    the variance (Nadeau & Bengio 2003, Inference for the generalization error).
    """
    return math.sqrt(1.0 + parts / (parts - 1.0)) if parts > 1 else 1.0


def _placed(score: Floats, others: Floats) -> Floats:
    """Return the share of the others that each score is above, ties half."""
    ordered = np.sort(others)
    below = np.searchsorted(ordered, score) + np.searchsorted(ordered, score, side="right")
    return np.asarray(below / (2.0 * others.size))
