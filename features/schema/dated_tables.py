"""Field changes and handoffs under canonical names."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from features.schema.canonical import FIELD_CHANGES, HANDOFFS
from features.schema.columns import ColumnReader, named, needed
from features.schema.wide import long_changes
from features.validation.faults import Faults, repeated
from leadgate.arrays import Bools
from leadgate.config import Data, FieldChangeColumns

FIELD_CHANGE, HANDOFF = FIELD_CHANGES.needed, HANDOFFS.needed


def columns_of_changes(frame: pd.DataFrame, data: Data) -> FieldChangeColumns:
    """Return what the columns of field changes mean: as configured, else the canonical names."""
    configured, there = data.field_change_columns, set(frame.columns)
    canonical = FieldChangeColumns(old_value=named(frame, "old_value"))
    if set(FIELD_CHANGES.needed) <= there and (
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
        `Place.ROW`, ``lead_id``, ``field``, ``value``, ``old_value`` (text, ``""`` where unknown)
        and ``changed_at`` (datetime64[us, UTC]). Only the accepted rows.
    faults : Faults
        The rejected rows of `frame`, each with its reason.

    Raises
    ------
    DataError
        ``missing_column`` or ``ambiguous_dates``.
    """
    columns, reader = columns_of_changes(frame, data), ColumnReader(frame, data, where, faults)
    if columns.fields:
        for name in columns.names:
            needed(frame, name, where=where)
        return long_changes(reader, columns)
    changes = reader.read(FIELD_CHANGES, dict(columns))
    coded = pd.DataFrame({k: getattr(v, "codes", v) for k, v in changes.items()})
    reader.faults.reject(repeated(coded, reader.faults.kept), "it is a duplicate")
    reader.faults.reject(_without_value(changes, reader.faults.kept), "it has no value")
    return reader.accepted(changes)


def _without_value(changes: dict[str, Any], kept: Bools) -> Bools:
    """Mark changes from nothing to nothing; clearing a value that was there says something."""
    cleared, had_none = (changes[name].missing() for name in ("value", "old_value"))
    nothing: Bools = cleared & had_none & kept
    if (kept & ~had_none).any():
        return nothing
    rows = np.flatnonzero(kept)
    ordered = rows[np.argsort(changes["changed_at"][rows], kind="stable")]
    fields = pd.DataFrame({name: changes[name].codes[ordered] for name in ("lead_id", "field")})
    first = np.zeros(len(kept), dtype=bool)
    first[ordered[~fields.duplicated().to_numpy()]] = True
    return nothing & first


def columns_of_handoffs(frame: pd.DataFrame, data: Data) -> dict[str, str]:
    """Return what the columns of handoffs are called: as configured, else as they are declared."""
    configured = data.handoff_columns.model_dump()
    canonical = set(HANDOFF) <= set(frame.columns)
    named = {name: configured.get(name) or name for name in HANDOFFS.names}
    return {n: n if canonical and given not in frame else given for n, given in named.items()}


def handoffs_from_frame(
    frame: pd.DataFrame, data: Data, *, where: str = "handoffs", faults: Faults | None = None
) -> tuple[pd.DataFrame, Faults]:
    """Coerce handoffs.

    Parameters
    ----------
    frame
        ``lead_id, handed_off_at, first_worked_at?, person?``, or as `data` calls them.
    data
        What the columns are called (`columns_of_handoffs`) and how the export is written.
    where, faults
        As in `features.schema.columns.ColumnReader`.

    Returns
    -------
    handoffs : DataFrame
        `Place.ROW`, ``lead_id``, ``handed_off_at``, ``first_worked_at`` (datetime64[us, UTC]) and
        ``person``. Only the accepted rows.
    faults : Faults
        The rejected rows of `frame`, each with its reason.

    Raises
    ------
    DataError
        ``missing_column`` or ``ambiguous_dates``.
    """
    reader = ColumnReader(frame, data, where, faults)
    return reader.accepted(reader.read(HANDOFFS, columns_of_handoffs(frame, data)))
