"""Cells of lists for people: no text in them that a spreadsheet would run as a formula.

A text that begins with ``=``, ``+``, ``-``, ``@``, a tab or a carriage return gets an apostrophe
before it (OWASP, CSV injection), and so does one that has apostrophes before such a sign already:
taking one away again gives every text back as it was. A carriage return inside a text is quoted,
since what follows it would begin a cell otherwise.
"""

from __future__ import annotations

import csv
import re

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

MARK = "'"
_BEGINS = r"^('*[=+\-@\t\r])"
_ESCAPED = re.compile(r"'+[=+\-@\t\r]")


def escaped(table: pa.Table) -> pa.Table:
    """Return a table whose texts are no formulas; numbers stay numbers."""
    for place, field in enumerate(table.schema):
        if pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
            texts = pc.replace_substring_regex(table.column(place), _BEGINS, MARK + r"\1")
            table = table.set_column(place, field, texts)
    return table


def list_text(frame: pd.DataFrame) -> str:
    """Return a table as the CSV of a list for people."""
    cells = frame.copy()
    for name in cells.columns:
        if not pd.api.types.is_numeric_dtype(cells[name]):
            cells[name] = cells[name].map(_escape, na_action="ignore")
    text = str(cells.to_csv(index=False, lineterminator="\n"))
    if "\r" in text:
        text = str(cells.to_csv(index=False, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC))
    return text


def quoting(table: pa.Table) -> int:
    """Return which cells of a table a CSV has to quote, as the module `csv` names it."""
    texts = (column for column in table.columns if pa.types.is_string(column.type))
    returns = any(pc.any(pc.match_substring(column, "\r")).as_py() for column in texts)
    return csv.QUOTE_NONNUMERIC if returns else csv.QUOTE_MINIMAL


def _escape(value: object) -> object:
    return re.sub(_BEGINS, MARK + r"\1", value) if isinstance(value, str) else value


def unescaped(text: str) -> str:
    """Return what a cell of such a list stands for."""
    return text.removeprefix(MARK) if _ESCAPED.match(text) else text


def unescaped_column(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return what the cells of a column of such a list stand for."""
    return pc.replace_substring_regex(texts, r"^'('*[=+\-@\t\r])", r"\1")
