"""The figures of a test window that every page shows, worked out once."""

from __future__ import annotations

from dataclasses import dataclass

from training.evaluation.breakdown import Breakdown, break_down
from training.evaluation.evaluated import Evaluation
from training.evaluation.gain import Line, lines
from training.evaluation.over_time import TimeSlice, over_time
from training.evaluation.reliability import calibration_error


@dataclass(frozen=True)
class Summary:
    """A test window in parts.

    Attributes
    ----------
    parts
        By readiness, over time and by segment.
    lines
        Who is handed off at the weekly capacity, by policy; the gate first.
    periods
        The time slices with intervals, oldest first.
    calibration_error
        With the two ends of what random variation gives.
    leads, wins
        How many leads were evaluated, and how many of them were won.
    """

    parts: Breakdown
    lines: list[Line]
    periods: list[TimeSlice]
    calibration_error: tuple[float, float, float]
    leads: int
    wins: int


def summarise(evaluation: Evaluation) -> Summary:
    """Return the parts of an evaluation."""
    evaluated = evaluation.evaluated
    window = evaluation.windows[-1]
    return Summary(
        parts=break_down(evaluated),
        lines=lines(evaluation),
        periods=over_time(evaluated, evaluation.base_rate),
        calibration_error=calibration_error(evaluated),
        leads=window.leads,
        wins=window.wins,
    )
