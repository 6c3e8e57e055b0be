"""Finding and reading the columns of an export, by its own names or the canonical ones."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from features.parsing.times import NAT, ParsedTimes, now, parse_times
from features.parsing.values import number_column, text_column
from features.validation.faults import Faults
from leadgate.arrays import Bools, Floats, Texts
from leadgate.config import Columns, Data
from leadgate.errors import DataError

ROW = "row"
# Of a table that lacks a column, so many are named.
_NAMED = 30


def named(frame: pd.DataFrame, *names: str | None) -> str | None:
    """Return the first of the names that is a column."""
    return next((name for name in names if name and name in frame.columns), None)


def needed(frame: pd.DataFrame, *names: str | None, where: str) -> str:
    """Return the first of the names that is a column.

    Raises
    ------
    DataError
        ``missing_column``: none is.
    """
    column = named(frame, *names)
    if column is None:
        wanted = " or ".join(dict.fromkeys(name for name in names if name))
        raise DataError(
            f"{where}: there is no column {wanted}.",
            code="missing_column",
            hint=columns_hint(frame.columns),
        )
    return column


def columns_hint(names: Iterable[str]) -> str:
    """Return the sentence that names the columns of a table, the first of very many."""
    columns = [str(name) for name in names]
    more = f" and {len(columns) - _NAMED} more" if len(columns) > _NAMED else ""
    return f"Its columns: {', '.join(columns[:_NAMED])}{more}."


def lead_ids(frame: pd.DataFrame, columns: Columns, data: Data, *, where: str) -> Texts:
    """Return the lead ids as text; the row numbers where ``columns.lead_id`` is "row".

    Raises
    ------
    DataError
        ``missing_column``.
    """
    if columns.lead_id == ROW and named(frame, ROW, "lead_id") is None:
        return np.arange(1, len(frame) + 1).astype(str).astype(object)
    return texts(frame, needed(frame, columns.lead_id, "lead_id", where=where), data)


def instants(
    frame: pd.DataFrame,
    name: str | None,
    data: Data,
    faults: Faults,
    *,
    where: str,
    needed: bool = False,
    among: Bools | None = None,
) -> ParsedTimes:
    """Return a column of times, and reject the rows whose time cannot be.

    Parameters
    ----------
    frame, name
        The column; without a name all times are missing.
    data
        How the export is written.
    faults
        Where unreadable and future times are rejected, and missing ones where `needed`.
    where
        Name of the file, for messages.
    among
        The rows where the time matters; left out: all.

    Raises
    ------
    DataError
        ``ambiguous_dates``.
    """
    if name is None:
        n = len(frame)
        return ParsedTimes(np.full(n, NAT), np.zeros(n, dtype=bool))
    times = parse_times(
        frame[name],
        timezone=data.timezone,
        date_format=data.date_format,
        missing=data.missing,
        where=f"{where}, column {name}",
    )
    matters = np.ones(len(frame), dtype=bool) if among is None else among
    faults.reject(times.bad & matters, f"{name} cannot be read as a time")
    if needed:
        faults.reject((times.us == NAT) & matters, f"{name} is missing")
    faults.reject((times.us > now()) & matters, f"{name} is in the future")
    return times


def texts(frame: pd.DataFrame, name: str | None, data: Data) -> Texts:
    """Return a column as canonical text; all missing without a name."""
    if name is None:
        return np.full(len(frame), "", dtype=object)
    return text_column(frame[name], data.missing)


def numbers(frame: pd.DataFrame, name: str | None, data: Data) -> Floats:
    """Return a column as numbers; all missing without a name."""
    return number_column(texts(frame, name, data))
