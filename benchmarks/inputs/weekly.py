"""A world as its CRM stood earlier: what a weekly retraining would have exported."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from experiments.simulation.world import World


def as_exported(world: World, until: pd.Timestamp) -> World:
    """Return a world with what its CRM had recorded by an instant before its end.

    Leads created, activities and outcomes recorded, and handoffs made by then; a lead that sales
    had not worked yet has no first work. The truth stays whole.

    Parameters
    ----------
    until
        The end of the export, UTC.
    """
    handoffs = world.handoffs[world.handoffs["handed_off_at"] <= until]
    worked = handoffs["first_worked_at"].where(handoffs["first_worked_at"] <= until)
    return replace(
        world,
        until=until,
        leads=_rows(world.leads, "created_at", until),
        activities=_rows(world.activities, "recorded_at", until),
        outcomes=_rows(world.outcomes, "recorded_at", until),
        handoffs=handoffs.assign(first_worked_at=worked).reset_index(drop=True),
    )


def _rows(table: pd.DataFrame, clock: str, until: pd.Timestamp) -> pd.DataFrame:
    return table[table[clock] <= until].reset_index(drop=True)
