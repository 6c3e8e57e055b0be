"""Platt calibration on out-of-fold margins, its level taken from the newest outcomes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leadgate.arrays import Floats
from leadgate.model import Calibration
from training.ensemble.level import Mature, local_level
from training.ensemble.out_of_fold import OutOfFold
from training.statistics.logistic import Logistic, fit_logistic

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


def forward_slope(oof: OutOfFold, log_odds: Floats, prior: Slope = PRIOR_SLOPE) -> Slope:
    """Return the slope that the forward windows show, shrunken towards a prior.

    By weighted maximum likelihood with a free intercept per fold; its variance is robust to
    clusters of accounts (Liang & Zeger 1986).

    Parameters
    ----------
    oof
        The rows of the windows, n of them.
    log_odds
        Shape (n,), their log-odds by the blend.
    prior
        The slope as estimated without the windows (`slope_within`).
    """
    return prior.given(_slope(oof, log_odds))


def slope_within(crossed: OutOfFold, log_odds: Floats) -> Slope:
    """Return the slope forward in time as estimated by fits of the same time.

    The slope on accounts beside the fits, with a free intercept per period, shrunken towards 1;
    what the time to come may change is added to its variance.
    """
    slope = PRIOR_SLOPE.given(_slope(crossed, log_odds))
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


def platt(oof: OutOfFold, log_odds: Floats) -> Floats:
    """Return the probabilities of a slope and a free intercept per fold; shape (n,)."""
    return _fit(oof, log_odds).p


def _slope(oof: OutOfFold, log_odds: Floats) -> Slope:
    """Return the slope beside free intercepts."""
    fit = _fit(oof, log_odds)
    return Slope(float(fit.theta[-1]), float(fit.covariance(oof.account)[-1, -1]))


def _fit(oof: OutOfFold, log_odds: Floats) -> Logistic:
    """Fit (intercept of each fold, slope)."""
    X = np.column_stack([np.eye(int(oof.fold.max()) + 1)[oof.fold], log_odds])
    return fit_logistic(X, oof.y, oof.weight, start=np.append(np.zeros(X.shape[1] - 1), 1.0))
