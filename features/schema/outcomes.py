"""What became of the leads, from their own table, a table of outcomes, or activities."""

from __future__ import annotations

import numpy as np
import pandas as pd

from features.parsing.times import NAT, begins_day, has_clock, micros
from features.schema import outcome_per_lead
from features.schema.admission import Admission
from features.schema.canonical import Place
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
        Where rejected outcomes, with their leads, and faults of whole files go.

    Returns
    -------
    outcomes, leads : DataFrame
        One row for each lead that closed or was never worked; the leads whose outcome can be.
    notes : list
        What is worth knowing, in plain sentences.
    """
    notes: list[str] = []
    reported, rejected = _reported(config, sources, leads, admission)
    if config.data.outcome_activities:
        decided = outcome_per_lead.from_activities(activities, config.data.outcome_activities)
        reported = decided if reported.empty else pd.concat([reported, decided], ignore_index=True)
    of_leads = sources.outcomes is None and not config.data.outcome_activities
    outcomes = reported if of_leads else outcome_per_lead.one_per_lead(reported)
    if len(outcomes) < len(reported):
        notes.append(
            "Further outcomes of leads that have one (the first win counts, else the last loss): "
            f"{len(reported) - len(outcomes)}."
        )
    if "created_at" in leads:
        outcomes = _in_time(config, leads, outcomes, notes)
        early = outcome_per_lead.before_creation(outcomes, leads, of_leads=of_leads)
        admission.reject(outcomes[early], "it closes before its lead was created")
        rejected |= set(outcomes.loc[early, "lead_id"])
    if rejected:
        outcomes = outcomes[~outcomes["lead_id"].isin(rejected)]
        leads = admission.drop_leads(leads, rejected)
    if config.columns.lost == "rest" and config.columns.closed is None:
        outcomes = _lose_the_rest(leads, outcomes)
    _check_times_of_wins(config, outcomes, admission)
    return outcomes, leads, notes


def _reported(
    config: Config, sources: Sources, leads: pd.DataFrame, admission: Admission
) -> tuple[pd.DataFrame, set[str]]:
    """Return the outcomes of a table, and the leads whose outcome was rejected."""
    columns, data = config.columns, config.data
    own_table = sources.outcomes is not None
    source = sources.outcomes or sources.leads
    nothing = outcome_per_lead.NONE, set[str]()
    if not own_table and columns.outcome is None:
        return nothing
    with admission.faults.collected():
        frame, faults = outcomes_from_frame(
            source.frame,
            columns,
            data,
            canonical=own_table,
            where=source.name,
            faults=source.faults,
            ids=None if own_table else admission.lead_ids,
        )
        if not own_table:
            let_in = np.zeros(len(source.frame), dtype=bool)
            let_in[leads[Place.ROW] - 1] = True
            faults.leave_out(~let_in)
            frame = frame if let_in.all() else frame[let_in[frame[Place.ROW] - 1]]
        rejected = set(faults.lead_ids[~faults.kept])
        return admission.rows(source, frame, faults, of_leads=not own_table), rejected
    return nothing


def _in_time(
    config: Config, leads: pd.DataFrame, outcomes: pd.DataFrame, notes: list[str]
) -> pd.DataFrame:
    zone = config.data.timezone
    closed = micros(outcomes["closed_at"])
    count = int(begins_day(closed, zone).sum())
    clocks = has_clock(closed, zone) or has_clock(micros(leads["created_at"]), zone)
    if not count or not clocks:
        return outcomes
    all_of_them = count == (closed != NAT).sum()
    closings = "Closing times have" if all_of_them else f"{count:,} of the closing times have"
    notes.append(f"{closings} no time of day: a lead counts as closed when the day ends.")
    return outcome_per_lead.until_day_ends(outcomes, zone)


def _lose_the_rest(leads: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
    """Add a loss, at an unknown time, for every lead without an outcome."""
    rest = leads.loc[
        ~leads["lead_id"].isin(outcomes["lead_id"]), [Place.TABLE, Place.ROW, "lead_id"]
    ]
    lost = rest.assign(outcome="lost", amount=np.nan, worked=True)
    return pd.concat([outcomes, lost], ignore_index=True)


def _check_times_of_wins(config: Config, outcomes: pd.DataFrame, admission: Admission) -> None:
    untimed = int(((outcomes["outcome"] == "won") & outcomes["closed_at"].isna()).sum())
    if untimed and config.target.horizon_days:
        admission.faults.add(
            f"{untimed} won leads have no closing time, and target.horizon_days is set.",
            code="no_closing_times",
            hint="Give columns.closed_at, or leave target.horizon_days out.",
        )
