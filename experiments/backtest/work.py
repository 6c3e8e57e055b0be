"""Whom sales worked in the past and when, or the best that the export says about it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from features.history.lead_history import LeadHistory
from features.parsing.times import NAT
from leadgate.arrays import Bools, Ints

HANDOFFS, ACTIVITIES, ASSUMED = "handoffs", "activities", "assumed"


@dataclass(frozen=True, eq=False)
class Work:
    """When sales first worked each lead.

    Attributes
    ----------
    at
        Shape (n_leads,), microseconds UTC, `NAT` for never.
    source
        `HANDOFFS`: the table of handoffs says so; `ACTIVITIES`: the first activity of a type that
        happens only because sales works a lead; `ASSUMED`: nothing does, and every lead is taken
        as worked from its creation on, but those of which the export says that they were not.
    """

    at: Ints
    source: str

    @classmethod
    def of(cls, history: LeadHistory, sales_types: Collection[str] = ()) -> Work:
        """Read when sales worked the leads of a history.

        Parameters
        ----------
        sales_types
            The types of activity that happen only because sales works a lead.
        """
        if history.has_handoffs:
            return cls(history.first_worked, HANDOFFS)
        activities = history.activities
        by_sales = activities.type.where(set(sales_types).__contains__)
        if by_sales.any():
            first = np.full(len(history), np.iinfo(np.int64).max)
            np.minimum.at(first, activities.owner[by_sales], activities.occurred[by_sales])
            return cls(np.where(first == np.iinfo(np.int64).max, NAT, first), ACTIVITIES)
        return cls(np.where(history.unworked, NAT, history.created), ASSUMED)

    @property
    def ever(self) -> Bools:
        """Which leads were worked at all; shape (n_leads,)."""
        return np.asarray(self.at != NAT)

    @property
    def dated(self) -> bool:
        """Whether it is known when a lead was worked, and not only whether."""
        return self.source != ASSUMED

    @property
    def assumes(self) -> list[str]:
        """What is taken for granted here, in words; nothing with a table of handoffs."""
        if self.source == HANDOFFS:
            return []
        if self.source == ACTIVITIES:
            return [
                "there is no table of handoffs: a lead counts as worked from the first activity "
                "that happens only because sales works it (data.sales_types), and as never worked "
                "without one; a win that came before it counts as one without sales"
            ]
        return [
            "there is no table of handoffs and no activity of sales: every lead counts as worked "
            "from its creation on, so a win that came without sales counts as one of the handoff"
        ]
