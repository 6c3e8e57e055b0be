"""The rows of delimited text below its header, those that are cut otherwise in their place."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Protocol

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from features.io.raw_table import RawTable
from features.io.stray_rows import stray_rows
from leadgate.errors import DataError

_TEXT = pa.large_string()
# Small blocks stay in the cache; a field that is longer than a block needs all of it in one.
_BLOCK, _ALL = 1 << 20, (1 << 31) - 1
_NAMED_ROWS = 5
_NEWLINE = re.compile(rb"\r\n|\n|\r")
_QUOTE = "Quote fields that hold the separator, or set data.separator."


class _InvalidRow(Protocol):
    """What Arrow says of a row with more or fewer fields; the first row is number 1."""

    number: int
    text: str


@dataclass
class CsvRows:
    """The rows of delimited text.

    Attributes
    ----------
    width
        How many fields the header has.
    separator
        Between them.
    whole
        The rows with so many fields.
    cut
        The text of all other rows, by their position.
    """

    width: int
    separator: str
    whole: pa.Table = field(default_factory=lambda: pa.table({}))
    cut: dict[int, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: bytes, start: int, separator: str, width: int, named: str) -> CsvRows:
        """Parse text in UTF-8.

        Parameters
        ----------
        text, start
            The text, and where its header begins.
        separator, width
            As in the class.
        named
            What messages call the file.

        Raises
        ------
        DataError
            ``bad_row``: a quoted field is never closed.
        """
        rows = cls(width, separator)
        try:
            table = rows._parsed(text, start, _BLOCK)
        except pa.ArrowInvalid:
            table = rows._parsed(text, start, min(len(text) - start + 1, _ALL))
        opened = rows._unclosed(text, table)
        if opened is not None:
            line = len(_NEWLINE.findall(text, 0, opened)) + 1
            raise DataError(
                f"{named}: a quoted field that begins in line {line} is never closed.",
                code="bad_row",
                hint=_QUOTE,
            )
        # The first record is the header.
        rows.whole = table.slice(1)
        return rows

    def _parsed(self, text: bytes, start: int, block: int) -> pa.Table:
        self.cut = {}

        def keep(row: _InvalidRow) -> str:
            # The header is the first row.
            self.cut[row.number - 2] = row.text
            return "skip"

        names = [str(number) for number in range(self.width)]
        return arrow_csv.read_csv(
            pa.BufferReader(pa.py_buffer(text).slice(start)),
            # Only in one thread it counts the rows.
            arrow_csv.ReadOptions(column_names=names, block_size=block, use_threads=False),
            arrow_csv.ParseOptions(
                delimiter=self.separator, newlines_in_values=True, invalid_row_handler=keep
            ),
            arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, _TEXT), strings_can_be_null=False,
                check_utf8=False,
            ),
        )  # fmt: skip

    def _unclosed(self, text: bytes, table: pa.Table) -> int | None:
        """Return where the last field begins if it is quoted and never closed."""
        last = table.num_rows + len(self.cut) - 2
        if last in self.cut:
            return text.rfind(self.cut[last].encode()) if self._open(self.cut[last]) else None
        value = table.column(self.width - 1)[-1].as_py()
        tail = b'"' + value.replace('"', '""').encode()
        return len(text) - len(tail) if value and text.endswith(tail) else None

    def _open(self, text: str) -> bool:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=self.separator, strict=True)
        try:
            list(reader)
        except csv.Error as error:
            return "unexpected end" in str(error) or "field limit" in str(error)
        return False

    def table(self, names: Sequence[str], named: str, notes: Sequence[str] = ()) -> RawTable:
        """Return the table, with every row in its place.

        Parameters
        ----------
        names
            Of the columns; ``""`` where a column has none.
        named, notes
            What messages call the file, and what is known of it so far.

        Raises
        ------
        DataError
            ``bad_row``: no row has as many fields as the header.
        """
        cut, mended = self._mended(names)
        frame = self._frame(mended).set_axis(list(names), axis=1)
        faults, wrong = stray_rows(frame, cut, self.width)
        if not faults.kept.all():
            frame = frame.mask(pd.Series(~faults.kept), "")
        if wrong and not faults.kept.any():
            raise DataError(
                f"{named}: no row has as many fields as the header, {self.width}; "
                f"row {wrong[0] + 1} has {len(cut[wrong[0]])}.",
                code="bad_row",
                hint=_QUOTE,
            )
        return RawTable(frame, faults, [*notes, *_cut_notes(wrong)])

    def _mended(self, names: Sequence[str]) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
        """Return the fields of the rows that are cut wrong, and of those that only look so.

        These have separators too many, or lack columns without a name, as most rows of the file.
        In a file that is written otherwise a row of that length has lost a quote.
        """
        cut = {position: self._fields(text) for position, text in self.cut.items()}
        counts = Counter(map(len, cut.values()))
        common, rows = max(counts.items(), key=itemgetter(1), default=(0, 0))
        if rows <= self.whole.num_rows:
            return cut, {}
        mended = {
            position: [*fields[: self.width], *[""] * (self.width - common)]
            for position, fields in cut.items()
            if len(fields) == common
            and not "".join(fields[self.width :]).strip()
            and not any(names[common:])
        }
        return {position: cut[position] for position in cut.keys() - mended.keys()}, mended

    def _fields(self, text: str) -> list[str]:
        try:
            return next(csv.reader(io.StringIO(text, newline=""), delimiter=self.separator), [])
        except csv.Error:
            # A field that is longer than the module allows.
            return text.split(self.separator)

    def _frame(self, mended: Mapping[int, Sequence[str]]) -> pd.DataFrame:
        table = self.whole
        if self.cut:
            names, blank = table.column_names, [""] * self.width
            rows = [*mended.values(), blank]
            added = dict(zip(names, map(pa.array, zip(*rows, strict=True)), strict=True))
            place = {position: number for number, position in enumerate(mended, table.num_rows)}
            order = np.full(table.num_rows + len(self.cut), -1)
            order[list(self.cut)] = [place.get(p, table.num_rows + len(mended)) for p in self.cut]
            order[order < 0] = np.arange(table.num_rows)
            table = pa.concat_tables([table, pa.table(added).cast(table.schema)]).take(order)
        dtype = pd.StringDtype("pyarrow", na_value=np.nan)
        frame: pd.DataFrame = table.to_pandas(types_mapper={_TEXT: dtype}.get)
        return frame


def _cut_notes(positions: Sequence[int]) -> list[str]:
    if not positions:
        return []
    shown = ", ".join(str(position + 1) for position in positions[:_NAMED_ROWS])
    more = len(positions) - _NAMED_ROWS
    rows = f"row {shown} is" if len(positions) == 1 else f"rows {shown} are"
    rows = f"rows {shown} and {more:,} more are" if more > 0 else rows
    return [f"{rows} cut into more or fewer fields than the header. {_QUOTE}"]
