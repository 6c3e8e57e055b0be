"""A base-rate offset that follows: each week's mature outcomes move it (a Kalman filter)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from features.parsing.times import US_PER_DAY
from leadgate.arrays import Floats, Ints
from leadgate.model.calibration import sigmoid
from leadgate.policy import US_PER_WEEK, week_start
from training.dataset.sample import Sample
from training.ensemble.level import Mature, local_level
from training.statistics.logistic import fit_logistic

# Means over many steps of a random walk differ by two thirds of what their middles differ by.
OF_MEANS = 2 / 3


@dataclass(frozen=True)
class Walk:
    """How well an offset is known when it is fitted, and how far it moves: variances.

    Attributes
    ----------
    variance
        Of the offset, on the log-odds.
    step
        What one week adds.
    """

    variance: float
    step: float

    @classmethod
    def of(cls, mature: Mature, log_odds: Floats, as_of: Ints) -> Self:
        """Return the walk that the periods of mature snapshots show.

        Parameters
        ----------
        log_odds, as_of
            Shape (n,), of the snapshots: calibrated but for the offset, and microseconds UTC.
        """
        levels, noise, _ = mature.levels(log_odds)
        level = local_level(levels, np.diag(noise))
        weeks = float(np.ptp(as_of)) / US_PER_WEEK / levels.size
        return cls(level.variance, level.drift / OF_MEANS / max(weeks, 1 / 7))


@dataclass(frozen=True)
class Outcomes:
    """Snapshots whose outcome had to be known; every array has shape (n,).

    Attributes
    ----------
    log_odds
        Calibrated, with the offset that is not moved.
    y, weight, account
        As in `training.ensemble.level.Mature`.
    as_of, matures_at
        When it was scored, and from when on the outcome had to be known; microseconds UTC.
    """

    log_odds: Floats
    y: Floats
    weight: Floats
    account: Ints
    as_of: Ints
    matures_at: Ints

    def take(self, rows: Ints | np.ndarray) -> Outcomes:
        """Return some of them, by mask or position."""
        return Outcomes(*(getattr(self, field.name)[rows] for field in fields(self)))


@dataclass(frozen=True)
class Trajectory:
    """How an offset moves: its shift after each batch of outcomes; every array has shape (k,).

    Attributes
    ----------
    known_at
        When the batch was complete, ascending; microseconds UTC.
    shift
        Of the log-odds from then on.
    variance
        Of the shift.
    """

    known_at: Ints
    shift: Floats
    variance: Floats

    def at(self, instants: Ints) -> Floats:
        """Return the shift by the batches that were complete at each instant; shape (n,)."""
        place = np.searchsorted(self.known_at, instants, side="right")
        shift: Floats = np.append(0.0, self.shift)[place]
        return shift

    @property
    def last(self) -> float:
        """The shift after all batches."""
        return float(self.shift[-1]) if self.shift.size else 0.0


def follow(walk: Walk, outcomes: Outcomes, since: int) -> Trajectory:
    """Move an offset by the outcomes of each week in which some matured.

    A batch is a week of maturity: a lead that closes early waits for those of its age, or fast
    closings would count more than slow ones. What a batch asks for is the shift theta under which
    as many wins were expected as there were, beside a lead at the mean that asks for none; v is its
    variance by account. With the state (m, P): P += step; g = P / (P + v); m += g (theta - m);
    P *= 1 - g.

    Parameters
    ----------
    outcomes
        Those that matured after `since`.
    since
        When the offset was fitted; microseconds UTC.

    References
    ----------
    Local level model: Durbin & Koopman 2012, Time Series Analysis by State Space Methods, ch. 2.
    """
    week, before = _week(outcomes.matures_at), int(_week(np.array([since]))[0])
    shift, variance = 0.0, walk.variance
    known_at, shifts, variances = [], [], []
    for code in np.unique(week).tolist():
        variance += walk.step * max(1, code - before)
        theta, noise = _asked(outcomes.take(week == code), shift)
        gain = variance / (variance + noise)
        shift, variance, before = shift + gain * theta, variance * (1 - gain), code
        known_at.append(week_start(0) + (code + 1) * US_PER_WEEK)
        shifts.append(shift)
        variances.append(variance)
    return Trajectory(np.array(known_at, dtype=np.int64), np.array(shifts), np.array(variances))


def _week(instants: Ints) -> Ints:
    return (instants - week_start(0)) // US_PER_WEEK


def _asked(batch: Outcomes, shift: float) -> tuple[float, float]:
    """Return how much further a batch asks the log-odds to move, and the variance of that."""
    log_odds = batch.log_odds + shift
    mean = float(batch.weight @ log_odds / batch.weight.sum())
    fit = fit_logistic(
        np.ones((log_odds.size + 1, 1)),
        np.append(batch.y, sigmoid(mean)),
        np.append(batch.weight, 1.0),
        np.append(log_odds, mean),
    )
    noise = max(float(fit.covariance(batch.account)[0, 0]), 1.0 / float(fit.hessian[0, 0]))
    return float(fit.theta[0]), noise


def delay_days(outcomes: Outcomes) -> float:
    """Return how long it takes until an outcome counts: the median wait for its batch."""
    end = week_start(0) + (_week(outcomes.matures_at) + 1) * US_PER_WEEK
    return float(np.median(end - outcomes.as_of)) / US_PER_DAY


def can_follow(sample: Sample) -> bool:
    """Return whether it is known when outcomes come: there are dates and a horizon."""
    return sample.history.dated and sample.labels.mature_days > 0
