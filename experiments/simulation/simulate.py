"""Drawing a world: leads, journeys, activities, sales and outcomes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from experiments.simulation.activities import CHANNELS, TYPE_NAMES, Events, draw_activities
from experiments.simulation.clock import instants, whole_seconds
from experiments.simulation.fields import draw_leads, group_of, team_of
from experiments.simulation.hard.damage import damaged, in_the_file
from experiments.simulation.hard.machines import scanned
from experiments.simulation.journey import closed_at, draw_entry, stage_at, walk
from experiments.simulation.law import Law, law_of
from experiments.simulation.sales import work_times
from experiments.simulation.settings import WorldSettings
from experiments.simulation.truth import Truth
from experiments.simulation.world import World
from leadgate.arrays import Floats, Ints


def simulate(settings: WorldSettings | None = None) -> World:
    """Simulate a world; equal settings give an equal world.

    The stationary default takes about a second for 20,000 leads.
    """
    settings = settings or WorldSettings()
    law = law_of(settings)
    # One stream for each part, so that a change to one leaves the others as they were.
    field_rng, walk_rng, sales_rng, touch_rng, deal_rng, account_rng, hard_rng = (
        np.random.default_rng(settings.seed).spawn(7)
    )
    leads = draw_leads(settings, field_rng)
    group = group_of(leads) * law.levels + _draw_levels(law, leads, account_rng)
    truth = _draw_truth(settings, law, leads, group, walk_rng, sales_rng)
    until = float(settings.days)
    by_machine = None
    if settings.hard:
        by_machine = scanned(leads["account_id"].to_numpy(object), hard_rng)
    events = draw_activities(
        law, truth.entered, truth.worked, truth.recorded, until, touch_rng, by_machine=by_machine
    )
    leads.insert(1, "created_at", instants(truth.created, settings.start))
    return World(
        settings=settings,
        until=instants(np.array([until]), settings.start).iloc[0],
        leads=damaged(leads, truth.worked < until, hard_rng) if settings.hard else leads,
        activities=_activity_table(truth, events, deal_rng),
        outcomes=_outcome_table(truth, leads, until, deal_rng, hard=settings.hard),
        handoffs=_handoff_table(truth, leads),
        truth=truth,
    )


def _draw_levels(law: Law, leads: pd.DataFrame, rng: np.random.Generator) -> Ints:
    """Draw the level of each account's effect; return that of each lead: (n,)."""
    account = np.unique(leads["account_id"], return_inverse=True)[1]
    drawn = rng.choice(law.levels, size=account.max() + 1, p=law.account_chances)
    return np.asarray(drawn[account], dtype=np.int64)


def _draw_truth(
    settings: WorldSettings,
    law: Law,
    leads: pd.DataFrame,
    group: Ints,
    rng: np.random.Generator,
    sales_rng: np.random.Generator,
) -> Truth:
    """Draw journeys that nobody works, let sales pick, and draw what it picked on from there."""
    created = whole_seconds(np.sort(rng.uniform(0, settings.days, size=len(leads))))
    team, nobody = team_of(leads), np.zeros(len(leads), dtype=np.int64)
    entered = walk(law, group, draw_entry(law, group, rng), created, nobody, rng)
    recorded = _record(closed_at(entered), law, rng)
    rating = leads["Rating"].to_numpy(np.float64)
    worked = work_times(settings, rating, created, recorded, entered, sales_rng)

    lead = np.flatnonzero(np.isfinite(worked))
    now = worked[lead]
    stage = stage_at(entered[lead], now)
    way = law.way(team[lead], now - created[lead])
    rest = walk(law, group[lead], stage, now, way, rng)
    entered[lead] = np.where(entered[lead] <= now[:, None], entered[lead], rest)
    # An outcome before the first work keeps the record that it already had coming.
    closes_later = closed_at(entered)[lead] > now
    recorded[lead] = np.where(
        closes_later, _record(closed_at(entered)[lead], law, rng), recorded[lead]
    )
    ids = pd.Index(leads["lead_id"])
    return Truth(law, settings.start, ids, group, team, entered, worked, recorded)


def _record(closed: Floats, law: Law, rng: np.random.Generator) -> Floats:
    return whole_seconds(closed + rng.exponential(law.outcome_delay_days, size=closed.shape))


def _activity_table(truth: Truth, events: Events, rng: np.random.Generator) -> pd.DataFrame:
    """Return the table of activities; the content is noise."""
    contents = np.array([f"item-{i}" for i in range(1, 9)], dtype=object)
    return pd.DataFrame(
        {
            "lead_id": truth.lead_ids.to_numpy(object)[events.lead],
            "type": np.array(TYPE_NAMES, dtype=object)[events.type],
            "occurred_at": instants(events.occurred, truth.start),
            "recorded_at": instants(events.recorded, truth.start),
            "channel": np.array(CHANNELS, dtype=object)[events.type],
            "content": contents[rng.integers(contents.size, size=events.lead.size)],
        }
    ).astype({"lead_id": "str", "type": "str", "channel": "str", "content": "str"})


def _outcome_table(
    truth: Truth, leads: pd.DataFrame, until: float, rng: np.random.Generator, *, hard: bool
) -> pd.DataFrame:
    """Return the outcomes recorded by `until`; bigger firms buy for more."""
    amount = 400 * leads["Employees"] ** 0.5 * rng.lognormal(0, 0.4, size=len(leads))
    outcomes = truth.outcomes()
    outcomes.insert(3, "amount", amount.round(2).where(outcomes["outcome"] == "won"))
    recorded = truth.recorded <= until
    if hard:
        recorded &= in_the_file(truth.recorded, until)
    return outcomes[recorded].reset_index(drop=True)


def _handoff_table(truth: Truth, leads: pd.DataFrame) -> pd.DataFrame:
    """Return the handoffs: every lead on creation, to the team of its region."""
    return pd.DataFrame(
        {
            "lead_id": leads["lead_id"],
            "handed_off_at": leads["created_at"],
            "first_worked_at": instants(truth.worked, truth.start),
            "person": leads["Region"].str.lower() + " team",
        }
    )
