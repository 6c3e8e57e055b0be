"""Blending: non-negative weights of the members on the log-odds, learned on forward folds."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

from leadgate.arrays import Floats, Ints
from training.ensemble.out_of_fold import OutOfFold
from training.statistics.logistic import loss_and_residual

# Below this share of the blend a member costs more time than it brings.
SMALLEST_SHARE = 0.03
# Strength of the ridge, as a part of the information that the rows hold.
SPREAD = 0.5


def weigh(oof: OutOfFold) -> Floats:
    """Return the members' weights: not negative, sum 1; all zero when none of them helps.

    Minimises the weighted log loss of ``sigmoid(a_fold + sum_k beta_k margin_k)`` over beta >= 0
    and one intercept per fold. Where it is known what level would have shipped before a fold, it is
    that but for its error: a member that goes along with a drifting base rate earns what it saves.
    Elsewhere it is free, and a drifting base rate says nothing about a member. A member that gets
    next to nothing is dropped and the rest weighed again. The scale of beta is left to the
    calibration (stacking, Wolpert 1992; non-negative, Breiman 1996). The members of one family are
    nearly the same: each bears the ridge of all of them, so that a family does not get more of the
    blend for being tried in more strengths.
    """
    total, members = float(oof.weight.sum()), oof.family.size
    rate = float(oof.weight @ oof.y / total)
    information = total * rate * (1 - rate)
    ridge = SPREAD * information * np.bincount(oof.family)[oof.family].astype(np.float64)
    level, centre, precision = _levels(oof)
    x = oof.log_odds - centre[oof.fold]
    scale = np.maximum(x.std(axis=0), 1e-9)
    x = x / scale
    chosen, result = np.arange(members), np.zeros(members)
    while chosen.size:
        beta = _minimise(oof, x[:, chosen], level, precision, ridge[chosen]) / scale[chosen]
        if beta.sum() <= 0:
            return result
        share = beta / beta.sum()
        keep = share >= SMALLEST_SHARE
        if keep.all():
            result[chosen] = share
            return result
        chosen = chosen[keep]
    return result


def evenly(family: Ints) -> Floats:
    """Return shares that are the same for each family, and within it for each member."""
    shares = 1.0 / np.bincount(family)[family]
    result: Floats = shares / shares.sum()
    return result


def prequential(oof: OutOfFold) -> Floats:
    """Return the blend's log-odds on each fold, weighed on the earlier folds only; shape (n,).

    The first fold, and one before which no member helped, takes the mean of the families. No row's
    label has a part in its own log-odds, so signal can be tested on the result.
    """
    result: Floats = oof.log_odds @ evenly(oof.family)
    for k in range(1, int(oof.fold.max(initial=-1)) + 1):
        share, now = weigh(oof.take(oof.fold < k)), oof.fold == k
        if share.any():
            result[now] = oof.log_odds[now] @ share
    return result


def _levels(oof: OutOfFold) -> tuple[Floats, Floats, Floats]:
    """Return the level of each fold, its centre and its precision, 0 where it is free."""
    folds, members = int(oof.fold.max(initial=-1)) + 1, oof.family.size
    level, centre, precision = np.zeros(folds), np.zeros((folds, members)), np.zeros(folds)
    for k, anchor in enumerate(oof.anchors[:folds]):
        if anchor is not None:
            level[k], centre[k], precision[k] = anchor.level, anchor.centre, 1 / anchor.variance
    return level, centre, precision


def _minimise(oof: OutOfFold, x: Floats, level: Floats, precision: Floats, ridge: Floats) -> Floats:
    fold, y, weight = oof.fold, oof.y, oof.weight
    folds, members = level.size, x.shape[1]
    # Of the intercepts, less their level, and of the weights.
    prior = np.concatenate([precision, ridge])
    offset, total = level[fold], weight.sum()

    def objective(theta: Floats) -> tuple[float, Floats]:
        loss, residual = loss_and_residual(offset + theta[fold] + x @ theta[folds:], y, weight)
        gradient = np.concatenate([np.bincount(fold, residual, minlength=folds), residual @ x])
        value = loss + float((prior * theta) @ theta / 2)
        return value / total, (gradient + prior * theta) / total

    start = np.concatenate([np.zeros(folds), np.full(members, 1 / members)])
    solution = minimize(
        objective, start, jac=True, method="L-BFGS-B",
        bounds=[(None, None)] * folds + [(0.0, None)] * members,
        options={"maxiter": 500, "ftol": 1e-12, "gtol": 1e-8},
    )  # fmt: skip
    beta: Floats = solution.x[folds:]
    return beta
