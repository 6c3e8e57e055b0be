"""Field changes and handoffs under canonical names."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from features.parsing.times import timestamps
from features.schema.columns import ColumnReader, named, needed
from features.schema.wide import long_changes
from features.validation.faults import Faults
from leadgate.arrays import Bools
from leadgate.config import Data, FieldChangeColumns

FIELD_CHANGE = ("lead_id", "field", "value", "changed_at")
HANDOFF = ("lead_id", "handed_off_at")


def columns_of_changes(frame: pd.DataFrame, data: Data) -> FieldChangeColumns:
    """Return what the columns of field changes mean: as configured, else the canonical names."""
    configured, there = data.field_change_columns, set(frame.columns)
    canonical = FieldChangeColumns(old_value=named(frame, "old_value"))
    if set(FIELD_CHANGE) <= there and (
        configured == FieldChangeColumns() or not {*configured.names} <= there
    ):
        return canonical
    return configured


def field_changes_from_frame(
    frame: pd.DataFrame,
    data: Data,
    *,
    where: str = "field_changes",
    faults: Faults | None = None,
) -> tuple[pd.DataFrame, Faults]:
    """Bring field changes to canonical names.

    Parameters
    ----------
    frame
        One row per change, of one field or of several.
    data
        What the columns mean (`columns_of_changes`) and how the export is written.
    where, faults
        As in `features.schema.columns.ColumnReader`.

    Returns
    -------
    field_changes : DataFrame
        ``row``, ``lead_id``, ``field``, ``value``, ``old_value`` (text, ``""`` where unknown) and
        ``changed_at`` (datetime64[us, UTC]). Only the accepted rows.
    faults : Faults
        The rejected rows of `frame`, each with its reason.

    Raises
    ------
    DataError
        ``missing_column`` or ``ambiguous_dates``.
    """
    columns, reader = columns_of_changes(frame, data), ColumnReader(frame, data, where, faults)
    for name in columns.names:
        needed(frame, name, where=where)
    if columns.fields:
        return long_changes(reader, columns)
    changed = reader.times(columns.changed_at, needed=True)
    names = {name: getattr(columns, name) for name in ("lead_id", "field", "value", "old_value")}
    stated: dict[str, Any] = {name: reader.texts(column) for name, column in names.items()}
    stated["changed_at"] = timestamps(changed)
    changes, rejected = pd.DataFrame(stated), reader.faults
    reader.leads(stated["lead_id"])
    rejected.reject(stated["field"] == "", "it names no field")
    rejected.reject(changes.duplicated().to_numpy(), "it is a duplicate")
    rejected.reject(_without_value(changes, rejected.kept), "it has no value")
    return reader.accepted(stated)


def _without_value(changes: pd.DataFrame, kept: Bools) -> Bools:
    """Mark changes from nothing to nothing; clearing a value that was there says something."""
    nothing = ((changes["value"] == "") & (changes["old_value"] == "")).to_numpy()
    if not changes.loc[kept, "old_value"].ne("").any():
        ordered = changes[kept].sort_values("changed_at", kind="stable")
        first = ordered.index[~ordered.duplicated(["lead_id", "field"])]
        nothing = nothing & np.isin(np.arange(len(changes)), first)
    return nothing & kept


def handoffs_from_frame(
    frame: pd.DataFrame, data: Data, *, where: str = "handoffs", faults: Faults | None = None
) -> tuple[pd.DataFrame, Faults]:
    """Coerce handoffs.

    Parameters
    ----------
    frame
        ``lead_id, handed_off_at, first_worked_at?, person?``.
    data
        How the export is written.
    where, faults
        As in `features.schema.columns.ColumnReader`.

    Returns
    -------
    handoffs : DataFrame
        ``row``, ``lead_id``, ``handed_off_at``, ``first_worked_at`` (datetime64[us, UTC]) and
        ``person``. Only the accepted rows.
    faults : Faults
        The rejected rows of `frame`, each with its reason.

    Raises
    ------
    DataError
        ``missing_column`` or ``ambiguous_dates``.
    """
    reader = ColumnReader(frame, data, where, faults)
    for name in HANDOFF:
        needed(frame, name, where=where)
    handed_off = reader.times("handed_off_at", needed=True)
    first_worked = reader.times(named(frame, "first_worked_at"))
    ids = reader.leads(reader.texts("lead_id"))
    return reader.accepted(
        {
            "lead_id": ids,
            "handed_off_at": timestamps(handed_off),
            "first_worked_at": timestamps(first_worked),
            "person": reader.texts(named(frame, "person")),
        }
    )
