"""Exports that came back damaged: a column, a type of activity, dates, outcomes, the last weeks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from benchmarks.inputs.weekly import as_exported
from experiments.simulation.world import World

# The tables that differ, by their name in a world.
Tables = dict[str, pd.DataFrame | pd.Timestamp]
Damage = Callable[[World, np.random.Generator], Tables]
DAYS_OFF, WEEKS_GONE = 30, 4


def outcomes_shuffled(source: str) -> Damage:
    """Give the leads of one source the outcomes of each other."""

    def damage(world: World, rng: np.random.Generator) -> Tables:
        of_source = world.leads.loc[world.leads["LeadSource"] == source, "lead_id"]
        outcomes = world.outcomes.copy()
        rows = np.flatnonzero(outcomes["lead_id"].isin(of_source))
        names = ["outcome", "amount"]
        outcomes.loc[rows, names] = outcomes.loc[rng.permutation(rows), names].to_numpy()
        return {"outcomes": outcomes}

    return damage


def column_shuffled(column: str) -> Damage:
    """Give leads the values of other leads."""
    return lambda world, rng: {
        "leads": world.leads.assign(**{column: rng.permutation(world.leads[column].to_numpy())})
    }


def column_set(column: str, value: object) -> Damage:
    """Give all leads one value, or none."""
    return lambda world, _rng: {"leads": world.leads.assign(**{column: value})}


def categories_renamed(column: str) -> Damage:
    """Write the categories of a column otherwise."""
    return lambda world, _rng: {
        "leads": world.leads.assign(**{column: world.leads[column].str.upper() + "_1"})
    }


def another_unit(column: str) -> Damage:
    """Write the numbers of a column in thousandths."""
    return lambda world, _rng: {
        "leads": world.leads.assign(**{column: world.leads[column] * 1_000})
    }


def activity_lost(kind: str) -> Damage:
    """Leave out one type of activity."""
    return lambda world, _rng: {
        "activities": world.activities[world.activities["type"] != kind].reset_index(drop=True)
    }


def activities_early(world: World, _rng: np.random.Generator) -> Tables:
    """Date activities a month before they happened."""
    clocks = ["occurred_at", "recorded_at"]
    moved = {name: world.activities[name] - pd.Timedelta(days=DAYS_OFF) for name in clocks}
    return {"activities": world.activities.assign(**moved)}


def activities_of_others(world: World, rng: np.random.Generator) -> Tables:
    """Give leads the activities of other leads."""
    owners = rng.permutation(world.activities["lead_id"].to_numpy())
    return {"activities": world.activities.assign(lead_id=owners)}


def last_weeks_gone(world: World, _rng: np.random.Generator) -> Tables:
    """Export nothing of the last four weeks."""
    then = as_exported(world, world.until - pd.Timedelta(weeks=WEEKS_GONE))
    names = ("until", "leads", "activities", "outcomes", "handoffs")
    return {name: getattr(then, name) for name in names}


DAMAGES: dict[str, Damage] = {
    "outcomes of Website shuffled": outcomes_shuffled("Website"),
    "outcomes of Referral shuffled": outcomes_shuffled("Referral"),
    "Industry of others": column_shuffled("Industry"),
    "Title of others": column_shuffled("Title"),
    "Employees of others": column_shuffled("Employees"),
    "LeadSource of others": column_shuffled("LeadSource"),
    "Title empty": column_set("Title", None),
    "Industry constant": column_set("Industry", "Retail"),
    "LeadSource renamed": categories_renamed("LeadSource"),
    "Employees in another unit": another_unit("Employees"),
    "demo requests lost": activity_lost("demo_request"),
    "pricing views lost": activity_lost("pricing_view"),
    "webinars lost": activity_lost("webinar"),
    "activities dated early": activities_early,
    "activities of others": activities_of_others,
    "last weeks gone": last_weeks_gone,
}
