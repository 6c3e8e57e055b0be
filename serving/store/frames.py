"""The store as tables under canonical names, as an export would hold them."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pandas as pd
import sqlalchemy as sa

from features.parsing.times import NAT, US_PER_DAY, timestamps
from features.stored_tables import POLICIES, StoredTables, answered, first_handoffs
from serving.store import tables as t
from serving.store.store import Store

_CHANGE = ("lead_id", "field", "value", "changed_at")


def read_tables(store: Store) -> StoredTables:
    """Read the whole store, in one moment of it.

    Raises
    ------
    StoreError
        If it cannot be reached.
    """
    long = {"state", "answer", "sent", "fingerprint"}
    reported = [column for column in t.outcomes.columns if column.name != "decided"]
    decided = [column for column in t.decisions.columns if column.name not in long]
    with store.connection.snapshot() as connection:
        activities = _frame(connection, sa.select(t.activities).order_by(t.activities.c.id))
        changes = _changes(connection)
        decisions = _frame(connection, sa.select(*decided).order_by(t.decisions.c.id))
        outcomes = _frame(connection, sa.select(*reported).order_by(t.outcomes.c.id))
        leads = _frame(connection, sa.select(t.leads))
        policies = connection.execute(sa.select(t.policies.c.digest, t.policies.c.policy)).all()
    activities = _once(activities)
    newest = outcomes.drop_duplicates("lead_id", keep="last")
    return StoredTables(
        leads=_leads(leads, changes, activities),
        activities=activities.drop(columns=["id", "identity", "revision"]),
        field_changes=changes,
        outcomes=newest[newest["outcome"] != "open"].drop(columns="id").reset_index(drop=True),
        handoffs=_handoffs(decisions),
        decisions=decisions.drop(columns="id"),
        policies=_policies(policies),
    )


def _once(activities: pd.DataFrame) -> pd.DataFrame:
    """Return the first row of each activity, by what `identity` makes it unique by.

    A replica of the last release keeps one again that this one kept: it knows another identity.
    """
    own = activities["activity_id"] != ""
    said = activities[["occurred_at", "value", "channel", "content"]].mask(own)
    unique = activities[["lead_id", "type", "activity_id"]].join(said)
    return activities[~unique.duplicated()].reset_index(drop=True)


def _frame(connection: sa.Connection, query: sa.Select[tuple[object, ...]]) -> pd.DataFrame:
    rows = connection.execute(query).fetchall()
    return pd.DataFrame(
        {
            column.name: _column(column, [row[place] for row in rows])
            for place, column in enumerate(query.selected_columns)
        }
    )


def _column(column: sa.ColumnElement[object], values: Sequence[object]) -> pd.Series:
    name = str(column.name)
    if name.endswith(("_at", "as_of")):
        us = [NAT if value is None else value for value in values]
        return pd.Series(timestamps(np.array(us, dtype=np.int64)))
    if isinstance(column.type, sa.Double):
        return pd.Series(values, dtype="float64")
    if name in ("worked", "explored", "shadow", "uses_capacity"):
        return pd.Series([None if v is None else bool(v) for v in values], dtype="boolean")
    if isinstance(column.type, sa.Text):
        return pd.Series(["" if value is None else value for value in values], dtype="str")
    return pd.Series(values, dtype="int64")


def _changes(connection: sa.Connection) -> pd.DataFrame:
    table = t.field_changes
    query = sa.select(table.c.lead_id, table.c.fields, table.c.changed_at).order_by(table.c.id)
    rows = [
        (lead_id, name, value, changed_at)
        for lead_id, fields, changed_at in connection.execute(query)
        for name, value in json.loads(fields).items()
    ]
    changes = pd.DataFrame(rows, columns=_CHANGE).astype(dict.fromkeys(_CHANGE[:3], "str"))
    changes["changed_at"] = timestamps(changes["changed_at"].to_numpy(dtype=np.int64))
    return changes


def _leads(leads: pd.DataFrame, changes: pd.DataFrame, activities: pd.DataFrame) -> pd.DataFrame:
    leads = leads.drop(columns="revision").set_index("lead_id")
    times = [(changes, "changed_at"), (activities, "occurred_at")]
    earliest = [table.groupby("lead_id")[name].min().reindex(leads.index) for table, name in times]
    leads["created_at"] = leads["created_at"].fillna(pd.concat(earliest, axis=1).min(axis=1))
    created = leads["created_at"].reindex(changes["lead_id"]).set_axis(changes.index)
    early = changes[changes["changed_at"] <= created + pd.Timedelta(US_PER_DAY, unit="us")]
    first = early.drop_duplicates(["lead_id", "field"])
    attributes = first.pivot(index="lead_id", columns="field", values="value")
    attributes = attributes.rename_axis(columns=None).reindex(leads.index).fillna("")
    return leads.join(attributes).reset_index()


def _policies(rows: Sequence[Sequence[str]]) -> pd.DataFrame:
    read = [(digest, json.loads(policy)) for digest, policy in rows]
    kept = [(digest, p.get("explore", 0.0), p.get("control", 0.0)) for digest, p in read]
    return pd.DataFrame(kept, columns=list(POLICIES)).astype(POLICIES)


def _handoffs(decisions: pd.DataFrame) -> pd.DataFrame:
    first = first_handoffs(answered(decisions))[["lead_id", "decided_at", "person"]]
    return first.rename(columns={"decided_at": "handed_off_at"}).reset_index(drop=True)
