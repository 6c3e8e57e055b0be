"""The result of a backtest: every policy at every capacity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from experiments.backtest.chance import Band
from experiments.backtest.estimate import Difference, Figures
from experiments.backtest.pool import Pool
from experiments.backtest.work import HANDOFFS, Work
from features.parsing.times import iso
from leadgate.arrays import Ints
from leadgate.policy import US_PER_WEEK

GATE, SALES, EVERYTHING = "gate", "sales_as_it_was", "send_everything"
NEWEST, RANDOM, CURRENT = "newest_first", "random", "current_score"


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
        Handoffs a week of the figures in `policies`; sales as it was obeys none.
    all_leads
        Whether wins are those of all leads; else of the leads handed off alone.
    work
        Whom sales worked, and where that is known from.
    policies
        By name.
    against
        By policy: the gate's paired difference; sales as it was and the current CRM score first.
    what_if
        The policies at every capacity asked for, ascending.
    curve
        The same at the capacities of the curves, ascending.
    slower
        The gate's paired difference to one that is trained quarterly instead of monthly.
    refits
        How many months had models.
    bands
        The calibration of the chance of being worked; empty where that is not known.
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
    all_leads: bool
    work: Work = field(repr=False)
    policies: dict[str, Figures]
    against: dict[str, Difference]
    what_if: list[WhatIf]
    curve: list[WhatIf]
    slower: Difference
    refits: int
    bands: list[Band] = field(repr=False)
    notes: list[str] = field(repr=False)
    handed: dict[str, Ints] = field(repr=False)
    pool: Pool = field(repr=False)

    @property
    def rival(self) -> str:
        """The policy that stands for what is done today.

        Sales as it was, where it is known whom sales worked, else the current CRM score; newest
        first without either.
        """
        if self.work.dated:
            return SALES
        return CURRENT if CURRENT in self.against else NEWEST

    @property
    def ahead(self) -> bool:
        """Whether the gate wins more than what is done today and than chance, by the intervals.

        That is sales as it was, where it is known whom sales worked, and the current CRM score;
        without either, newest first. As sales may have taken fewer than the gate, which alone would
        win more, the gate has to be ahead of as many leads drawn at random as well.
        """
        today = [SALES] * self.work.dated + [CURRENT] * (CURRENT in self.against)
        return all(self.against[name].wins.low > 0 for name in [*(today or [NEWEST]), RANDOM])

    @property
    def proven(self) -> bool:
        """Whether it is ahead, of all leads, and a table of handoffs says whom sales worked."""
        return self.ahead and self.all_leads and self.work.source == HANDOFFS

    @property
    def assumes(self) -> list[str]:
        """What is taken for granted, in words."""
        return self.work.assumes

    def to_dict(self) -> dict[str, Any]:
        """Return what `leadgate backtest --json` prints."""
        return {
            "weeks": len(self.weeks),
            "from": iso(int(self.weeks[0])),
            "to": iso(int(self.weeks[-1]) + US_PER_WEEK),
            "capacity": self.capacity,
            "proven": self.proven,
            "all_leads": self.all_leads,
            "assumes": self.assumes,
            "policies": _by_policy(self.policies),
            "against": {name: each.to_dict() for name, each in self.against.items()},
            "what_if": [
                {"capacity": row.capacity, "policies": _by_policy(row.policies)}
                for row in self.what_if
            ],
        }


def _by_policy(policies: Mapping[str, Figures]) -> dict[str, Any]:
    return {name: figures.to_dict() for name, figures in policies.items()}
