"""Calibration: Platt scaling of the log-odds, with the uncertainty of its two numbers."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def sigmoid(log_odds: ArrayLike) -> Floats:
    """Return the probability of each log-odds, without overflow."""
    # tanh neither overflows nor branches, and one row takes a microsecond.
    half = np.multiply(log_odds, 0.5, dtype=np.float64)
    result: Floats = 0.5 * (1.0 + np.tanh(half))
    return result


class Calibration:
    """readiness = sigmoid(intercept + slope * margin).

    Parameters
    ----------
    intercept, slope
        Fitted on out-of-fold margins (Platt 1999); slope >= 0.
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

    def log_odds(self, margin: Floats) -> Floats:
        """Return the calibrated log-odds; shape (n,)."""
        return self.intercept + self.slope * margin

    def readiness(self, margin: Floats) -> Floats:
        """Return the calibrated probability; shape (n,)."""
        return sigmoid(self.log_odds(margin))

    def interval(self, margin: Floats, level: float = 0.90) -> tuple[Floats, Floats]:
        """Return the interval of the readiness: two arrays of shape (n,), low and high.

        Delta method on the log-odds. It holds the uncertainty of the calibration, not that of the
        members, and is zero wide where no covariance is known.
        """
        (a, ab), (_, b) = self.covariance
        spread = np.sqrt(np.maximum(a + 2.0 * ab * margin + b * margin**2, 0.0))
        centre = self.log_odds(margin)
        reach = NormalDist().inv_cdf(0.5 + level / 2.0) * spread
        return sigmoid(centre - reach), sigmoid(centre + reach)

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
