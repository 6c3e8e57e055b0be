"""Platt calibration on out-of-fold margins, its level taken from the newest outcomes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leadgate.model import Calibration
from leadgate.model.calibration import sigmoid
from training.level import Mature, local_level, period_levels
from training.sandwich import sandwich

Float = NDArray[np.float64]
Int = NDArray[np.int64]

# With fewer effective rows a slope and levels cost more than they bring (docs/decisions/0007).
ENOUGH = 100.0
# Before anything is seen a slope is 1 within this deviation: members are shrunk by themselves.
USUAL = 0.5


def calibrate(
    margin: Float,
    y: Float,
    weight: Float,
    fold: Int,
    account: Int,
    mature: Mature,
    shipped: Float,
) -> Calibration:
    """Fit readiness = sigmoid(intercept + slope * margin) by what forward fits have shown.

    The slope (>= 0) comes from out-of-fold margins, with a free intercept per fold, by weighted
    maximum likelihood. With it, the level of each period is the intercept under which the
    calibrated model expects as many wins among its mature snapshots as there were. The intercept is
    a local level over the periods, so a base rate that moves is followed as fast as its noise
    allows, and its variance holds the drift of one more period. The covariance is robust to
    clusters of accounts (Liang & Zeger 1986).

    Parameters
    ----------
    margin
        Shape (n,), log-odds by fits that have not seen the row.
    fold
        Shape (n,), 0, 1, ... in the order of time.
    account
        Shape (n,), codes.
    mature
        The snapshots that show the level.
    shipped
        Their log-odds by the model that is calibrated; only the level of these is used.
    """
    slope, spread = _towards_one(*_slope(margin, y, weight, fold, account))
    slope = max(slope, 0.0)
    levels, noise, centre = mature.levels(slope * shipped)
    level = local_level(levels, np.diag(noise))
    # The levels move with the slope by minus the margin at which they are anchored.
    anchor = float(level.share @ centre) / slope if slope else 0.0
    variance = level.share @ noise @ level.share + level.drift + anchor**2 * spread
    shared = -anchor * spread
    covariance = np.array([[variance, shared], [shared, spread]])
    return Calibration(float(level.share @ levels), slope, covariance)


def anchor(margin: Float, y: Float, weight: Float, account: Int) -> Calibration:
    """Keep the slope at 1 and expect as many wins among the rows of the fit as there were."""
    levels, noise, _ = period_levels(margin, y, weight, np.zeros(y.size, dtype=np.int64), account)
    return Calibration(float(levels[0]), 1.0, [[float(noise[0, 0]), 0.0], [0.0, 0.0]])


def platt(margin: Float, y: Float, weight: Float, fold: Int) -> Float:
    """Return the probabilities of a slope and a free intercept per fold; shape (n,)."""
    theta, X, _ = _platt(margin, y, weight, fold)
    return sigmoid(X @ theta)


def effective_n(weight: Float) -> float:
    """Return Kish's effective number of rows."""
    squares = float((weight**2).sum())
    return float(weight.sum()) ** 2 / squares if squares else 0.0


def _towards_one(slope: float, variance: float) -> tuple[float, float]:
    """Return the mean and the variance of the slope under the prior N(1, `USUAL` ** 2).

    With little data the slope stays near 1 and only the intercept is fitted, with much it is that
    of Platt's method.
    """
    variance = max(variance, 1e-12)
    share = USUAL**2 / (USUAL**2 + variance)
    return 1.0 + share * (slope - 1.0), share * variance


def _slope(margin: Float, y: Float, weight: Float, fold: Int, account: Int) -> tuple[float, float]:
    """Return the slope beside free intercepts, and its variance."""
    theta, X, hessian = _platt(margin, y, weight, fold)
    covariance = sandwich(X, weight * (y - sigmoid(X @ theta)), hessian, account)
    return float(theta[-1]), float(covariance[-1, -1])


def _platt(margin: Float, y: Float, weight: Float, fold: Int) -> tuple[Float, Float, Float]:
    """Return (intercept of each fold, slope), the design matrix and the Hessian."""
    X = np.column_stack([np.eye(int(fold.max()) + 1)[fold], margin])
    theta = np.append(np.zeros(X.shape[1] - 1), 1.0)
    for _ in range(50):
        p = sigmoid(X @ theta)
        hessian = (X.T * (weight * p * (1 - p))) @ X + 1e-9 * np.eye(X.shape[1])
        step = np.linalg.solve(hessian, X.T @ (weight * (y - p)))
        theta = theta + step / max(1.0, float(np.abs(step).max()) / 2)
        if np.abs(step).max() < 1e-10:
            break
    return theta, X, hessian
