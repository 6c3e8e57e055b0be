"""Finding and reading the columns of an export, by its own names or the canonical ones."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.parsing.categorical import Categorical
from features.parsing.ids import coded_ids
from features.parsing.number_format import plain_number
from features.parsing.times import NAT, now, parse_times, timestamps
from features.parsing.values import to_number
from features.schema.canonical import Column, Kind, Place, Table
from features.schema.flags import flag
from features.validation.faults import Faults
from leadgate.arrays import Bools, Floats, Ints, Positions, Texts
from leadgate.config import Columns, Data
from leadgate.errors import DataError

ROW = "row"
"""What a configuration says where the place of a row stands for an id or a time."""
# What is looked up by its text, row by row.
_PLAIN = ("_id", "outcome")
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
    """Return the lead ids as text, by `coded_lead_ids`."""
    return coded_lead_ids(frame, columns, data, where=where).column()


def coded_lead_ids(frame: pd.DataFrame, columns: Columns, data: Data, *, where: str) -> Categorical:
    """Return the lead ids in codes; the row numbers where ``columns.lead_id`` is "row".

    Raises
    ------
    DataError
        ``missing_column``.
    """
    if columns.lead_id == ROW and named(frame, ROW, "lead_id") is None:
        return Categorical.of(np.arange(1, len(frame) + 1).astype(str).astype(object))
    name = needed(frame, columns.lead_id, "lead_id", where=where)
    return coded_ids(frame[name], data.missing)


def texts(frame: pd.DataFrame, name: str | None, data: Data) -> Texts:
    """Return a column as canonical text; all missing without a name."""
    if name is None:
        return np.full(len(frame), "", dtype=object)
    return _category(frame, name, data).column()


def _category(frame: pd.DataFrame, name: str, data: Data) -> Categorical:
    column, decimal = Categorical.of_column(frame[name], data.missing), data.decimal_of(name)
    if decimal == "auto":
        return column
    return column.renamed(lambda text: plain_number(text, decimal))


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
    future
        Whether times later than now are let in.

    Attributes
    ----------
    faults
        The rejected rows, each with its reason.

    Raises
    ------
    DataError
        ``duplicate_column``: two columns have one name.
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        data: Data,
        where: str,
        faults: Faults | None = None,
        *,
        future: bool = False,
    ) -> None:
        twice = frame.columns[frame.columns.duplicated()].unique()
        if len(twice):
            raise DataError(
                f"{where}: several columns are called {', '.join(map(str, twice))}.",
                code="duplicate_column",
                hint="Rename or drop all but one.",
            )
        self.frame, self.data, self.where = frame, data, where
        self.faults = faults.continued() if faults else Faults(len(frame))
        self._future = future

    def check(self, table: Table, names: Mapping[str, str | None] | None, faults: Faults) -> None:
        """Keep a fault for each column that a table needs and the frame lacks.

        Parameters
        ----------
        table
            What is declared.
        names
            The frame's name of each column; None: the canonical ones.
        faults
            Where the faults go.
        """
        for name in table.needed:
            with faults.collected():
                needed(self.frame, names[name] if names else name, where=self.where)

    def read(self, table: Table, names: Mapping[str, str | None] | None = None) -> dict[str, Any]:
        """Return the declared columns of a table, and reject the rows that cannot be.

        Parameters
        ----------
        table, names
            As in `check`; a column that is not named, or not there, is missing in every row.

        Returns
        -------
        dict
            By canonical name: `Categorical` for ids, texts and words, int64 microseconds, float64,
            or bool.

        Raises
        ------
        DataError
            ``missing_column`` or ``ambiguous_dates``.
        """
        faults = Faults()
        self.check(table, names, faults)
        faults.raise_any()
        there = {n: named(self.frame, names.get(n) if names else n) for n in table.names}
        return {column.name: self._column(column, there[column.name]) for column in table.columns}

    def _column(self, column: Column, name: str | None) -> Categorical | NDArray[Any]:
        match column.kind:
            case Kind.TIME:
                return self.times(name, needed=column.filled)
            case Kind.NUMBER:
                return self.numbers(name)
            case Kind.FLAG:
                return self.flags(column, name)
            case Kind.WORD:
                return self.words(column, name)
            case _:
                return self.named_texts(column, name)

    def named_texts(self, column: Column, name: str | None) -> Categorical:
        """Return a column of ids or texts, and reject the rows that lack one they need."""
        values = self.ids(name) if column.kind is Kind.ID else self.category(name)
        if column.name == "lead_id":
            self.faults.lead_ids = values.column()
        if column.filled:
            self.faults.reject(values.missing(), f"it has no {column.name.replace('_', ' ')}")
        return values

    def ids(self, name: str | None) -> Categorical:
        """Return a column of ids, each as `features.parsing.ids.canonical_id`."""
        if name is None:
            return self.category(None)
        return coded_ids(self.frame[name], self.data.missing)

    def leads(self, ids: Texts) -> Texts:
        """Note the leads of the rows, and reject the rows without one."""
        self.faults.lead_ids = ids
        self.faults.reject(ids == "", "it has no lead id")
        return ids

    def texts(self, name: str | None) -> Texts:
        """Return a column as canonical text."""
        return texts(self.frame, name, self.data)

    def category(self, name: str | None) -> Categorical:
        """Return a column as canonical text, in codes."""
        if name is None:
            return Categorical(np.zeros(len(self.frame), dtype=np.int32), ("",))
        return _category(self.frame, name, self.data)

    def numbers(self, name: str | None) -> Floats:
        """Return a column as numbers."""
        if name is None:
            return np.full(len(self.frame), np.nan)
        if pd.api.types.is_float_dtype(self.frame[name]) and not self.data.missing:
            values = self.frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
            return np.where(np.isfinite(values), values, np.nan)
        return self.category(name).decoded(to_number)

    def flags(self, column: Column, name: str | None) -> Bools:
        """Return a column of yes and no, and reject the rows that say neither."""
        values, default = self.category(name), column.default == "yes"
        self.faults.reject(
            values.where(lambda text: text != "" and flag(text) is None),
            f"{name} is neither yes nor no",
        )
        return values.where(lambda text: default if text == "" else bool(flag(text)))

    def words(self, column: Column, name: str | None) -> Categorical:
        """Return a column in lower case, and reject the rows that hold none of its words."""
        values = self.category(name).renamed(str.lower)
        unknown = values.where(lambda text: text not in ("", *column.words))
        self.faults.reject(unknown, f"{name} is none of {', '.join(column.words)}")
        return values

    def times(
        self,
        name: str | None,
        *,
        needed: bool = False,
        among: Bools | None = None,
        forecasts: Bools | None = None,
    ) -> Ints:
        """Return a column of times in microseconds, and reject the rows whose time cannot be.

        Parameters
        ----------
        needed
            Reject missing times, too, and not only unreadable and future ones.
        among
            The rows where the time matters; left out: all.
        forecasts
            Those of them whose time may be later than now; left out: none.

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
        if not self._future:
            past = matters if forecasts is None else matters & ~forecasts
            self.faults.reject((times.us > now()) & past, f"{name} is in the future")
        return times.us

    def accepted(
        self, values: Mapping[str, Any], *, among: Bools | None = None
    ) -> tuple[pd.DataFrame, Faults]:
        """Return the rows that are not rejected, with their numbers from 1 on, and the faults.

        Parameters
        ----------
        values
            The columns; each has a value for every row of the table.
        among
            The rows that say something; left out: all.
        """
        kept = self.faults.kept
        rows = np.flatnonzero(kept if among is None else kept & among)
        table: dict[Hashable, object] = {Place.ROW: rows + 1}
        table |= {name: _series(name, column, rows) for name, column in values.items()}
        return pd.DataFrame(table), self.faults


def _series(
    name: str, values: Categorical | NDArray[Any], rows: Positions
) -> pd.Series | pd.Categorical | NDArray[Any]:
    """Return some rows of a column as pandas holds it: texts as categories, but for `_PLAIN`."""
    if isinstance(values, Categorical):
        taken = values.take(rows)
        return taken.series() if name.endswith(_PLAIN) else taken.pandas()
    if name == "lead_id":
        return pd.Series(values[rows], dtype="str")
    return timestamps(values[rows]) if name.endswith("_at") else values[rows]
