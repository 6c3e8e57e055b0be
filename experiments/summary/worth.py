"""What the gate is worth against what is done today, in the terms of a quarter."""

from __future__ import annotations

import math
from dataclasses import dataclass

from experiments.backtest.result import CURRENT, GATE, Backtest
from leadgate.jsonfile import JsonValues
from training.evaluation.evaluated import Metric

QUARTER_WEEKS = 13


@dataclass(frozen=True)
class Range(JsonValues):
    """A figure of a quarter with its 90 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Worth(JsonValues):
    """The gate less what is done today, by the backtest; every figure is of a quarter.

    Attributes
    ----------
    capacity
        Handoffs a week.
    weeks
        Over how many weeks the leads of the replay came.
    rival, rival_a_week
        What stands for what is done today, and how many leads a week it handed off: sales as it
        was; where that is not known the current CRM score, and without one newest first.
    wins, profit
        The paired differences; None where they cannot be estimated, or a win has no known value.
    all_leads
        Whether the wins are those of all leads; if not, of the leads handed off only.
    proven
        Whether the backtest holds the gate to be better than what is done today.
    refused
        Why there is no estimate; "" where there is one.
    assumes
        What stands in for knowing who was handed off and worked: sentences.
    score
        The gate less the current CRM score, in wins, where that is not the rival itself and can be
        estimated: what is done today may be beaten without any gate.
    """

    capacity: int
    weeks: int
    rival: str
    rival_a_week: float
    wins: Range | None
    profit: Range | None
    all_leads: bool
    proven: bool
    refused: str = ""
    assumes: tuple[str, ...] = ()
    score: Range | None = None

    @classmethod
    def of(cls, replayed: Backtest) -> Worth:
        """Return the worth that a backtest shows."""
        rival = replayed.rival
        difference, weeks = replayed.against[rival], len(replayed.weeks)
        wins = _a_quarter(difference.wins, weeks)
        beside = None if rival == CURRENT else replayed.against.get(CURRENT)
        return cls(
            capacity=replayed.capacity,
            weeks=weeks,
            rival=rival,
            rival_a_week=replayed.policies[rival].handed_off / weeks,
            wins=wins,
            profit=_a_quarter(difference.profit, weeks),
            all_leads=replayed.all_leads,
            proven=replayed.proven and wins is not None and wins.low > 0,
            refused=replayed.policies[GATE].refused or replayed.policies[rival].refused,
            assumes=tuple(replayed.assumes),
            score=None if beside is None else _a_quarter(beside.wins, weeks),
        )

    @property
    def weeks_missing(self) -> float:
        """After how many more weeks the lower end would stand at zero, were the estimate true.

        The interval narrows with the square root of the weeks; infinite where no gain is seen.
        """
        if self.wins is None or self.wins.value <= 0:
            return math.inf
        times = ((self.wins.value - self.wins.low) / self.wins.value) ** 2
        return max(0.0, self.weeks * (times - 1))


def _a_quarter(metric: Metric, weeks: int) -> Range | None:
    ends = (metric.value, metric.low, metric.high)
    if not all(map(math.isfinite, ends)):
        return None
    return Range(*(end * QUARTER_WEEKS / weeks for end in ends))
