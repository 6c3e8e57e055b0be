"""The level of a model: the intercept of each fold, and the local level that is kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leadgate.model import Calibration
from leadgate.model.calibration import sigmoid
from training.sandwich import sandwich

Float = NDArray[np.float64]
Int = NDArray[np.int64]

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


def calibrate_level(y: Float, weight: Float, fold: Int, account: Int) -> Calibration:
    """Fit the base rate alone, by the same local level; the slope is 0."""
    nothing = np.zeros(y.size)
    levels, noise, _ = fold_levels(nothing, y, weight, fold, account)
    level = local_level(levels, np.diag(noise))
    variance = level.share @ noise @ level.share + level.drift
    return Calibration(float(level.share @ levels), 0.0, np.diag([variance, 0.0]))


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


def fold_levels(
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
    covariance = sandwich(X, weight * (y - p), np.diag(curve), account)
    np.fill_diagonal(covariance, np.maximum(np.diag(covariance), 1 / curve))
    return theta, covariance, np.bincount(fold, inner * offset) / np.bincount(fold, inner)
