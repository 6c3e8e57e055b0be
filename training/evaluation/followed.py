"""What a base-rate offset that follows is worth, prequentially, at the delay of the data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from leadgate.arrays import Floats, Ints
from leadgate.model.calibration import sigmoid
from training.ensemble.following import Outcomes
from training.ensemble.prequential import FollowedWindow, Prequential
from training.evaluation.evaluated import Metric, measured
from training.statistics import metrics


@dataclass(frozen=True)
class Following:
    """The log loss with the offset of the fit, and with one that follows the outcomes.

    Attributes
    ----------
    delay_days
        How long an outcome takes until it counts: horizon, recording, and the week to its end.
    windows
        The gain on all forward windows, the test window included: log loss frozen minus followed.
    frozen, followed, gain
        On the test window; the baseline of the gain is 0.
    """

    delay_days: float
    windows: Metric
    frozen: Metric
    followed: Metric
    gain: Metric

    @property
    def pays(self) -> bool:
        """Whether the forward windows show a lower log loss where the offset followed."""
        return self.windows.value > 0

    @property
    def why(self) -> str:
        """Whether the offset is to follow, and the figures that say so."""
        windows = self.windows
        does = "can follow the outcomes" if self.pays else "stays as it was fitted"
        return (
            f"The base-rate offset {does}: outcomes count {self.delay_days:.0f} days after a lead "
            f"is scored, and on the forward windows the gain of following is {windows.value:+.4f} "
            f"({windows.low:+.4f} to {windows.high:+.4f}) of the log loss."
        )

    @property
    def sentence(self) -> str:
        """The same, with the log loss on the test window."""
        return (
            f"{self.why} On the test window it is {self.frozen.value:.4f} as fitted and "
            f"{self.followed.value:.4f} followed."
        )

    def to_dict(self) -> dict[str, Any]:
        """Return what ``leadgate train --json`` prints."""
        return {
            "pays": self.pays,
            "why": self.why,
            "delay_days": round(self.delay_days, 2),
            "windows": self.windows.to_dict(),
            "log_loss_frozen": self.frozen.to_dict(),
            "log_loss_followed": self.followed.to_dict(),
            "gain": self.gain.to_dict(),
        }


def following_of(
    windows: Sequence[Prequential], test: FollowedWindow, published: Outcomes
) -> Following:
    """Evaluate following on the forward windows and, from the readiness as published, on the test.

    Parameters
    ----------
    windows
        The forward windows, the test window included.
    test
        The test window.
    published
        Its snapshots with the log-odds of the evaluation fits.
    """
    pooled = Prequential.together(windows)
    y, weight, account = published.y, published.weight, published.account
    frozen = sigmoid(published.log_odds)
    followed = sigmoid(published.log_odds + test.trajectory.at(published.as_of))
    return Following(
        test.delay_days,
        _gain(pooled.y, pooled.frozen, pooled.followed, pooled.weight, pooled.account),
        _log_loss(y, frozen, weight, account),
        _log_loss(y, followed, weight, account),
        _gain(y, frozen, followed, weight, account),
    )


def _log_loss(y: Floats, p: Floats, weight: Floats, account: Ints) -> Metric:
    return measured(lambda w: metrics.log_loss(y, p, w), account, weight, [math.nan])[0]


def _gain(y: Floats, frozen: Floats, followed: Floats, weight: Floats, account: Ints) -> Metric:
    """Return by how much following lowers the log loss, paired."""
    lower = metrics.losses(y, frozen) - metrics.losses(y, followed)
    if not np.any(lower):
        return Metric(0.0, 0.0, 0.0, 0.0)
    return measured(lambda w: metrics.mean(lower, w), account, weight, [0.0])[0]
