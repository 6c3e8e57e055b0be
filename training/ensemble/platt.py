"""Platt calibration on out-of-fold margins, its level taken from the newest outcomes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leadgate.arrays import Floats, Ints
from leadgate.model import Calibration
from training.ensemble.level import Mature, local_level
from training.statistics.logistic import Logistic, fit_logistic

# With fewer effective rows a slope and levels cost more than they bring (docs/decisions/0007).
ENOUGH = 100.0
# A slope forward in time is that of the same time within this deviation (docs/decisions/0021).
FORWARD = 0.2


@dataclass(frozen=True)
class Slope:
    """The distribution of a slope, a normal one."""

    mean: float
    variance: float

    def given(self, seen: Slope) -> Slope:
        """Return the posterior after an independent estimate of the slope."""
        share = self.variance / (self.variance + max(seen.variance, 1e-12))
        return Slope(self.mean + share * (seen.mean - self.mean), (1 - share) * self.variance)


# Members are shrunk by themselves: before any data theirs is about 1.
PRIOR_SLOPE = Slope(1.0, 0.5**2)


def forward_slope(
    log_odds: Floats,
    y: Floats,
    weight: Floats,
    fold: Ints,
    account: Ints,
    prior: Slope = PRIOR_SLOPE,
) -> Slope:
    """Return the slope that the forward windows show, shrunken towards a prior.

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
    prior
        The slope as estimated without the windows (`slope_within`).
    """
    return prior.given(_slope(log_odds, y, weight, fold, account))


def slope_within(log_odds: Floats, y: Floats, weight: Floats, period: Ints, account: Ints) -> Slope:
    """Return the slope forward in time as estimated by fits of the same time.

    The slope on accounts beside the fits, with a free intercept per period, shrunken towards 1;
    what the time to come may change is added to its variance.
    """
    slope = PRIOR_SLOPE.given(_slope(log_odds, y, weight, period, account))
    return Slope(slope.mean, slope.variance + FORWARD**2)


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
    return _fit(log_odds, y, weight, fold).p


def _slope(log_odds: Floats, y: Floats, weight: Floats, fold: Ints, account: Ints) -> Slope:
    """Return the slope beside free intercepts."""
    fit = _fit(log_odds, y, weight, fold)
    return Slope(float(fit.theta[-1]), float(fit.covariance(account)[-1, -1]))


def _fit(log_odds: Floats, y: Floats, weight: Floats, fold: Ints) -> Logistic:
    """Fit (intercept of each fold, slope)."""
    X = np.column_stack([np.eye(int(fold.max()) + 1)[fold], log_odds])
    return fit_logistic(X, y, weight, start=np.append(np.zeros(X.shape[1] - 1), 1.0))
