"""The evidence for a change of the champion, and the rule by which it is weighed.

Keeping the champion is the answer to missing evidence. A challenger takes over when

1. on the same leads its log loss is lower, and the lower end of the 90 % interval of the gain is
   above -1 % of the champion's log loss;
2. no segment with 100 wins is worse with its whole interval, which is at a level of 95 % for all
   of them together;
3. the 90 % interval of its calibration in the large (predicted-to-actual ratio of wins)
   meets 0.9 to 1.1, its base-rate offset being taken from earlier data only.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from leadgate.arrays import Floats
from leadgate.jsonfile import json_values
from training.evaluation.evaluated import Evaluation, Metric
from training.promotion.paired import Contest, SegmentGain, contest, segment_gains

EVIDENCE = "evidence"  # the tag of a registered version
WORSE_BY = 0.01
MIN_WINS = 100
CALIBRATED = (0.9, 1.1)
# The rounding of equal models.
_NOTHING = 1e-9


@dataclass(frozen=True)
class Evidence:
    """How a challenger did beside the champion on the challenger's test window.

    `contest` is None where the champion's recipe could not be fitted before the window.
    """

    champion: str
    contest: Contest | None
    segments: list[SegmentGain]
    calibration: Metric

    def objections(self) -> list[str]:
        """Return what speaks against a change, each as part of a sentence; empty: nothing."""
        if self.contest is None:
            return ["too few outcomes were known before the window to fit the champion's recipe"]
        return [
            *_of_the_loss(self.contest),
            *(_of_segment(segment) for segment in self.segments if segment.high < 0),
            *([calibration_in_words(self.calibration)] if not calibrated(self.calibration) else []),
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the evidence as JSON values."""
        return {
            "champion": self.champion,
            "contest": json_values(self.contest),
            "segments": json_values(self.segments),
            "objections": self.objections(),
        }


def gather(champion: str, evaluation: Evaluation, theirs: Floats | None) -> Evidence:
    """Put a champion's readiness beside that of the evaluated challenger.

    Parameters
    ----------
    champion
        Its version.
    theirs
        Shape (n,), of the evaluated leads; None where the champion cannot be evaluated.
    """
    evaluated, calibration = evaluation.evaluated, evaluation.metrics["calibration_in_the_large"]
    if theirs is None:
        return Evidence(champion, None, [], calibration)
    return Evidence(
        champion,
        contest(evaluated, theirs, evaluation.capacity_share),
        segment_gains(evaluated, theirs, MIN_WINS),
        calibration,
    )


def as_json(evaluation: Evaluation | None, evidence: Evidence | None) -> str:
    """Return what is written on a registered version: the figures that its verdict rests on."""
    written: dict[str, Any] = {"signal": None, "newest_window": None, "against": None}
    if evaluation is not None:
        names = ("auc", "log_loss", "calibration_in_the_large")
        window, wanted = evaluation.windows[-1], evaluation.metrics
        signal = evaluation.signal
        more = {"p_value": signal.p_value, "accounts": signal.accounts}
        written["signal"] = evaluation.pooled_auc.to_dict() | more
        written["newest_window"] = {
            "start": window.start,
            "end": window.end,
            "leads": window.leads,
            "wins": window.wins,
            **{name: wanted[name].to_dict() for name in names},
        }
    if evidence is not None:
        written["against"] = evidence.to_dict()
    return json.dumps(json_values(written, digits=6), allow_nan=False, ensure_ascii=False)


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


def _of_the_loss(contest: Contest) -> list[str]:
    loss = contest.log_loss
    if not loss.gain > _NOTHING:
        return [f"its log loss is not lower: the gain is {gain_in_words(contest)}"]
    if not loss.low > -WORSE_BY * loss.theirs:
        return [
            f"its log loss may be higher by more than {WORSE_BY:.0%}: the gain is "
            f"{gain_in_words(contest)}"
        ]
    return []


def _of_segment(segment: SegmentGain) -> str:
    return (
        f"it is worse where {segment.column} is {segment.name or 'not known'}: the gain is "
        f"{segment.gain:+.4f} ({segment.low:+.4f} to {segment.high:+.4f})"
    )
