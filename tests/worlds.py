"""A small simulated CRM, and the same one with another future."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from experiments.simulation import WorldSettings, simulate
from experiments.simulation.world import World
from features.tables import Tables, load_tables
from leadgate.config import Config

# A third of its leads are never worked; outcomes and some activities are recorded days later.
CRM = WorldSettings(n_leads=1_500, seed=3, sales_capacity=0.7)


@dataclass(frozen=True)
class Crm:
    """A simulated CRM as an export: its truth, its configuration, and its tables as they load."""

    world: World
    config: Config
    tables: Tables


def simulated_crm(folder, settings: WorldSettings = CRM) -> Crm:
    """Simulate a CRM and export it to a folder."""
    world = simulate(settings)
    config = Config.load(world.export(folder))
    return Crm(world, config, load_tables(config))


def with_another_future(tables: Tables, at: pd.Timestamp, *, sales: bool = True) -> Tables:
    """Return tables in which everything recorded from an instant on is otherwise.

    Outcomes are turned round or gone, activities are of other types or gone, leads that came later
    have each other's attributes, and with `sales` later first contacts are gone or delayed. The
    leads, and the end of the data, stay.
    """
    rng = np.random.default_rng(0)
    outcomes, activities = tables.outcomes.copy(), tables.activities.copy()
    handoffs, leads = tables.handoffs.copy(), tables.leads.copy()

    later = outcomes["recorded_at"] >= at
    turned = outcomes["outcome"].map({"won": "lost", "lost": "won"})
    outcomes["outcome"] = outcomes["outcome"].where(~later, turned)
    outcomes["amount"] = outcomes["amount"].where(~later, 7.0 * (turned == "won"))
    outcomes = outcomes[~later | (rng.random(len(outcomes)) < 0.7)]

    later = activities["recorded_at"] >= at
    activities.loc[later, "type"] = rng.permutation(activities.loc[later, "type"])
    activities = activities[~later | (rng.random(len(activities)) < 0.5)]

    if sales:
        later = handoffs["first_worked_at"] >= at
        delayed = handoffs["first_worked_at"] + pd.Timedelta(days=9)
        changed = delayed.where(rng.random(len(handoffs)) < 0.5)
        handoffs["first_worked_at"] = handoffs["first_worked_at"].where(~later, changed)

    later = leads["created_at"] >= at
    attributes = leads.columns.difference(["lead_id", "created_at"])
    shuffled = leads.loc[later, attributes].sample(frac=1.0, random_state=0)
    leads.loc[later, attributes] = shuffled.to_numpy()
    return replace(
        tables,
        leads=leads,
        activities=activities,
        outcomes=outcomes,
        handoffs=handoffs,
        until=tables.history().until,
    )
