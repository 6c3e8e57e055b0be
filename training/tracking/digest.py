"""The identity of the data that a run was trained on."""

from __future__ import annotations

import hashlib

import pandas as pd

from features.tables import Tables

_TABLES = ("leads", "activities", "field_changes", "outcomes", "handoffs")


def digest(tables: Tables) -> str:
    """Return the sha256 of the tables as they were read: names, columns and rows in order."""
    total = hashlib.sha256()
    for name in _TABLES:
        table: pd.DataFrame = getattr(tables, name)
        total.update(repr((name, list(table.columns))).encode())
        total.update(pd.util.hash_pandas_object(table, index=False).to_numpy().tobytes())
    for of_leads in (tables.stands_for, tables.held_back):
        if of_leads is not None:
            total.update(pd.util.hash_pandas_object(of_leads).to_numpy().tobytes())
    return total.hexdigest()
