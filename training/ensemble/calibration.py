"""Platt calibration on out-of-fold log-odds, its level taken from the newest outcomes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leadgate.arrays import Floats
from leadgate.model import Calibration
from training.ensemble.level import Mature, local_level
from training.ensemble.out_of_fold import OutOfFold
from training.statistics.logistic import Logistic, fit_logistic


@dataclass(frozen=True)
class Slope:
    """The distribution of a slope, a normal one."""

    mean: float
    variance: float


# Members are shrunk by themselves: before any data theirs is about 1.
PRIOR_SLOPE = Slope(1.0, 0.5**2)


def calibrate(slope: Slope, mature: Mature, shipped: Floats) -> Calibration:
    """Fit the intercept of readiness = sigmoid(intercept + slope * log_odds), with slope >= 0.

    The level of each period is the intercept under which the model expects as many wins among its
    mature snapshots as there were. The intercept is a local level over the periods, so a base rate
    that moves is followed as fast as its noise allows, and its variance holds the drift of one more
    period.

    Parameters
    ----------
    mature
        The snapshots that show the level.
    shipped
        Their log-odds by the model that is calibrated.
    """
    mean, spread = max(slope.mean, 0.0), slope.variance
    levels, noise, centre = mature.levels(mean * shipped)
    level = local_level(levels, np.diag(noise))
    # The levels move with the slope by minus the log-odds at which they are anchored.
    anchor = float(level.share @ centre) / mean if mean else 0.0
    error = mature.part_of_noise(levels, mean * shipped) * (level.share @ noise @ level.share)
    variance = error + level.drift + anchor**2 * spread
    shared = -anchor * spread
    covariance = np.array([[variance, shared], [shared, spread]])
    return Calibration(float(level.share @ levels), mean, covariance)


def platt(oof: OutOfFold, log_odds: Floats) -> Floats:
    """Return the probabilities of a slope and a free intercept per cell; shape (n,)."""
    return _fit(oof, log_odds).p


def slope_beside_cells(oof: OutOfFold, log_odds: Floats) -> Slope:
    """Return the slope of log-odds beside free intercepts, shape (n,) by weighted likelihood.

    Its variance is robust to clusters of accounts (Liang & Zeger 1986).
    """
    fit = _fit(oof, log_odds)
    return Slope(float(fit.theta[-1]), float(fit.covariance(oof.account)[-1, -1]))


def _fit(oof: OutOfFold, log_odds: Floats) -> Logistic:
    """Fit (intercept of each cell, slope)."""
    X = np.column_stack([np.eye(int(oof.cell.max()) + 1)[oof.cell], log_odds])
    return fit_logistic(X, oof.y, oof.weight, start=np.append(np.zeros(X.shape[1] - 1), 1.0))
