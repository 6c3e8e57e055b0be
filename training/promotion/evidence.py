"""The evidence for another recipe, and the rule by which it is weighed.

Keeping the champion is the answer to missing evidence. Another recipe takes over when

1. on the same leads its log loss is lower, and the lower end of the 90 % interval of the gain is
   above -1 % of the champion's log loss;
2. no segment with 100 wins is worse with its whole interval, which is at a level of 95 % for all
   of them together;
3. the 90 % interval of its calibration in the large (predicted-to-actual ratio of wins)
   meets 0.9 to 1.1, its base-rate offset being taken from earlier data only.

Where the outcomes are defined otherwise, both recipes are fitted to the new definition and no
figure says which definition is right: the reviewer does, and part 1 asks for no more than that
the new one is not surely worse.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from leadgate.jsonfile import json_values
from training.evaluation.evaluated import Metric
from training.promotion.paired import Contest, SegmentGain

NOT_BETTER, HARM = "not_better", "harm"
WORSE_BY = 0.01
MIN_WINS = 100
CALIBRATED = (0.9, 1.1)
# The rounding of equal models.
_NOTHING = 1e-9
_UNFITTED = "too few outcomes were known before the window to fit the champion's recipe"


@dataclass(frozen=True)
class Evidence:
    """How a challenger did beside the champion's recipe on the challenger's test window.

    `contest` is None where the champion's recipe could not be fitted before the window.
    `reason_asked` says why no figure can decide, "" where the figures do. `alike`: fitted to the
    challenger's outcomes both recipes are one model, so that there is no gain to show.
    """

    champion: str
    contest: Contest | None
    segments: list[SegmentGain]
    calibration: Metric
    reason_asked: str = ""
    alike: bool = False

    def objections(self) -> list[str]:
        """Return what speaks against a change, each as part of a sentence; empty: nothing."""
        return [*self._of_the_loss(), *self._of_harm()]

    @property
    def refusal(self) -> str:
        """The code by which the gate refuses; "" where it has no objection."""
        if self._of_the_loss():
            return NOT_BETTER
        return HARM if self._of_harm() else ""

    def not_made(self) -> list[str]:
        """Name the checks that could not be made, each with its reason."""
        if self.contest is None or self.segments:
            return []
        return [f"harm to segments (none has {MIN_WINS} wins)"]

    def to_dict(self) -> dict[str, Any]:
        """Return the evidence as JSON values."""
        return {
            "champion": self.champion,
            "contest": json_values(self.contest),
            "segments": json_values(self.segments),
        }

    def _of_the_loss(self) -> list[str]:
        if self.contest is None:
            # Where a reason is asked for, no figure of the loss is what decides.
            return [] if self.reason_asked else [_UNFITTED]
        loss = self.contest.log_loss
        if self.reason_asked:
            worse = loss.high < 0
            return [f"its log loss is higher: the gain is {gain_in_words(self.contest)}"] * worse
        if not loss.gain > _NOTHING:
            return [f"its log loss is not lower: the gain is {gain_in_words(self.contest)}"]
        if not loss.low > -WORSE_BY * loss.theirs:
            return [
                f"its log loss may be higher by more than {WORSE_BY:.0%}: the gain is "
                f"{gain_in_words(self.contest)}"
            ]
        return []

    def _of_harm(self) -> list[str]:
        worse = [segment for segment in self.segments if segment.high < 0]
        return [
            *(f"it is worse {segment.where}: the gain is {segment.ends}" for segment in worse),
            *([calibration_in_words(self.calibration)] if not calibrated(self.calibration) else []),
        ]


def calibrated(metric: Metric) -> bool:
    """Return whether an interval of the calibration in the large meets 0.9 to 1.1."""
    return metric.low <= CALIBRATED[1] and metric.high >= CALIBRATED[0]


def calibration_in_words(metric: Metric) -> str:
    """Say how many wins were predicted for each actual one."""
    return (
        f"its predicted-to-actual ratio of wins is {metric.value:.2f} ({metric.low:.2f} to "
        f"{metric.high:.2f}), and {CALIBRATED[0]} to {CALIBRATED[1]} is asked for"
    )


def gain_in_words(contest: Contest) -> str:
    """Say how the log loss of two models differs."""
    loss = contest.log_loss
    return f"{loss.gain:+.4f} ({loss.low:+.4f} to {loss.high:+.4f}) of {loss.theirs:.4f}"
