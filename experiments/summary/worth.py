"""What the gate is worth against what is done today, in the terms of a quarter."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from leadgate.jsonfile import JsonValues
from training.evaluation.evaluated import Metric

GATE, TODAY = "gate", "sales_as_it_was"
QUARTER_WEEKS = 13


class _Policy(Protocol):
    @property
    def refused(self) -> str:
        """Why it is not estimated; "" where it is."""


class _Difference(Protocol):
    @property
    def wins(self) -> Metric:
        """How many more the gate wins."""

    @property
    def profit(self) -> Metric:
        """How much more it brings."""


class Replayed(Protocol):
    """What is read of a backtest."""

    @property
    def capacity(self) -> int:
        """Handoffs a week."""

    @property
    def span_weeks(self) -> float:
        """Over how many weeks the handoffs came that wins and profit count."""

    @property
    def policies(self) -> Mapping[str, _Policy]:
        """By name; `refused` says why one is not estimated."""

    @property
    def against(self) -> Mapping[str, _Difference]:
        """The gate's paired differences, by policy."""

    @property
    def all_leads(self) -> bool:
        """Whether wins are of all leads."""

    @property
    def proven(self) -> bool:
        """The verdict."""

    @property
    def assumes(self) -> Sequence[str]:
        """What stands in for knowing who was worked."""


@dataclass(frozen=True)
class Range(JsonValues):
    """A figure of a quarter with its 90 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Worth(JsonValues):
    """The gate less sales as it was, by the backtest; every figure is of a quarter.

    Attributes
    ----------
    capacity
        Handoffs a week.
    weeks
        Over how many weeks the handoffs came.
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
    """

    capacity: int
    weeks: float
    wins: Range | None
    profit: Range | None
    all_leads: bool
    proven: bool
    refused: str = ""
    assumes: tuple[str, ...] = ()

    @classmethod
    def of(cls, replayed: Replayed) -> Worth:
        """Return the worth that a backtest shows."""
        difference, weeks = replayed.against[TODAY], replayed.span_weeks
        wins = _a_quarter(difference.wins, weeks)
        return cls(
            capacity=replayed.capacity,
            weeks=weeks,
            wins=wins,
            profit=_a_quarter(difference.profit, weeks),
            all_leads=replayed.all_leads,
            proven=replayed.proven and wins is not None and wins.low > 0,
            refused=replayed.policies[GATE].refused or replayed.policies[TODAY].refused,
            assumes=tuple(replayed.assumes),
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


def _a_quarter(metric: Metric, weeks: float) -> Range | None:
    ends = (metric.value, metric.low, metric.high)
    if not weeks or not all(map(math.isfinite, ends)):
        return None
    return Range(*(end * QUARTER_WEEKS / weeks for end in ends))
