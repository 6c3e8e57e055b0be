"""From tables with canonical names to the sorted arrays of a lead history."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from features.history.activities import Activities
from features.history.columns import TableReader
from features.history.field_changes import Changes
from features.history.history import nothing_yet
from features.history.until import forecasts, newest, newest_outcome
from features.parsing.categorical import Categorical
from features.parsing.times import NAT
from features.schema.canonical import (
    ACTIVITIES,
    CLOSED,
    FIELD_CHANGES,
    HANDOFFS,
    LEADS,
    OUTCOMES,
    TABLES,
    complete,
)
from features.schema.columns import ColumnReader
from features.schema.outcome_table import outcome_columns
from features.validation.faults import repeated
from leadgate.arrays import Floats, Ints, Positions, Texts, text_order
from leadgate.config import Columns

_NEVER = np.iinfo(np.int64).max

Rows = tuple[dict[str, Any], Ints]


@dataclass(frozen=True)
class Frames:
    """Tables with canonical names; None where one is not given."""

    leads: pd.DataFrame
    activities: pd.DataFrame | None = None
    field_changes: pd.DataFrame | None = None
    outcomes: pd.DataFrame | None = None
    handoffs: pd.DataFrame | None = None


def fields(
    frames: Frames,
    *,
    until: int = NAT,
    won: Collection[str] = (),
    lost: Collection[str] = (),
) -> dict[str, Any]:
    """Return the fields of a `LeadHistory` but its `has_clock`.

    Parameters
    ----------
    frames
        The tables.
    until
        A loss that closes after this, and after everything that is recorded, closed nobody knows
        when.
    won, lost
        The words of the outcomes, where they are others than these.

    Raises
    ------
    DataError
        Naming every fault of every table.
    """
    reader = TableReader()
    opened = {table: reader.open(table, getattr(frames, table.name)) for table in TABLES}
    reader.faults.raise_any()
    result = _leads(reader, opened[LEADS])
    words = Columns(lead_id="lead_id", outcome="outcome", won=[*won], lost=[*lost])
    activities = reader.rows(opened[ACTIVITIES], lambda of: of.read(ACTIVITIES))
    changes = reader.rows(opened[FIELD_CHANGES], lambda of: of.read(FIELD_CHANGES))
    outcomes = reader.rows(opened[OUTCOMES], lambda of: _outcome_columns(of, words))
    handoffs = reader.rows(opened[HANDOFFS], lambda of: of.read(HANDOFFS))
    reader.faults.raise_any()
    n = reader.n_leads
    result |= {"activities": _activities(n, activities)}
    result |= {"changes": _changes(n, changes, result["columns"])}
    return result | _outcomes(result, outcomes, until) | _handoffs(n, handoffs)


def _leads(reader: TableReader, of: ColumnReader) -> dict[str, Any]:
    leads = of.read(LEADS)
    ids: Texts = leads["lead_id"].column()
    again = repeated(pd.Series(ids, dtype=object), of.faults.kept)
    of.faults.reject(again, "its lead id is a duplicate")
    created, dated = leads["created_at"], bool((leads["created_at"] != NAT).any())
    if dated:
        of.faults.reject(created == NAT, "created_at is missing")
    reader.keep(of)
    order = text_order(ids)
    ids = ids[order]
    reader.n_leads = len(ids)
    reader.index = {lead_id: position for position, lead_id in enumerate(ids.tolist())}
    accounts: Texts = leads["account_id"].take(order).column()
    # Beside dates an `order` is an attribute like any other.
    named = {*LEADS.names} - ({"order"} if dated else set())
    return {
        "lead_ids": ids,
        "accounts": _accounts(leads["account_id"].take(order)),
        "account_hash": _account_hash(ids, accounts),
        "account_ids": accounts if (accounts != "").any() else None,
        "created": created[order],
        "order": created[order] if dated else _rank(leads["order"], order),
        "dated": dated,
        "columns": {
            str(name): of.texts(name)[order] for name in of.frame.columns if name not in named
        },
    }


def _activities(n_leads: int, rows: Rows) -> Activities:
    activities, lead = rows
    if len(lead) == 0:
        return Activities.none(n_leads)
    activities = complete(ACTIVITIES, activities)
    return Activities.build(
        n_leads,
        lead,
        activities["occurred_at"],
        activities["recorded_at"],
        activities["type"],
        activities["value"],
        channel=_names(activities["channel"]),
        content=_names(activities["content"]),
    )


def _names(column: Categorical) -> Categorical | None:
    """Return a column of names; None where all are missing."""
    return column if any(column.texts) else None


def _changes(n_leads: int, rows: Rows, columns: dict[str, Texts]) -> dict[str, Changes]:
    """Return the changes by field; a field that is no column begins as missing."""
    changed, lead = rows
    if len(lead) == 0:
        return {}
    field: Categorical = changed["field"].ascending()
    changes = {}
    for code in np.unique(field.codes):
        name, rows_of = field.texts[code], field.codes == code
        changes[name] = Changes.build(
            n_leads, lead[rows_of], changed["changed_at"][rows_of], changed["value"].take(rows_of)
        )
        columns.setdefault(name, np.full(n_leads, "", dtype=object))
    return changes


def _outcome_columns(reader: ColumnReader, words: Columns) -> dict[str, Any]:
    ids = reader.named_texts(OUTCOMES["lead_id"], "lead_id")
    outcomes = {"lead_id": ids, **outcome_columns(reader, words, canonical=True)}
    kept = reader.faults.kept
    again = repeated(pd.Series(ids.codes), kept & ~ids.missing())
    reader.faults.reject(again, "its lead has an outcome already")
    return outcomes


def _outcomes(built: dict[str, Any], rows: Rows, until: int) -> dict[str, Any]:
    """Return the outcomes of the leads, and the end of the data."""
    outcomes, lead = rows
    won, lost = (outcomes["outcome"].where(kind.__eq__) for kind in CLOSED)
    closed, recorded = outcomes["closed_at"], outcomes["recorded_at"]
    happened = [built["created"], built["activities"].occurred, built["activities"].recorded]
    happened += [change.changed for change in built["changes"].values()]
    end = max(newest(happened), newest_outcome(won, closed, recorded))
    outcomes["closed_at"] = np.where(forecasts(lost, closed, max(end, until)), NAT, closed)
    outcomes = complete(OUTCOMES, outcomes)
    result = nothing_yet(len(built["lead_ids"]))
    result["won"][lead], result["lost"][lead] = won, lost
    result["closed"][lead], result["recorded"][lead] = (
        outcomes["closed_at"],
        outcomes["recorded_at"],
    )
    result["amount"][lead], result["unworked"][lead] = outcomes["amount"], ~outcomes["worked"]
    return {**result, "until": end}


def _handoffs(n_leads: int, rows: Rows) -> dict[str, Any]:
    handoffs, lead = rows
    result: dict[str, Any] = {"has_handoffs": len(lead) > 0}
    for field, column in (("handed_off", "handed_off_at"), ("first_worked", "first_worked_at")):
        times = handoffs[column]
        first = np.full(n_leads, _NEVER)
        np.minimum.at(first, lead, np.where(times == NAT, _NEVER, times))
        result[field] = np.where(first == _NEVER, NAT, first)
    result["person"] = _person(n_leads, handoffs, lead)
    return result


def _person(n_leads: int, handoffs: dict[str, Any], lead: Ints) -> Texts | None:
    """Return who got the first handoff of each lead; None where nobody is named."""
    if not len(lead) or handoffs["person"].missing().all():
        return None
    names = handoffs["person"].column()
    latest_first = np.lexsort((names.astype(str), handoffs["handed_off_at"]))[::-1]
    person = np.full(n_leads, "", dtype=object)
    person[lead[latest_first]] = names[latest_first]
    return person


def _accounts(accounts: Categorical) -> Ints:
    """Return a code for each account; a lead without one is an account of its own."""
    alone = accounts.missing()
    n = len(accounts)
    return np.where(alone, n + np.arange(n), accounts.ascending().codes)


def _account_hash(ids: Texts, accounts: Texts) -> Ints:
    """Return a number for each account that depends on nothing but the text of its id."""
    return hash_of_ids(np.where(accounts != "", accounts, ids))


def hash_of_ids(ids: Texts) -> Ints:
    """Return a number for each id: `History.account_hash` of the account that has it."""
    hashed = pd.util.hash_array(ids, categorize=False)
    return (hashed >> np.uint64(1)).astype(np.int64)


def _rank(order: Floats, rows: Positions) -> Ints:
    """Return the rank of ``order``, or else of the row; equal values share a rank."""
    if np.isnan(order).all():
        return rows.astype(np.int64)
    _, rank = np.unique(order[rows], return_inverse=True)
    return rank.astype(np.int64)


def latest(built: dict[str, Any]) -> int:
    """Return the latest instant of a history's fields, whatever it is of."""
    activities, changes = built["activities"], built["changes"].values()
    columns = [built[name] for name in ("created", "closed", "recorded", "handed_off")]
    columns += [built["first_worked"], activities.occurred, activities.recorded]
    columns += [change.changed for change in changes]
    return max(int(us.max(initial=NAT)) for us in columns)
