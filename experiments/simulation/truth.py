"""The truth of a world: what no export shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd

from experiments.simulation.clock import Instants, days_since, instants
from experiments.simulation.journey import closed_at, stage_at
from experiments.simulation.law import LOST, STAGES, WON, Law
from experiments.simulation.propagator import certain, chance_of_win
from leadgate.arrays import Floats, Ints
from leadgate.errors import DataError

LeadIds: TypeAlias = "Sequence[str] | pd.Series[str] | pd.Index[str]"


@dataclass(frozen=True)
class Truth:
    """The hidden journeys of a world, uncensored, with the law that drew them.

    Attributes
    ----------
    law, start
        The rates, and the first day (UTC).
    lead_ids
        Ids of the leads, in the order of the arrays.
    group
        Group of each lead: fit, source and the hidden level of its account together: (n,).
    team
        The team that works each lead, in the order of the regions: (n,).
    entered
        Time at which each stage was entered, days since `start`, ``inf`` for never: (n, 5).
        A lead that nobody works by the end of the data is never worked.
    worked, recorded
        When sales first worked the lead and when its outcome was recorded (days): (n,).
    """

    law: Law
    start: str
    lead_ids: pd.Index[str]
    group: Ints
    team: Ints
    entered: Floats
    worked: Floats
    recorded: Floats

    @property
    def created(self) -> Floats:
        """Return when each lead was created, days since `start`: (n,)."""
        created: Floats = self.entered.min(axis=1)
        return created

    def outcomes(self) -> pd.DataFrame:
        """Return lead_id, outcome, closed_at and recorded_at of every lead, also beyond the cut."""
        won = np.isfinite(self.entered[:, WON])
        return pd.DataFrame(
            {
                "lead_id": self.lead_ids,
                "outcome": np.where(won, STAGES[WON], STAGES[LOST]),
                "closed_at": instants(closed_at(self.entered), self.start),
                "recorded_at": instants(self.recorded, self.start),
            }
        )

    def stage(self, lead_ids: LeadIds, at: Instants) -> Ints:
        """Return the stage of leads at instants, as positions in STAGES; -1 before creation.

        Parameters
        ----------
        lead_ids
            Ids of n leads.
        at
            One instant or n of them, UTC unless they say otherwise.

        Raises
        ------
        DataError
            If the world has no such lead.
        """
        lead, days = self.locate(lead_ids, at)
        return stage_at(self.entered[lead], days)

    def p_won(
        self, lead_ids: LeadIds, as_of: Instants, horizon_days: float, worked: bool = True
    ) -> Floats:
        """Return P(won within the horizon after `as_of` | true stage at `as_of`): (n,).

        From the matrix exponential of the journey's generator. `worked` says whether sales works
        the lead from `as_of` on or leaves it to marketing for the whole horizon, whatever
        happened in this world. A lead that is closed at `as_of` has no win to come.

        Raises
        ------
        DataError
            If the world has no such lead.
        """
        lead, days = self.locate(lead_ids, as_of)
        stages = certain(stage_at(self.entered[lead], days))
        way = worked * self.law.way(self.team[lead], days - self.created[lead])
        return chance_of_win(self.law, stages, self.group[lead], days, horizon_days, way)

    def locate(self, lead_ids: LeadIds, at: Instants) -> tuple[Ints, Floats]:
        """Return positions of leads and times in days, both (n,).

        Raises
        ------
        DataError
            If the world has no such lead.
        """
        lead = self.lead_ids.get_indexer(pd.Index(lead_ids)).astype(np.int64)
        if (lead < 0).any():
            raise DataError(f"{(lead < 0).sum()} of the given lead ids are not in this world.")
        return lead, np.broadcast_to(days_since(at, self.start), lead.shape).astype(np.float64)
