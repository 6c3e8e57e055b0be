"""Field changes and handoffs under canonical names."""

from __future__ import annotations

import numpy as np
import pandas as pd

from features.parsing.times import timestamps
from features.schema.columns import ROW, instants, named, needed, texts
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
    frame: pd.DataFrame, data: Data, *, where: str = "field_changes"
) -> tuple[pd.DataFrame, Faults]:
    """Bring field changes to canonical names.

    Parameters
    ----------
    frame
        One row per change.
    data
        What the columns mean (`columns_of_changes`) and how the export is written.
    where
        Name of the file, for messages.

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
    columns = columns_of_changes(frame, data)
    faults = Faults(len(frame))
    for name in columns.names:
        needed(frame, name, where=where)
    changed = instants(frame, columns.changed_at, data, faults, where=where, needed=True)
    changes = pd.DataFrame(
        {
            ROW: np.arange(1, len(frame) + 1),
            "lead_id": texts(frame, columns.lead_id, data),
            "field": texts(frame, columns.field, data),
            "value": texts(frame, columns.value, data),
            "old_value": texts(frame, columns.old_value, data),
            "changed_at": timestamps(changed.us),
        }
    )
    faults.reject((changes["lead_id"] == "").to_numpy(), "it has no lead id")
    faults.reject((changes["field"] == "").to_numpy(), "it names no field")
    stated = changes.drop(columns=ROW)
    faults.reject(stated.duplicated().to_numpy(), "it is a duplicate")
    faults.reject(_without_value(changes[faults.kept], len(frame)), "it has no value")
    return changes[faults.kept].reset_index(drop=True), faults


def _without_value(changes: pd.DataFrame, n: int) -> Bools:
    """Mark changes from nothing to nothing; clearing a value that was there says something."""
    nothing = (changes["value"] == "") & (changes["old_value"] == "")
    if not changes["old_value"].ne("").any():
        ordered = changes.sort_values("changed_at", kind="stable")
        nothing &= ~ordered.duplicated(["lead_id", "field"])
    empty = np.zeros(n, dtype=bool)
    empty[changes.loc[nothing, ROW] - 1] = True
    return empty


def handoffs_from_frame(
    frame: pd.DataFrame, data: Data, *, where: str = "handoffs"
) -> tuple[pd.DataFrame, Faults]:
    """Coerce handoffs.

    Parameters
    ----------
    frame
        ``lead_id, handed_off_at, first_worked_at?, person?``.
    data
        How the export is written.
    where
        Name of the file, for messages.

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
    faults = Faults(len(frame))
    for name in HANDOFF:
        needed(frame, name, where=where)
    handed = instants(frame, "handed_off_at", data, faults, where=where, needed=True)
    worked_at = named(frame, "first_worked_at")
    worked = instants(frame, worked_at, data, faults, where=where)
    handoffs = pd.DataFrame(
        {
            ROW: np.arange(1, len(frame) + 1),
            "lead_id": texts(frame, "lead_id", data),
            "handed_off_at": timestamps(handed.us),
            "first_worked_at": timestamps(worked.us),
            "person": texts(frame, named(frame, "person"), data),
        }
    )
    faults.reject((handoffs["lead_id"] == "").to_numpy(), "it has no lead id")
    return handoffs[faults.kept].reset_index(drop=True), faults
