"""Calibration: Platt scaling of the log-odds, with the uncertainty of its two numbers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from leadgate.arrays import Floats

_ENDS = np.array([0.0, -1.0, 1.0])


def sigmoid(log_odds: ArrayLike) -> Floats:
    """Return the probability of each log-odds, without overflow."""
    # exp overflows from 710 on.
    result: Floats = 1.0 / (1.0 + np.exp(np.minimum(np.negative(log_odds), 700.0)))
    return result


def logit(probability: ArrayLike) -> Floats:
    """Return the log-odds of each probability, the inverse of `sigmoid`; infinite for 0 and 1."""
    result: Floats = np.log(probability) - np.log1p(np.negative(probability))
    return result


@cache
def reach(level: float) -> float:
    """Return how many standard errors an interval of a level reaches to either side."""
    return NormalDist().inv_cdf(0.5 + level / 2.0)


class Calibration:
    """readiness = sigmoid(intercept + slope * log_odds).

    Parameters
    ----------
    intercept, slope
        Fitted on out-of-fold log-odds (Platt 1999); slope >= 0.
    covariance
        Shape (2, 2), of (intercept, slope); zero where it is not known.

    Raises
    ------
    ValueError
        If a number is not finite, the slope is negative or the covariance is not one.
    """

    def __init__(
        self,
        intercept: float = 0.0,
        slope: float = 1.0,
        covariance: ArrayLike = ((0.0, 0.0), (0.0, 0.0)),
    ) -> None:
        self.intercept = float(intercept)
        self.slope = float(slope)
        self.covariance: Floats = np.asarray(covariance, dtype=np.float64)
        if not np.isfinite([self.intercept, self.slope]).all() or self.slope < 0:
            raise ValueError("the intercept must be finite and the slope not negative")
        if self.covariance.shape != (2, 2) or not np.isfinite(self.covariance).all():
            raise ValueError("the covariance must be 2 x 2 and finite")
        (a, ab), (_, b) = self.covariance.tolist()
        self._variance = a, 2.0 * ab, b

    def calibrated(self, log_odds: Floats) -> Floats:
        """Return the calibrated log-odds; shape (n,)."""
        return self.intercept + self.slope * log_odds

    def readiness(self, log_odds: Floats) -> Floats:
        """Return the calibrated probability; shape (n,)."""
        return sigmoid(self.calibrated(log_odds))

    def band(self, log_odds: Floats, level: float = 0.90) -> Floats:
        """Return readiness, low and high end of its interval; shape (n, 3).

        Delta method on the log-odds. The interval holds the uncertainty of the calibration, not
        that of the members, and is a point where no covariance is known.
        """
        a, b, c = self._variance
        half = reach(level) * np.sqrt(np.maximum(a + log_odds * (b + c * log_odds), 0.0))
        return sigmoid(self.calibrated(log_odds)[:, None] + half[:, None] * _ENDS)

    def interval(self, log_odds: Floats, level: float = 0.90) -> tuple[Floats, Floats]:
        """Return the interval of the readiness: two arrays of shape (n,), low and high."""
        _, low, high = self.band(log_odds, level).T
        return low, high

    def moved(self, shift: float, variance: float) -> Calibration:
        """Return the calibration with another intercept.

        Parameters
        ----------
        shift
            Added to the intercept.
        variance
            Added to that of the intercept, which stays 0 at least.
        """
        covariance = self.covariance.copy()
        covariance[0, 0] = max(covariance[0, 0] + variance, 0.0)
        return Calibration(self.intercept + shift, self.slope, covariance)

    def to_dict(self) -> dict[str, Any]:
        """Return the calibration as JSON values."""
        return {
            "intercept": self.intercept,
            "slope": self.slope,
            "covariance": self.covariance.tolist(),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Calibration:
        """Read what `to_dict` wrote.

        Raises
        ------
        KeyError, TypeError, ValueError
            If it is not that.
        """
        return cls(values["intercept"], values["slope"], values["covariance"])
