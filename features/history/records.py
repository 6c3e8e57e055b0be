"""The declared columns of one row of a request, read value by value, without pandas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from features.parsing.ids import canonical_id
from features.parsing.times import NAT, parse_instant
from features.parsing.values import to_number, to_text
from features.schema.canonical import Column, Kind, Table
from features.schema.flags import flag
from leadgate.errors import LeadError

Record = Mapping[str, object]


class RecordReader:
    """Reads rows of a table as JSON holds them.

    Parameters
    ----------
    table
        What is declared. Of which lead a row speaks is for the caller to check.
    """

    def __init__(self, table: Table) -> None:
        columns = [column for column in table.columns if column.name != "lead_id"]
        self._columns = [(column.name, _READERS[column.kind], column) for column in columns]
        # Most columns are missing in most rows, and this runs for every activity of a request.
        self._absent = {c.name: _READERS[c.kind](None, c, "") for c in columns if not c.needed}
        self._stand_ins = [
            (c.name, c.default) for c in columns if c.kind is Kind.TIME and c.default
        ]

    def read(self, record: Record, where: str) -> dict[str, Any]:
        """Return the values of a row by canonical name.

        Parameters
        ----------
        record
            The row; what is not declared is left alone.
        where
            What stands before the name of a field in messages, such as ``outcomes[3].``.

        Returns
        -------
        dict
            Text, microseconds or `NAT`, a number or NaN, and True, False or None.

        Raises
        ------
        LeadError
            Naming the field of the first value at fault.
        """
        values = self._absent.copy()
        for name, read, column in self._columns:
            if column.needed or name in record:
                values[name] = read(record.get(name), column, where)
        for name, other in self._stand_ins:
            if values[name] == NAT:
                values[name] = values[other]
        return values


def _time(value: object, column: Column, where: str) -> int:
    if value is None or value == "":
        if column.filled:
            raise _fault(column, where, "is missing", "missing_time")
        return NAT
    return parse_instant(value, field=f"{where}{column.name}")


def _text(value: object, column: Column, where: str) -> str:
    text = to_text(value)
    if column.filled and not text:
        raise _fault(column, where, "is missing", f"missing_{column.name}")
    return text


def _id(value: object, column: Column, where: str) -> str:
    return canonical_id(value)


def _number(value: object, column: Column, where: str) -> float:
    return to_number(to_text(value))


def _flag(value: object, column: Column, where: str) -> bool | None:
    text = to_text(value)
    meant = flag(text)
    if text and meant is None:
        raise _fault(column, where, "is neither yes nor no", "bad_value")
    return meant


def _word(value: object, column: Column, where: str) -> str:
    text = to_text(value).lower()
    if text not in column.words and (text or column.needed):
        raise _fault(column, where, f"is none of {', '.join(column.words)}", "bad_value")
    return text


def _fault(column: Column, where: str, fault: str, code: str) -> LeadError:
    field = f"{where}{column.name}"
    return LeadError(f"{field} {fault}.", field=field, code=code)


_READERS: dict[Kind, Callable[[object, Column, str], Any]] = {
    Kind.ID: _id,
    Kind.TEXT: _text,
    Kind.TIME: _time,
    Kind.NUMBER: _number,
    Kind.FLAG: _flag,
    Kind.WORD: _word,
}
