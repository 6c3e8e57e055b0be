"""The result of a backtest: every policy at every capacity."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from experiments.backtest.figures import Figures, by_policy
from experiments.backtest.pool import Pool
from experiments.figures.share import Share
from features.parsing.times import iso
from leadgate.arrays import Ints
from leadgate.policy import US_PER_WEEK
from training.evaluation.evaluated import Metric

GATE, EVERYTHING, NEWEST, RANDOM = "gate", "send_everything", "newest_first", "random"
OWN, ORACLE = "own_score", "oracle"


@dataclass(frozen=True)
class WhatIf:
    """The policies at one capacity (handoffs a week)."""

    capacity: int
    policies: dict[str, Figures]


@dataclass(frozen=True)
class Backtest:
    """What the policies would have done.

    Attributes
    ----------
    weeks
        The Mondays at which leads were decided on, microseconds UTC.
    leads, not_seen
        Leads in the replay, and leads of its time that were worked or closed before their first
        Monday.
    capacity
        Handoffs a week of the figures in `policies`.
    policies
        By name; `oracle` only where the truth is known.
    what_if
        The same at every capacity asked for, ascending.
    curve
        The same at the capacities of the curves, ascending.
    ahead
        By policy: how much more of the wins the gate captures, paired.
    monthly, quarterly
        Share of wins captured by the gate when it is retrained so often.
    retraining
        Their paired difference, monthly less quarterly.
    refits
        How many models there were.
    notes
        Sentences about the data.
    handed
        By policy: the week of each lead's handoff; -1 for never.
    pool
        What was decided on.
    """

    weeks: Ints
    leads: int
    not_seen: int
    capacity: int
    policies: dict[str, Figures]
    what_if: list[WhatIf]
    curve: list[WhatIf]
    ahead: dict[str, Metric]
    monthly: Share
    quarterly: Share
    retraining: Metric
    refits: int
    notes: list[str] = field(repr=False)
    handed: dict[str, Ints] = field(repr=False)
    pool: Pool = field(repr=False)

    @property
    def promises(self) -> bool:
        """Whether the gate captured more wins than newest first and random, by the intervals."""
        return all(self.ahead[name].low > 0 for name in (NEWEST, RANDOM))

    def to_dict(self) -> dict[str, Any]:
        """Return what `leadgate backtest --json` prints."""
        return {
            "weeks": len(self.weeks),
            "from": iso(int(self.weeks[0])),
            "to": iso(int(self.weeks[-1]) + US_PER_WEEK),
            "capacity": self.capacity,
            "leads": self.leads,
            "promises": self.promises,
            "policies": by_policy(self.policies),
            "ahead": {name: metric.to_dict() for name, metric in self.ahead.items()},
            "what_if": [
                {"capacity": row.capacity, "policies": by_policy(row.policies)}
                for row in self.what_if
            ],
            "retraining": {
                "monthly": _metric(self.monthly),
                "quarterly": _metric(self.quarterly),
                "difference": self.retraining.to_dict(),
            },
        }


def _metric(share: Share) -> dict[str, float | None]:
    return Metric(share.value, share.low, share.high).to_dict()
