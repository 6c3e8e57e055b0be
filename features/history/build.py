"""From tables with canonical names to the sorted arrays of a lead history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from features.history.activities import Activities
from features.history.columns import Table, TableReader
from features.history.field_changes import Changes
from features.parsing.categorical import Categorical
from features.parsing.times import NAT, now, parse_times
from features.parsing.values import number_column, text_column
from leadgate.arrays import Floats, Ints, Texts, text_order

_NAMED = ("lead_id", "created_at", "account_id", "order")
_NEVER = np.iinfo(np.int64).max


def fields(
    leads: pd.DataFrame,
    activities: Table,
    field_changes: Table,
    outcomes: Table,
    handoffs: Table,
) -> dict[str, Any]:
    """Return the fields of a `LeadHistory` but its `until` and `has_clock`.

    Raises
    ------
    DataError
        Naming every fault of every table.
    """
    given = {
        "activities": (activities, ("occurred_at", "type")),
        "field_changes": (field_changes, ("field", "value", "changed_at")),
        "outcomes": (outcomes, ("outcome",)),
        "handoffs": (handoffs, ("handed_off_at",)),
    }
    reader = TableReader()
    reader.columns("leads", leads, ("lead_id",))
    for name, (table, needed) in given.items():
        if table is not None:
            reader.columns(name, table, ("lead_id", *needed))
    reader.faults.raise_any()
    result = _leads(reader, leads)
    result |= _activities(reader, activities)
    result |= _changes(reader, field_changes, result["columns"])
    result |= _outcomes(reader, outcomes)
    result |= _handoffs(reader, handoffs)
    reader.faults.raise_any()
    return result


def _leads(reader: TableReader, table: pd.DataFrame) -> dict[str, Any]:
    ids = text_column(table["lead_id"])
    order = text_order(ids)
    ids = ids[order]
    table = table.iloc[order]
    reader.n_leads = len(ids)
    reader.index = {lead_id: position for position, lead_id in enumerate(ids.tolist())}
    if "" in reader.index:
        reader.fault("leads", int((ids == "").sum()), "without a lead_id")
    if len(reader.index) < len(ids):
        reader.fault("leads", len(ids) - len(reader.index), "with a duplicate lead_id")
    created = reader.times("leads", table, "created_at")
    dated = bool((created != NAT).any())
    if dated:
        reader.given("leads", "created_at", created)
    named = _NAMED if not dated else _NAMED[:3]
    return {
        "lead_ids": ids,
        "accounts": _accounts(table),
        "account_hash": _account_hash(ids, table),
        "created": created,
        "order": created if dated else _rank(table, order),
        "dated": dated,
        "columns": {
            str(name): text_column(table[name]) for name in table.columns if name not in named
        },
    }


def _activities(reader: TableReader, table: Table) -> dict[str, Any]:
    rows, lead = reader.of_leads(table)
    if len(rows) == 0:
        return {"activities": Activities.none(reader.n_leads)}
    occurred = reader.times("activities", rows, "occurred_at")
    reader.given("activities", "occurred_at", occurred)
    recorded = reader.times("activities", rows, "recorded_at")
    types = Categorical.of_column(rows["type"])
    built = Activities.build(
        reader.n_leads,
        lead,
        occurred,
        np.where(recorded == NAT, occurred, recorded),
        Categorical(types.codes, tuple(name or "unnamed" for name in types.texts)),
        _numbers(rows, "value"),
        channel=_names(rows, "channel"),
        content=_names(rows, "content"),
    )
    return {"activities": built}


def _names(rows: pd.DataFrame, column: str) -> Categorical | None:
    """Return a column of names; None where all are missing."""
    names = Categorical.of_column(rows[column]) if column in rows.columns else None
    return names if names and any(names.texts) else None


def _changes(reader: TableReader, table: Table, columns: dict[str, Texts]) -> dict[str, Any]:
    """Return the changes by field; a field that is no column begins as missing."""
    rows, lead = reader.of_leads(table)
    if len(rows) == 0:
        return {"changes": {}}
    changed = reader.times("field_changes", rows, "changed_at")
    reader.given("field_changes", "changed_at", changed)
    value, field = text_column(rows["value"]), Categorical.of_column(rows["field"]).ascending()
    changes = {}
    for code, name in enumerate(field.texts):
        of_field = field.codes == code
        changes[name] = Changes.build(
            reader.n_leads, lead[of_field], changed[of_field], Categorical.of(value[of_field])
        )
        columns.setdefault(name, np.full(reader.n_leads, "", dtype=object))
    return {"changes": changes}


def _outcomes(reader: TableReader, table: Table) -> dict[str, Any]:
    rows, lead = reader.of_leads(table)
    reader.fault("outcomes", len(lead) - len(np.unique(lead)), "about a lead that has one already")
    n = reader.n_leads
    outcome = np.full(n, "", dtype=object)
    closed, recorded = np.full(n, NAT), np.full(n, NAT)
    amount, unworked = np.full(n, np.nan), np.zeros(n, dtype=bool)
    if len(rows):
        outcome[lead] = text_column(rows["outcome"])
        closed[lead] = reader.times("outcomes", rows, "closed_at")
        recorded[lead] = reader.times("outcomes", rows, "recorded_at")
        amount[lead] = _numbers(rows, "amount")
        if "worked" in rows:
            unworked[lead] = np.isin(text_column(rows["worked"]), ["false", "0", "no"])
    won, lost = outcome == "won", outcome == "lost"
    closed = np.where(won | lost, closed, NAT)
    recorded = np.where(won | lost, np.where(recorded == NAT, closed, recorded), NAT)
    return {
        "won": won,
        "lost": lost,
        "closed": closed,
        "recorded": recorded,
        "amount": amount,
        "unworked": unworked,
    }


def _handoffs(reader: TableReader, table: Table) -> dict[str, Any]:
    rows, lead = reader.of_leads(table)
    result: dict[str, Any] = {"has_handoffs": len(rows) > 0}
    for field, column in (("handed_off", "handed_off_at"), ("first_worked", "first_worked_at")):
        times = reader.times("handoffs", rows, column)
        first = np.full(reader.n_leads, _NEVER)
        np.minimum.at(first, lead, np.where(times == NAT, _NEVER, times))
        result[field] = np.where(first == _NEVER, NAT, first)
    return result


def _accounts(table: pd.DataFrame) -> Ints:
    """Return a code for each account; a lead without one is an account of its own."""
    n = len(table)
    if "account_id" not in table.columns:
        return n + np.arange(n)
    text = text_column(table["account_id"])
    given = text != ""
    result = n + np.arange(n)
    result[given] = Categorical.of(text[given]).ascending().codes
    return result


def _account_hash(ids: Texts, table: pd.DataFrame) -> Ints:
    """Return a number for each account that depends on nothing but the text of its id."""
    if "account_id" in table.columns:
        given = text_column(table["account_id"])
        ids = np.where(given != "", given, ids)
    hashed = pd.util.hash_array(ids, categorize=False)
    return (hashed >> np.uint64(1)).astype(np.int64)


def _rank(table: pd.DataFrame, order: Ints) -> Ints:
    """Return the rank of ``order``, or else of the row; equal values share a rank."""
    if "order" not in table.columns:
        return order.astype(np.int64)
    _, rank = np.unique(_numbers(table, "order"), return_inverse=True)
    return rank.astype(np.int64)


def _numbers(table: pd.DataFrame, column: str) -> Floats:
    if column not in table.columns:
        return np.full(len(table), np.nan)
    if pd.api.types.is_numeric_dtype(table[column]):
        return table[column].to_numpy(dtype=np.float64, na_value=np.nan)
    return number_column(text_column(table[column]))


def instant(value: int | str | datetime) -> int:
    """Return an instant as microseconds since the epoch; without an offset it is UTC."""
    if isinstance(value, int):
        return value
    return int(instants(pd.Series([pd.Timestamp(value)]))[0])


def instants(values: pd.Series) -> Ints:
    """Return a column of instants as microseconds since the epoch; without an offset it is UTC."""
    return parse_times(values, where=str(values.name)).us


def latest(built: dict[str, Any]) -> int:
    """Return the latest instant of a history's fields that is not later than now."""
    activities, changes = built["activities"], built["changes"].values()
    columns = [built[name] for name in ("created", "closed", "recorded", "handed_off")]
    columns += [built["first_worked"], activities.occurred, activities.recorded]
    columns += [change.changed for change in changes]
    end = now()
    return max(int(us[us <= end].max(initial=NAT)) for us in columns)
