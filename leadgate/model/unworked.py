"""The second arm of a model: what becomes of a lead that is left to marketing, and the uplift."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from leadgate.arrays import Floats
from leadgate.model.calibration import Calibration, reach
from leadgate.model.contrast import Contrast


class UnworkedArm:
    """P(won within the horizon | left to marketing), from the model of the worked arm.

    Parameters
    ----------
    contrast
        What changes in the log-odds of the blend when nobody works the lead.
    calibration
        Of those log-odds.
    covariance
        Shape (4, 4), of intercept and slope of the worked arm, then of this one.

    Raises
    ------
    ValueError
        If the covariance is not 4 x 4 or not finite.
    """

    def __init__(self, contrast: Contrast, calibration: Calibration, covariance: ArrayLike) -> None:
        self.contrast, self.calibration = contrast, calibration
        self.covariance: Floats = np.asarray(covariance, dtype=np.float64)
        if self.covariance.shape != (4, 4) or not np.isfinite(self.covariance).all():
            raise ValueError("the covariance of two arms must be 4 x 4 and finite")

    def arms(
        self, readiness: Floats, log_odds: Floats, difference: Floats, level: float = 0.90
    ) -> Floats:
        """Return readiness_unworked, uplift and its low and high end; shape (n, 4).

        The interval holds the uncertainty of level and slope of both arms (delta method on the
        scale of the probability), not that of the members, nor of whom sales picked and why.

        Parameters
        ----------
        readiness, log_odds
            Of the worked arm, the latter before calibration; shape (n,).
        difference
            Of the contrast; shape (n,).
        """
        unworked = log_odds + difference
        p, q = readiness, self.calibration.readiness(unworked)
        curve, other = p * (1 - p), -q * (1 - q)
        gradient = (curve, curve * log_odds, other, other * unworked)
        variance = np.zeros(p.shape)
        # Term by term: the last bit of a matrix product depends on the number of rows.
        for row, a in zip(self.covariance.tolist(), gradient, strict=True):
            for value, b in zip(row, gradient, strict=True):
                variance += value * a * b
        half = reach(level) * np.sqrt(np.maximum(variance, 0.0))
        uplift = p - q
        low, high = np.maximum(uplift - half, -1.0), np.minimum(uplift + half, 1.0)
        return np.stack([q, uplift, low, high], axis=1)

    def contributions(self, blended: Floats, difference: Floats) -> Floats:
        """Return each feature's share of the calibrated log-odds, shape (n, p).

        Parameters
        ----------
        blended
            The contributions to the log-odds of the worked arm, before calibration.
        difference
            Those of the contrast.
        """
        return self.calibration.slope * (blended + difference)

    def moved(self, shift: float, variance: float) -> UnworkedArm:
        """Return the arm where the level of both has moved, as `Calibration.moved` moves one."""
        covariance = self.covariance.copy()
        covariance[::2, ::2] += max(variance, -float(np.diag(covariance)[::2].min()))
        calibration = self.calibration.moved(shift, variance)
        return UnworkedArm(self.contrast, calibration, covariance)

    def to_dict(self) -> dict[str, Any]:
        """Return all but the contrast as JSON values."""
        calibration, covariance = self.calibration.to_dict(), self.covariance.tolist()
        return {"calibration": calibration, "covariance": covariance}

    @classmethod
    def from_dict(cls, contrast: Contrast, values: Mapping[str, Any]) -> UnworkedArm:
        """Read what `to_dict` wrote.

        Raises
        ------
        KeyError, TypeError, ValueError
            If it is not that.
        """
        return cls(contrast, Calibration.from_dict(values["calibration"]), values["covariance"])
