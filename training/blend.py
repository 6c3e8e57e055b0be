"""Blending: non-negative weights of the members on the log-odds, learned on forward folds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Float = NDArray[np.float64]
Int = NDArray[np.int64]

# Below this share of the blend a member costs more time than it brings.
SMALLEST_SHARE = 0.03
# Strength of the ridge, as a part of the information that the rows hold.
SPREAD = 0.5


def weigh(margins: Float, y: Float, weight: Float, fold: Int, family: Int) -> Float:
    """Return the members' weights: not negative, sum 1; all zero when none of them helps.

    Minimises the weighted log loss of ``sigmoid(a_fold + sum_k beta_k margin_k)`` over beta >= 0
    and one free intercept per fold, so that a drifting base rate says nothing about a member; a
    member that gets next to nothing is dropped and the rest weighed again. The scale of beta is
    left to the calibration (stacking, Wolpert 1992; non-negative, Breiman 1996). The members of one
    family say nearly the same: each bears the ridge of all of them, so that a family does not get
    more of the blend for being tried in more strengths.

    Parameters
    ----------
    margins
        Shape (n, m), log-odds by fits that have not seen the row.
    y, weight
        Shape (n,): 1 won, 0 not; what each row counts.
    fold
        Shape (n,), 0, 1, ...
    family
        Shape (m,), codes of the members' families.
    """
    crowd = np.bincount(family)[family].astype(np.float64)
    chosen = np.arange(margins.shape[1])
    result = np.zeros(margins.shape[1])
    while chosen.size:
        beta = _minimise(margins[:, chosen], y, weight, fold, crowd[chosen])
        if beta.sum() <= 0:
            return result
        share = beta / beta.sum()
        keep = share >= SMALLEST_SHARE
        if keep.all():
            result[chosen] = share
            return result
        chosen = chosen[keep]
    return result


def evenly(family: Int) -> Float:
    """Return shares that are the same for each family, and within it for each member."""
    shares = 1.0 / np.bincount(family)[family]
    result: Float = shares / shares.sum()
    return result


def prequential(margins: Float, y: Float, weight: Float, fold: Int, family: Int) -> Float:
    """Return the blend's margin on each fold, weighed on the earlier folds only; shape (n,).

    The first fold, and one before which no member helped, takes the mean of the families. No row's
    label has a part in its own margin, so signal can be judged on the result.
    """
    result: Float = margins @ evenly(family)
    for k in range(1, int(fold.max(initial=-1)) + 1):
        earlier, now = fold < k, fold == k
        share = weigh(margins[earlier], y[earlier], weight[earlier], fold[earlier], family)
        if share.any():
            result[now] = margins[now] @ share
    return result


def _minimise(margins: Float, y: Float, weight: Float, fold: Int, crowd: Float) -> Float:
    folds, members = int(fold.max(initial=-1)) + 1, margins.shape[1]
    scale = np.maximum(margins.std(axis=0), 1e-9)
    x = margins / scale
    rate = weight @ y / weight.sum()
    ridge = SPREAD * float(weight.sum() * rate * (1 - rate)) * crowd
    total = weight.sum()

    def objective(theta: Float) -> tuple[float, Float]:
        eta = theta[fold] + x @ theta[folds:]
        residual = weight * (0.5 * (1 + np.tanh(eta / 2)) - y)
        beta = theta[folds:]
        value = float(weight @ (np.logaddexp(0.0, eta) - y * eta) + (ridge * beta) @ beta / 2)
        gradient = np.concatenate(
            [np.bincount(fold, residual, minlength=folds), residual @ x + ridge * beta]
        )
        return value / total, gradient / total

    start = np.concatenate([np.zeros(folds), np.full(members, 1 / members)])
    bounds = [(None, None)] * folds + [(0.0, None)] * members
    found = minimize(
        objective, start, jac=True, method="L-BFGS-B", bounds=bounds,
        options={"maxiter": 500, "ftol": 1e-12, "gtol": 1e-8},
    )  # fmt: skip
    beta: Float = found.x[folds:] / scale
    return beta
