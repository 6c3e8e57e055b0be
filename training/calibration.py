"""Platt calibration on out-of-fold margins, its level taken from the newest folds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leadgate.model import Calibration
from leadgate.model.calibration import sigmoid

Float = NDArray[np.float64]
Int = NDArray[np.int64]

# With fewer effective rows a slope and levels cost more than they bring (docs/decisions/0007).
ENOUGH = 100.0
# Before anything is seen a slope is 1 within this deviation: members are shrunk by themselves.
USUAL = 0.5
# A walk is taken for one that also stood still for so many steps: few steps tell little, and what
# they show beyond their noise is cut off below only.
STILL = 2.0


@dataclass(frozen=True)
class Level:
    """A local level: how much each fold counts for what comes next, and the drift beyond it.

    `share` has shape (k,), sums to 1; `drift` is the variance that one more fold adds.
    """

    share: Float
    drift: float


def calibrate(
    margin: Float, shipped: Float, y: Float, weight: Float, fold: Int, account: Int
) -> Calibration:
    """Fit readiness = sigmoid(intercept + slope * margin) by what forward fits have shown.

    The slope (>= 0) comes from out-of-fold margins, with a free intercept per fold, by weighted
    maximum likelihood. With it, the level of each fold is the
    intercept under which the calibrated model expects as many wins there as there were. The
    intercept is a local level over the folds, so a base rate that moves is followed as fast as its
    noise allows, and its variance holds the drift of one more fold. The covariance is robust to
    clusters of accounts (Liang & Zeger 1986).

    Parameters
    ----------
    margin
        Shape (n,), log-odds by fits that have not seen the row.
    shipped
        Shape (n,), log-odds by the model that is calibrated. Only their level is used.
    fold
        Shape (n,), 0, 1, ... in the order of time.
    account
        Shape (n,), codes.
    """
    slope, spread = _towards_one(*_slope(margin, y, weight, fold, account))
    slope = max(slope, 0.0)
    levels, noise, centre = _levels(slope * shipped, y, weight, fold, account)
    level = local_level(levels, np.diag(noise))
    # The levels move with the slope by minus the margin at which they are anchored.
    anchor = float(level.share @ centre) / slope if slope else 0.0
    variance = level.share @ noise @ level.share + level.drift + anchor**2 * spread
    shared = -anchor * spread
    covariance = np.array([[variance, shared], [shared, spread]])
    return Calibration(float(level.share @ levels), slope, covariance)


def calibrate_level(y: Float, weight: Float, fold: Int, account: Int) -> Calibration:
    """Fit the base rate alone, by the same local level; the slope is 0."""
    nothing = np.zeros(y.size)
    levels, noise, _ = _levels(nothing, y, weight, fold, account)
    level = local_level(levels, np.diag(noise))
    variance = level.share @ noise @ level.share + level.drift
    return Calibration(float(level.share @ levels), 0.0, np.diag([variance, 0.0]))


def anchor(margin: Float, y: Float, weight: Float, account: Int) -> Calibration:
    """Keep the slope at 1 and expect as many wins among the rows of the fit as there were."""
    levels, noise, _ = _levels(margin, y, weight, np.zeros(y.size, dtype=np.int64), account)
    return Calibration(float(levels[0]), 1.0, [[float(noise[0, 0]), 0.0], [0.0, 0.0]])


def platt(margin: Float, y: Float, weight: Float, fold: Int) -> Float:
    """Return the probabilities of a slope and a free intercept per fold; shape (n,)."""
    theta, X, _ = _platt(margin, y, weight, fold)
    return sigmoid(X @ theta)


def effective_n(weight: Float) -> float:
    """Return Kish's effective number of rows."""
    squares = float((weight**2).sum())
    return float(weight.sum()) ** 2 / squares if squares else 0.0


def local_level(values: Float, variances: Float) -> Level:
    """Return how much each fold's level counts for the next one.

    A random walk observed with noise (Kalman filter); the variance of its steps is what the
    successive differences show beyond their own noise, drawn towards none by `STILL` steps.
    """
    noise = variances[1:] + variances[:-1]
    steps = np.diff(values) ** 2 - noise
    drift = max(0.0, float(steps.sum()) / (steps.size + STILL))
    share, spread = np.ones(1), float(variances[0])
    for variance in variances[1:]:
        spread += drift
        gain = spread / (spread + variance)
        share = np.append(share * (1 - gain), gain)
        spread *= 1 - gain
    return Level(share, drift)


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
    covariance = _sandwich(X, weight * (y - sigmoid(X @ theta)), hessian, account)
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


def _levels(
    offset: Float, y: Float, weight: Float, fold: Int, account: Int
) -> tuple[Float, Float, Float]:
    """Return each fold's intercept beside an offset, their covariance and where they are anchored.

    One more lead in each fold, as good as the average of all, keeps a fold without a win finite;
    no variance is below that of independent leads. The anchor is the mean offset of the rows that
    decide the intercept, those with p near 1/2.
    """
    rate = float(weight @ y / weight.sum())
    mean = np.bincount(fold, weight * offset) / np.bincount(fold, weight)
    theta = np.zeros(mean.size)
    for _ in range(50):
        p, q = sigmoid(theta[fold] + offset), sigmoid(theta + mean)
        inner = weight * p * (1 - p)
        curve = np.bincount(fold, inner) + q * (1 - q)
        step = (np.bincount(fold, weight * (y - p)) + rate - q) / curve
        theta = theta + np.clip(step, -2.0, 2.0)
        if np.abs(step).max() < 1e-10:
            break
    X = np.eye(mean.size)[fold]
    covariance = _sandwich(X, weight * (y - p), np.diag(curve), account)
    np.fill_diagonal(covariance, np.maximum(np.diag(covariance), 1 / curve))
    return theta, covariance, np.bincount(fold, inner * offset) / np.bincount(fold, inner)


def _sandwich(X: Float, residual: Float, hessian: Float, account: Int) -> Float:
    _, cluster = np.unique(account, return_inverse=True)
    sums = np.stack([np.bincount(cluster, column * residual) for column in X.T], axis=1)
    bread = np.linalg.inv(hessian)
    return np.asarray(bread @ (sums.T @ sums) @ bread)
