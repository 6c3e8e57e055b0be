"""What matured since a model was trained: how its wins came, and what following was worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from leadgate.arrays import Floats
from leadgate.jsonfile import json_values
from leadgate.model.calibration import sigmoid
from training.ensemble.following import Outcomes, Trajectory
from training.evaluation.evaluated import Metric, measured
from training.statistics import metrics

# With fewer wins the check on the prequential log loss is not made.
MIN_WINS = 50


@dataclass(frozen=True)
class Since:
    """What matured since the end of the data that an offset was fitted on.

    Attributes
    ----------
    leads, wins
        Sums of weights: the snapshots of a lead weigh 1 together.
    before, after
        The predicted-to-actual ratio of wins among them, as trained and with the offset moved.
    scored_wins
        How many of the wins were scored when a first batch had moved the offset.
    gain
        By how much following lowered the log loss of those; None with fewer than 50 wins.
    """

    leads: float
    wins: float
    before: Metric
    after: Metric
    scored_wins: float
    gain: Metric | None

    @classmethod
    def of(cls, outcomes: Outcomes, trajectory: Trajectory) -> Since:
        """Look back on outcomes by the trajectory that they gave."""
        y, weight, account = outcomes.y, outcomes.weight, outcomes.account
        before, after = (
            _ratio(y, sigmoid(outcomes.log_odds + shift), weight, account)
            for shift in (0.0, trajectory.last)
        )
        scored = outcomes.take(outcomes.as_of >= trajectory.known_at[0])
        wins = float(scored.weight @ scored.y)
        gain = _gain(scored, trajectory) if wins >= MIN_WINS else None
        return cls(float(weight.sum()), float(weight @ y), before, after, wins, gain)

    def objections(self) -> list[str]:
        """Return what speaks against the moved offset, as parts of a sentence; empty: nothing."""
        gain = self.gain
        if gain is None or not gain.high < 0:
            return []
        return [
            "on what matured since the training the log loss is higher where the offset followed: "
            f"the gain is {_interval(gain, 4)}"
        ]

    @property
    def check(self) -> str:
        """What the check says, or why it could not be made."""
        if self.gain is None:
            return (
                f"The prequential log loss was not checked: {self.scored_wins:.0f} wins were "
                f"scored since the first batch, and {MIN_WINS} are needed."
            )
        return f"Following has lowered the log loss since by {_interval(self.gain, 4)}."

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as JSON values."""
        return dict(json_values(self, digits=6))


def _ratio(y: Floats, p: Floats, weight: Floats, account: np.ndarray) -> Metric:
    return measured(
        lambda w: metrics.calibration_in_the_large(y, p, w), account, weight, [1.0]
    )[0]  # fmt: skip


def _gain(scored: Outcomes, trajectory: Trajectory) -> Metric:
    followed = sigmoid(scored.log_odds + trajectory.at(scored.as_of))
    lower = metrics.losses(scored.y, sigmoid(scored.log_odds)) - metrics.losses(scored.y, followed)
    return measured(lambda w: metrics.mean(lower, w), scored.account, scored.weight, [0.0])[0]


def _interval(metric: Metric, digits: int) -> str:
    value, low, high = (f"{end:+.{digits}f}" for end in (metric.value, metric.low, metric.high))
    return f"{value} ({low} to {high})"
