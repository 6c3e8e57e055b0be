"""Platt calibration on out-of-fold margins, its level taken from the newest outcomes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leadgate.arrays import Floats, Ints
from leadgate.model import Calibration
from leadgate.model.calibration import sigmoid
from training.ensemble.level import Mature, local_level
from training.statistics.sandwich import sandwich

# With fewer effective rows a slope and levels cost more than they bring (docs/decisions/0007).
ENOUGH = 100.0
# A slope forward in time is that of the same time within this deviation (docs/decisions/0021).
FORWARD = 0.2


@dataclass(frozen=True)
class Slope:
    """What is known of a slope: a normal distribution."""

    mean: float
    variance: float

    def given(self, seen: Slope) -> Slope:
        """Return what is known once the slope was also seen, independently."""
        share = self.variance / (self.variance + max(seen.variance, 1e-12))
        return Slope(self.mean + share * (seen.mean - self.mean), (1 - share) * self.variance)


# Members are shrunk by themselves: before anything is seen theirs is about 1.
USUAL = Slope(1.0, 0.5**2)


def forward_slope(
    log_odds: Floats, y: Floats, weight: Floats, fold: Ints, account: Ints, usual: Slope = USUAL
) -> Slope:
    """Return the slope that the forward windows show, drawn towards the usual one.

    By weighted maximum likelihood with a free intercept per fold; its variance is robust to
    clusters of accounts (Liang & Zeger 1986).

    Parameters
    ----------
    log_odds
        Shape (n,), log-odds by fits that have not seen the row.
    y, weight
        Shape (n,): 1 won, 0 not; what each row counts.
    fold
        Shape (n,), 0, 1, ... in the order of time.
    account
        Shape (n,), codes.
    usual
        What is known of the slope without the windows (`slope_within`).
    """
    return usual.given(_slope(log_odds, y, weight, fold, account))


def slope_within(log_odds: Floats, y: Floats, weight: Floats, period: Ints, account: Ints) -> Slope:
    """Return what fits of the same time say of a slope forward in time.

    The slope on accounts beside the fits, with a free intercept per period, drawn towards 1; what
    the time to come may change is added to its variance.
    """
    found = USUAL.given(_slope(log_odds, y, weight, period, account))
    return Slope(found.mean, found.variance + FORWARD**2)


def calibrate(slope: Slope, mature: Mature, shipped: Floats) -> Calibration:
    """Fit the intercept of readiness = sigmoid(intercept + slope * margin), with slope >= 0.

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
    # The levels move with the slope by minus the margin at which they are anchored.
    anchor = float(level.share @ centre) / mean if mean else 0.0
    variance = level.share @ noise @ level.share + level.drift + anchor**2 * spread
    shared = -anchor * spread
    covariance = np.array([[variance, shared], [shared, spread]])
    return Calibration(float(level.share @ levels), mean, covariance)


def platt(log_odds: Floats, y: Floats, weight: Floats, fold: Ints) -> Floats:
    """Return the probabilities of a slope and a free intercept per fold; shape (n,)."""
    theta, X, _ = _platt(log_odds, y, weight, fold)
    return sigmoid(X @ theta)


def effective_n(weight: Floats) -> float:
    """Return Kish's effective number of rows."""
    squares = float((weight**2).sum())
    return float(weight.sum()) ** 2 / squares if squares else 0.0


def _slope(log_odds: Floats, y: Floats, weight: Floats, fold: Ints, account: Ints) -> Slope:
    """Return the slope beside free intercepts."""
    theta, X, hessian = _platt(log_odds, y, weight, fold)
    covariance = sandwich(X, weight * (y - sigmoid(X @ theta)), hessian, account)
    return Slope(float(theta[-1]), float(covariance[-1, -1]))


def _platt(
    log_odds: Floats, y: Floats, weight: Floats, fold: Ints
) -> tuple[Floats, Floats, Floats]:
    """Return (intercept of each fold, slope), the design matrix and the Hessian."""
    X = np.column_stack([np.eye(int(fold.max()) + 1)[fold], log_odds])
    theta = np.append(np.zeros(X.shape[1] - 1), 1.0)
    for _ in range(50):
        p = sigmoid(X @ theta)
        hessian = (X.T * (weight * p * (1 - p))) @ X + 1e-9 * np.eye(X.shape[1])
        step = np.linalg.solve(hessian, X.T @ (weight * (y - p)))
        theta = theta + step / max(1.0, float(np.abs(step).max()) / 2)
        if np.abs(step).max() < 1e-10:
            break
    return theta, X, hessian
