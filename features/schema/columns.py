"""Finding and reading the columns of an export, by its own names or the canonical ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from features.parsing.categorical import Categorical
from features.parsing.ids import id_column
from features.parsing.number_format import plain_number
from features.parsing.times import NAT, now, parse_times
from features.parsing.values import number_column, text_column
from features.validation.faults import Faults
from leadgate.arrays import Bools, Floats, Ints, Texts
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
    name = needed(frame, columns.lead_id, "lead_id", where=where)
    return id_column(frame[name], data.missing)


def texts(frame: pd.DataFrame, name: str | None, data: Data) -> Texts:
    """Return a column as canonical text; all missing without a name."""
    if name is None:
        return np.full(len(frame), "", dtype=object)
    decimal = data.decimal_of(name)
    if decimal == "auto":
        return text_column(frame[name], data.missing)
    column = Categorical.of_column(frame[name], data.missing)
    return column.renamed(lambda text: plain_number(text, decimal)).column()


class ColumnReader:
    """One table of an export while it is read: its columns by name, and its rejected rows.

    Without a name all values of a column are missing.

    Parameters
    ----------
    frame
        The table.
    data
        How the export is written.
    where
        Name of the file, for messages.
    faults
        Of the rows that were rejected or skipped before; left out: none was.

    Attributes
    ----------
    faults
        The rejected rows, each with its reason.
    """

    def __init__(
        self, frame: pd.DataFrame, data: Data, where: str, faults: Faults | None = None
    ) -> None:
        self.frame, self.data, self.where = frame, data, where
        self.faults = faults.continued() if faults else Faults(len(frame))

    def leads(self, ids: Texts) -> Texts:
        """Note the leads of the rows, and reject the rows without one."""
        self.faults.lead_ids = ids
        self.faults.reject(ids == "", "it has no lead id")
        return ids

    def texts(self, name: str | None) -> Texts:
        """Return a column as canonical text."""
        return texts(self.frame, name, self.data)

    def numbers(self, name: str | None) -> Floats:
        """Return a column as numbers."""
        return number_column(self.texts(name))

    def times(self, name: str | None, *, needed: bool = False, among: Bools | None = None) -> Ints:
        """Return a column of times in microseconds, and reject the rows whose time cannot be.

        Parameters
        ----------
        needed
            Reject missing times, too, and not only unreadable and future ones.
        among
            The rows where the time matters; left out: all.

        Raises
        ------
        DataError
            ``ambiguous_dates``.
        """
        if name is None:
            return np.full(len(self.frame), NAT)
        times = parse_times(
            self.frame[name],
            timezone=self.data.timezone,
            date_format=self.data.date_format_of(name),
            missing=self.data.missing,
            where=f"{self.where}, column {name}",
        )
        matters = np.ones(len(self.frame), dtype=bool) if among is None else among
        self.faults.reject(times.bad & matters, f"{name} cannot be read as a time")
        if needed:
            self.faults.reject((times.us == NAT) & matters, f"{name} is missing")
        self.faults.reject((times.us > now()) & matters, f"{name} is in the future")
        return times.us

    def accepted(self, columns: Mapping[str, object]) -> tuple[pd.DataFrame, Faults]:
        """Return the rows that are not rejected, with their numbers from 1 on, and the faults."""
        table = pd.DataFrame({ROW: np.arange(1, len(self.frame) + 1), **columns})
        return table[self.faults.kept].reset_index(drop=True), self.faults
