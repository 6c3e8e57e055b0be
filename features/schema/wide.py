"""Wide tables made long: a column of times for each event, a column of values for each field."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from features.io.raw_table import RawTable
from features.parsing.ids import id_column
from features.parsing.values import text_column
from features.schema.canonical import Place
from features.schema.columns import ColumnReader
from features.validation.faults import Faults
from leadgate.config import ActivityTable, Data, FieldChangeColumns

_BESIDE = ("lead_id", "recorded_at", "value", "channel", "content")


def wide_columns(table: ActivityTable) -> list[str]:
    """Return the columns that a wide table of activities must have."""
    beside = [getattr(table, key) for key in _BESIDE]
    return [*table.types, *(name for name in beside if name)]


def one_table_a_type(
    table: ActivityTable, raw: RawTable, data: Data
) -> list[tuple[ActivityTable, RawTable]]:
    """Return a table of activities for each of its columns of times; a long one as it is.

    Parameters
    ----------
    table
        What its columns mean.
    raw
        The table; a wide one has the columns of `wide_columns`.
    data
        How the export is written.

    Returns
    -------
    list
        Each row stays in its place, so that faults name the row of the file; one without an event
        is skipped, and what is wrong with a row as a whole is said of the first table only.
    """
    if not table.types:
        return [(table, raw)]
    ids = id_column(raw.frame[table.lead_id], data.missing)
    anonymous, faults = ids == "", raw.faults.continued()
    faults.lead_ids = ids
    faults.reject(anonymous, "it has no lead id")
    tables = []
    for column in table.types:
        faults.skip(text_column(raw.frame[column], data.missing) == "")
        beside = [name for key in _BESIDE if (name := getattr(table, key))]
        frame = raw.frame[list(dict.fromkeys([*beside, column]))]
        tables.append((_of_one_type(table, column), RawTable(frame, faults)))
        faults = Faults(len(frame))
        faults.skip(~raw.faults.kept | anonymous)
    return tables


def _of_one_type(table: ActivityTable, column: str) -> ActivityTable:
    prefix = f"{table.prefix}_{column}" if table.prefix else column
    return table.model_copy(update={"types": [], "occurred_at": column, "prefix": prefix})


def long_changes(reader: ColumnReader, columns: FieldChangeColumns) -> tuple[pd.DataFrame, Faults]:
    """Take the changes out of a table whose rows hold every field's value.

    Parameters
    ----------
    reader
        Of the table.
    columns
        What its columns mean; `fields` are some of them.

    Returns
    -------
    field_changes, faults
        As in `features.schema.dated_tables.field_changes_from_frame`. A change is a value that
        differs from the one before it, by `changed_at`; a lead's first value is one, from nothing.
    """
    changed = reader.times(columns.changed_at, needed=True)
    ids = reader.leads(reader.ids(columns.lead_id).column())
    rows, faults = reader.accepted({"lead_id": ids, "changed_at": changed})
    changes = [
        _of_field(rows.assign(field=name, value=reader.texts(name)[faults.kept]))
        for name in columns.fields
    ]
    return _in_order(changes), faults


def _of_field(rows: pd.DataFrame) -> pd.DataFrame:
    # Of values at one instant nobody can say which came first; the order of the rows must not.
    ordered = rows.sort_values(["lead_id", "changed_at", "value"], kind="stable")
    before = ordered.groupby("lead_id", sort=False)["value"].shift().fillna("")
    return ordered.assign(old_value=before)[before != ordered["value"]]


def _in_order(changes: Sequence[pd.DataFrame]) -> pd.DataFrame:
    changed = pd.concat(changes)
    order = np.argsort(changed[Place.ROW].to_numpy(), kind="stable")
    return changed.iloc[order].reset_index(drop=True)
