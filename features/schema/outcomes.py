"""What became of the leads, from their own table, a table of outcomes, or activities."""

from __future__ import annotations

import numpy as np
import pandas as pd

from features.parsing.times import NAT, has_clock, micros
from features.schema import outcome_per_lead
from features.schema.admission import TABLE, Admission
from features.schema.columns import ROW, lead_ids
from features.schema.outcome_table import outcomes_from_frame
from features.schema.sources import Sources
from leadgate.config import Config


def outcomes_of_leads(
    config: Config,
    sources: Sources,
    leads: pd.DataFrame,
    activities: pd.DataFrame,
    admission: Admission,
) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    """Find the outcome of every lead.

    Parameters
    ----------
    config, sources
        The configuration and its files.
    leads, activities
        Canonical tables, let in by `admission`.
    admission
        Where refused outcomes, with their leads, and faults go.

    Returns
    -------
    outcomes, leads : DataFrame
        One row for each lead that closed or was never worked; the leads whose outcome can be.
    notes : list
        What is worth knowing, in plain sentences.
    """
    notes: list[str] = []
    told, refused = _told(config, sources, leads, admission)
    if config.data.outcome_activities:
        decided = outcome_per_lead.from_activities(activities, config.data.outcome_activities)
        told = decided if told.empty else pd.concat([told, decided], ignore_index=True)
    outcomes = outcome_per_lead.one_per_lead(told)
    if len(outcomes) < len(told):
        notes.append(
            "Further outcomes of leads that have one (the first win counts, else the last loss): "
            f"{len(told) - len(outcomes)}."
        )
    if "created_at" in leads:
        outcomes = _in_time(config, leads, outcomes, notes)
        early = outcome_per_lead.before_creation(outcomes, leads)
        admission.refuse(outcomes[early], "it closes before its lead was created")
        refused |= set(outcomes.loc[early, "lead_id"])
    outcomes = outcomes[~outcomes["lead_id"].isin(refused)]
    leads = admission.drop_leads(leads, refused)
    if config.columns.lost == "rest":
        outcomes = _lose_the_rest(leads, outcomes)
    _refuse_untimed_wins(config, outcomes, admission)
    return outcomes, leads, notes


def _told(
    config: Config, sources: Sources, leads: pd.DataFrame, admission: Admission
) -> tuple[pd.DataFrame, set[str]]:
    """Return the outcomes that a table tells, and the leads whose outcome was refused."""
    columns, data = config.columns, config.data
    apart = sources.outcomes is not None
    source = sources.outcomes or sources.leads
    nothing = outcome_per_lead.NONE, set[str]()
    if not apart and columns.outcome is None:
        return nothing
    with admission.faults.collected():
        frame, found = outcomes_from_frame(
            source.frame, columns, data, canonical=apart, where=source.name
        )
        ids = lead_ids(source.frame, columns, data, where=source.name)
        if not apart:
            let_in = np.zeros(len(ids), dtype=bool)
            let_in[leads[ROW] - 1] = True
            found = [(mask & let_in, reason) for mask, reason in found]
            frame = frame[let_in[frame[ROW] - 1]]
        refused = {lead_id for mask, _ in found for lead_id in ids[mask]}
        return admission.rows(source, ids, frame, found), refused
    return nothing


def _in_time(
    config: Config, leads: pd.DataFrame, outcomes: pd.DataFrame, notes: list[str]
) -> pd.DataFrame:
    zone = config.data.timezone
    closed = micros(outcomes["closed_at"])
    if (closed == NAT).all() or has_clock(closed, zone):
        return outcomes
    if not has_clock(micros(leads["created_at"]), zone):
        return outcomes
    notes.append("Closing times have no time of day: a lead counts as closed when the day ends.")
    return outcome_per_lead.until_day_ends(outcomes)


def _lose_the_rest(leads: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
    """Add a loss, at an unknown time, for every lead without an outcome."""
    rest = leads.loc[~leads["lead_id"].isin(outcomes["lead_id"]), [TABLE, ROW, "lead_id"]]
    lost = rest.assign(outcome="lost", amount=np.nan, worked=True)
    return pd.concat([outcomes, lost], ignore_index=True)


def _refuse_untimed_wins(config: Config, outcomes: pd.DataFrame, admission: Admission) -> None:
    untimed = int(((outcomes["outcome"] == "won") & outcomes["closed_at"].isna()).sum())
    if untimed and config.target.horizon_days:
        admission.faults.add(
            f"{untimed} won leads have no closing time, and target.horizon_days is set.",
            code="no_closing_times",
            hint="Give columns.closed_at, or leave target.horizon_days out.",
        )
