"""The base-rate offset of a model: the intercept of each period, and the local level kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leadgate.arrays import Floats, Ints, Positions
from leadgate.model import Calibration
from leadgate.model.calibration import sigmoid
from training.statistics.clusters import cluster_sums
from training.statistics.logistic import fit_logistic

# A walk is taken for one that also stood still for so many steps: few steps show little, and what
# they show beyond their noise is cut off below only.
STILL = 2.0
# The median of the square of a standard normal number.
MEDIAN_OF_SQUARE = 0.4549


@dataclass(frozen=True)
class Mature:
    """Snapshots whose outcome had to be known; every array has length n.

    Attributes
    ----------
    rows
        Positions in the sample.
    period
        0, 1, ... in the order of time (`training.ensemble.mature.periods`).
    account
        Codes.
    """

    rows: Positions
    y: Floats
    weight: Floats
    period: Ints
    account: Ints

    def levels(self, offset: Floats) -> tuple[Floats, Floats, Floats]:
        """Return each period's intercept beside an offset, their covariance and their anchors.

        One more lead in each period, as good as the average of all, keeps one without a win
        finite; no variance is below that of independent leads. An anchor is the mean offset of the
        rows that decide the intercept, those with p near 1/2.
        """
        y, weight, period = self.y, self.weight, self.period
        rate, rows = float(weight @ y / weight.sum()), np.eye(int(period.max()) + 1)
        mean = np.bincount(period, weight * offset) / np.bincount(period, weight)
        fit = fit_logistic(
            np.concatenate([rows[period], rows]),
            np.append(y, np.full(mean.size, rate)),
            np.append(weight, np.ones(mean.size)),
            np.append(offset, mean),
        )
        covariance = fit.covariance(self.account)
        np.fill_diagonal(covariance, np.maximum(np.diag(covariance), 1 / np.diag(fit.hessian)))
        p = fit.p[: y.size]
        inner = weight * p * (1 - p)
        anchors = np.bincount(period, inner * offset) / np.bincount(period, inner)
        return fit.theta, covariance, anchors

    def moves(self, offset: Floats) -> bool:
        """Return whether the intercepts of the periods lie further apart than by their noise.

        Parameters
        ----------
        offset
            As in `levels`.
        """
        levels, noise, _ = self.levels(offset)
        return step_variance(levels, np.diag(noise)) > 0

    def part_of_noise(self, levels: Floats, offset: Floats) -> float:
        """Return how much of the noise of independent leads the rows of accounts have together.

        At most 1. Less where a lead counts in parts: early snapshots of a late win are no wins, so
        those of one lead make up for each other. A period alone holds too few accounts to say so.

        Parameters
        ----------
        levels
            Shape (k,), of each period, beside the offset.
        offset
            Shape (n,).
        """
        p = sigmoid(levels[self.period] + offset)
        sums = cluster_sums(self.weight * (self.y - p), self.account)
        return min(1.0, float(sums @ sums / (self.weight @ (p * (1 - p)))))


@dataclass(frozen=True)
class Level:
    """A local level: how much each period counts for what comes next, and the drift beyond it.

    `share` has shape (k,), sums to 1; `drift` is the variance that one more period adds: that of
    the mean over about three. `variance` is that of the level at the last period.
    """

    share: Floats
    drift: float
    variance: float


def calibrate_level(mature: Mature) -> Calibration:
    """Fit the base rate alone, by the same local level; the slope is 0."""
    nothing = np.zeros(mature.y.size)
    levels, noise, _ = mature.levels(nothing)
    level = local_level(levels, np.diag(noise))
    error = mature.part_of_noise(levels, nothing) * (level.share @ noise @ level.share)
    variance = error + level.drift
    return Calibration(float(level.share @ levels), 0.0, np.diag([variance, 0.0]))


def local_level(values: Floats, variances: Floats) -> Level:
    """Return how much each period's level counts: a random walk seen with noise (Kalman filter)."""
    drift = step_variance(values, variances)
    share, spread = np.ones(1), float(variances[0])
    for variance in variances[1:]:
        spread += drift
        gain = spread / (spread + variance)
        share = np.append(share * (1 - gain), gain)
        spread *= 1 - gain
    return Level(share, drift, spread)


def step_variance(values: Floats, variances: Floats) -> float:
    """Return the variance of one step of the walk beyond the noise of the levels.

    What the squared differences show, shrunken towards none by `STILL` steps: their mean or, where
    it is smaller, what their median says of normal steps. A single jump is no lasting drift.
    """
    noise = variances[1:] + variances[:-1]
    squares = np.diff(values) ** 2
    if not squares.size:
        return 0.0
    mean = float((squares - noise).mean())
    typical = float(np.median(squares) / MEDIAN_OF_SQUARE - np.median(noise))
    return max(0.0, min(mean, typical)) * squares.size / (squares.size + STILL)
