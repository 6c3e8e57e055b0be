"""The table of leads: an export's columns under canonical names, attributes as canonical text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from features.parsing.ids import serial_numbers
from features.schema.canonical import LEADS
from features.schema.columns import ROW, ColumnReader, coded_lead_ids, named, needed
from features.validation.faults import Faults, repeated
from leadgate.arrays import Floats
from leadgate.config import Columns, Data
from leadgate.errors import DataError

# An ``order`` beside times is an attribute; times beside an order would be taken for the time.
_RESERVED = frozenset(LEADS.names) - {"order"}


def leads_from_frame(
    frame: pd.DataFrame,
    columns: Columns,
    data: Data,
    *,
    require_created: bool,
    where: str = "leads",
    faults: Faults | None = None,
) -> tuple[pd.DataFrame, Faults]:
    """Bring leads to canonical names.

    Parameters
    ----------
    frame
        One row per lead, with the export's column names or the canonical ones.
    columns, data
        What the export's columns mean and how it is written.
    require_created
        Reject leads whose creation time, or place in the order, is missing.
    where, faults
        As in `features.schema.columns.ColumnReader`.

    Returns
    -------
    leads : DataFrame
        `Place.ROW` (1 for the first row of `frame`), ``lead_id``, ``account_id`` where there is
        one, ``created_at`` (datetime64[us, UTC]) or ``order`` (float64), and the attributes as
        categories of text, ``""`` where missing. Only the accepted rows; columns that may never
        be features are left out, but the current CRM score.
    faults : Faults
        The rejected rows of `frame`, each with its reason. Of rows with one lead id the first
        without another fault is accepted.

    Raises
    ------
    DataError
        ``missing_column``, ``reserved_column`` or ``ambiguous_dates``.
    """
    reader = ColumnReader(frame, data, where, faults)
    ids = coded_lead_ids(frame, columns, data, where=where)
    reader.leads(ids.column())
    leads: dict[str, Any] = {"lead_id": ids}
    account = named(frame, columns.account_id, "account_id")
    if account:
        leads["account_id"] = reader.category(account)
    if columns.order:
        leads["order"] = _order(reader, columns.order, require_created)
    else:
        name = _time_column(reader, (columns.created_at, "created_at"), require_created)
        leads["created_at"] = reader.times(name, needed=require_created)
    again = repeated(pd.Series(ids.codes), reader.faults.kept)
    reader.faults.reject(again, "its lead id is a duplicate")
    for name in attributes(frame, columns):
        if name in _RESERVED:
            raise DataError(
                f"{where}: leadgate needs the column name {name} for itself.",
                code="reserved_column",
                hint="Rename the column, or list it in columns.unknown.",
            )
        leads[name] = reader.category(name)
    return reader.accepted(leads)


def attributes(frame: pd.DataFrame, columns: Columns) -> list[str]:
    """Return the columns that are attributes known at creation, and the current CRM score."""
    canonical = {"lead_id", "account_id", "order" if columns.order else "created_at"}
    hidden = (columns.never_features() | canonical) - {columns.own_score}
    kept = [name for name in frame.columns if name not in hidden]
    if columns.creation == "rest":
        return kept
    chosen = {*columns.creation, *columns.segments, columns.own_score}
    return [name for name in kept if name in chosen]


def _order(reader: ColumnReader, column: str, require: bool) -> Floats:
    if column == ROW and named(reader.frame, ROW, "order") is None:
        return np.arange(1.0, len(reader.frame) + 1)
    name = _time_column(reader, (column, "order"), require)
    order = serial_numbers(reader.texts(name))
    if require:
        reader.faults.reject(np.isnan(order), f"{name} is no number")
    return order


def _time_column(reader: ColumnReader, names: Sequence[str | None], require: bool) -> str | None:
    if require:
        return needed(reader.frame, *names, where=reader.where)
    return named(reader.frame, *names)
