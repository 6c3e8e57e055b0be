"""Feedback: what the endpoint decided and recorded, joined to the export."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from features.history.until import newest
from features.parsing.times import micros
from features.schema import outcome_per_lead
from features.schema.canonical import Place
from features.stored_tables import StoredTables, answered, first_handoffs
from features.tables import Tables
from leadgate.config import Config
from leadgate.errors import DataError
from training.dataset.gate_weights import stands_for
from training.dataset.held_back import first_held_back, with_held_back

_ACTIVITY = ["lead_id", "type", "occurred_at", "channel", "content"]


def with_store(config: Config, tables: Tables, stored: StoredTables) -> Tables:
    """Join the store to the export.

    Where both have a value the export counts, but for outcomes: the one recorded last does.
    Activities that are an outcome are one in the store, too. Leads that only the store has are
    added, with the columns that the export has. A lead that the gate handed off stands for those
    like it that were held back; one that it held back was not worked, whatever became of it, unless
    a handoff or an outcome says that it was, and its propensity weighs it among the leads left to
    marketing. Each source has its own end: a lead is observed until the end of the one that reports
    its outcome, and the store does not move that of the export.

    Parameters
    ----------
    config
        Of the data set.
    tables
        The export.
    stored
        What `serving.store.read_tables` returned.

    Raises
    ------
    DataError
        ``no_dates``: the export has no creation times to put decisions in order with.
    """
    if not tables.dated:
        raise DataError(
            "The store knows when things happened, and this export does not.",
            code="no_dates",
            hint="Give columns.created_at instead of columns.order.",
        )
    leads = _leads(tables.leads, stored.leads)
    lead_ids = set(leads["lead_id"])
    decisions = answered(stored.decisions)
    decisions = decisions[decisions["lead_id"].isin(lead_ids)]
    stored_outcomes = _of_store(config, stored)
    outcomes, reported = _outcomes(
        tables.outcomes, stored_outcomes[stored_outcomes["lead_id"].isin(lead_ids)]
    )
    reported |= lead_ids.difference(tables.leads["lead_id"])
    outcomes = with_held_back(outcomes, decisions, _worked(tables, stored_outcomes))
    handed_off = first_handoffs(decisions)
    new = len(leads) - len(tables.leads)
    note = (
        f"From the store: {decisions['lead_id'].nunique()} leads with decisions, {new} of the "
        f"leads not in the export, {len(handed_off)} handed off."
    )
    return replace(
        tables,
        leads=leads,
        activities=_activities(config, tables.activities, stored.activities, lead_ids),
        field_changes=_changes(
            tables.field_changes, stored.field_changes, leads, tables.leads["lead_id"]
        ),
        outcomes=outcomes,
        handoffs=_handoffs(tables.handoffs, stored.handoffs, lead_ids),
        notes=[*tables.notes, note],
        stands_for=stands_for(decisions, stored.policies),
        held_back=_chances(first_held_back(decisions)),
        observed_until=_observed_until(config, tables, stored, reported),
    )


def _chances(decisions: pd.DataFrame) -> pd.Series:
    """Return the propensities of decisions, by lead."""
    return decisions.set_index("lead_id")["propensity"].astype("float64")


def _of_store(config: Config, stored: StoredTables) -> pd.DataFrame:
    """Return the outcomes of the store, with those that its activities are."""
    decided = config.data.outcome_activities
    if decided is None:
        return stored.outcomes
    placed = stored.activities.copy()
    placed[Place.TABLE], placed[Place.ROW] = "", 0
    events = outcome_per_lead.from_activities(placed, decided).assign(worked=None)
    events = events[~events["lead_id"].isin(stored.outcomes["lead_id"])]
    if events.empty:
        return stored.outcomes
    events = events[stored.outcomes.columns].astype(stored.outcomes.dtypes.to_dict())
    return pd.concat([stored.outcomes, events], ignore_index=True)


def _worked(tables: Tables, stored: pd.DataFrame) -> set[str]:
    """Return the leads of which it is reported, and not only assumed, that sales worked them."""
    worked = {*stored.loc[stored["worked"].fillna(False).astype(bool), "lead_id"]}
    contacted = tables.handoffs["first_worked_at"].notna()
    worked |= {*tables.handoffs.loc[contacted, "lead_id"]}
    if tables.says_worked:
        worked |= {*tables.outcomes.loc[tables.outcomes["worked"], "lead_id"]}
    return worked


def _leads(export: pd.DataFrame, stored: pd.DataFrame) -> pd.DataFrame:
    new = stored[~stored["lead_id"].isin(export["lead_id"]) & stored["created_at"].notna()]
    new = new.reindex(columns=export.columns)
    texts = [name for name in export.columns if name not in ("lead_id", "created_at")]
    new[texts] = new[texts].astype("str").fillna("")
    return pd.concat([export.astype(new.dtypes), new], ignore_index=True) if len(new) else export


def _activities(
    config: Config, export: pd.DataFrame, stored: pd.DataFrame, lead_ids: set[str]
) -> pd.DataFrame:
    decided = config.data.outcome_activities
    outcome = [*decided.won, *decided.lost] if decided else []
    new = stored[stored["lead_id"].isin(lead_ids) & ~stored["type"].isin(outcome)]
    if new.empty:
        return export
    columns = [*export.columns, *(c for c in new.columns if c not in export.columns)]
    both = pd.concat([export, new], ignore_index=True).reindex(columns=columns)
    for name in ("channel", "content"):
        both[name] = both[name].astype("str").fillna("")
    return both.drop_duplicates(_ACTIVITY, ignore_index=True)


def _changes(
    export: pd.DataFrame, stored: pd.DataFrame, leads: pd.DataFrame, exported: pd.Series
) -> pd.DataFrame:
    """Add the changes of known fields; being sent again what is known already is no change.

    What a lead of the export (`exported`) was before the first value that was sent is not
    recorded: its table may hold a later one.
    """
    fields = [c for c in leads.columns if c not in ("lead_id", "account_id", "created_at")]
    new = stored[stored["lead_id"].isin(leads["lead_id"]) & stored["field"].isin(fields)]
    if new.empty:
        return export
    texts = dict.fromkeys(("field", "value", "old_value"), "str")
    both = pd.concat([export.astype(texts), new], ignore_index=True)
    both = both.sort_values("changed_at", kind="stable")
    today = leads.astype(dict.fromkeys(fields, "str")).melt("lead_id", fields, "field", "today")
    both = both.merge(today, "left", ["lead_id", "field"])
    group = both.groupby(["lead_id", "field"])["value"]
    same = (group.transform("nunique") == 1) & (both["value"] == both["today"])
    first = both["today"].where(~both["lead_id"].isin(exported), "")
    before = group.shift().fillna(first)
    both["old_value"] = both["old_value"].fillna(before) if "old_value" in both else before
    return both[~same & (both["value"] != before)].drop(columns="today").reset_index(drop=True)


def _outcomes(export: pd.DataFrame, stored: pd.DataFrame) -> tuple[pd.DataFrame, set[str]]:
    """Keep the outcome recorded last, and return the leads of which the store reports it.

    One without a time counts as the older.
    """
    if stored.empty:
        return export, set()
    new = stored.assign(worked=stored["worked"].fillna(True).astype(bool))
    both = pd.concat([export, new.reindex(columns=export.columns)], ignore_index=True)
    recorded = both["recorded_at"].fillna(both["closed_at"])
    ordered = both.loc[recorded.sort_values(kind="stable", na_position="first").index]
    last = ordered.drop_duplicates("lead_id", keep="last").sort_index()
    of_store = last.index >= len(export)
    reported = set(last.loc[of_store, "lead_id"])
    return last.astype({"worked": bool}).reset_index(drop=True), reported


def _observed_until(
    config: Config, tables: Tables, stored: StoredTables, reported: set[str]
) -> pd.Series | None:
    """Return the end of the store for the leads of which it reports what became."""
    if config.data.until != "auto" or tables.until is None or not reported:
        return None
    times = [stored.leads["created_at"], stored.field_changes["changed_at"]]
    times += [stored.activities["occurred_at"], stored.activities["recorded_at"]]
    end = newest(map(micros, [*times, stored.outcomes["recorded_at"]]))
    return pd.Series(max(end, tables.until), index=sorted(reported))


def _handoffs(export: pd.DataFrame, stored: pd.DataFrame, lead_ids: set[str]) -> pd.DataFrame:
    """Add the gate's handoffs to an export that has some; alone they would hide who was worked."""
    if export.empty:
        return export
    new = stored[stored["lead_id"].isin(lead_ids) & ~stored["lead_id"].isin(export["lead_id"])]
    if new.empty:
        return export
    new = new.reindex(columns=export.columns)
    return pd.concat([export, new.astype(export.dtypes.to_dict())], ignore_index=True)
