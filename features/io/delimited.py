"""Delimited text (CSV and its like) -> a table of text: its encoding, separator and header."""

from __future__ import annotations

import csv
import io
import itertools
import re

from features.io.csv_rows import CsvRows
from features.io.header import header_place, refuse_duplicates, title_notes
from features.io.raw_table import RawTable
from leadgate.errors import DataError

SEPARATORS = (",", ";", "\t", "|")

_NO_SEPARATORS = '"\r\n\0'
_SNIFFED_BYTES = 65_536
_SNIFFED_RECORDS = 50
# What some exporters write above the header, so that Excel splits the lines right.
_SEPARATOR_LINE = re.compile(rb'"?sep=(.)"?(?:\r\n|\n|\r|$)', re.IGNORECASE)
_NEWLINE = re.compile(rb"\r\n|\n|\r")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read_delimited(content: bytes, separator: str, encoding: str, named: str) -> RawTable:
    """Read delimited text.

    Parameters
    ----------
    content
        Of the file; not empty.
    separator, encoding
        As in `features.io.files.read_table`.
    named
        What messages call the file.

    Raises
    ------
    DataError
        ``bad_row``, ``bad_encoding``, ``bad_separator``, ``empty_file`` or ``duplicate_columns``.
    """
    text, start = _utf8(content, encoding, named), 0
    line = _SEPARATOR_LINE.match(text)
    if line:
        start = line.end()
        separator = line[1].decode(errors="replace") if separator == "auto" else separator
    head = text[start : start + _SNIFFED_BYTES].decode(errors="ignore")
    separator = _sniff(head) if separator == "auto" else separator
    if len(separator) != 1 or not separator.isascii() or separator in _NO_SEPARATORS:
        raise DataError(
            f"{named}: data.separator must be one character of ASCII, no quote and no line break.",
            code="bad_separator",
        )
    records, lines = _first_records(head, separator)
    if not records:
        raise DataError(f"{named}: the file is empty.", code="empty_file", hint="Export it again.")
    place = header_place(records)
    names = [name.strip() for name in records[place]]
    refuse_duplicates(names, named)
    start += _end_of_line(text[start:], lines[place - 1]) if place else 0
    rows = CsvRows.parse(text, start, separator, len(names), named)
    return rows.table(names, named, title_notes(place))


def _utf8(content: bytes, encoding: str, named: str) -> bytes:
    """Return the text of a file in UTF-8, without a byte order mark and leading blank lines."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) and encoding == "auto":
        encoding = "utf-16"
    if encoding == "auto" and content.isascii():
        return content.lstrip(b"\r\n")
    for candidate in ["utf-8", "cp1252", "latin-1"] if encoding == "auto" else [encoding]:
        try:
            text = content.decode(candidate)
        except UnicodeDecodeError:
            continue
        except LookupError:
            break
        utf8 = content if candidate == "utf-8" else text.encode(errors="replace")
        return utf8.removeprefix(_BYTE_ORDER_MARK).lstrip(b"\r\n")
    raise DataError(
        f"{named}: cannot be read as {encoding}.", code="bad_encoding", hint="Set data.encoding."
    )


def _sniff(head: str) -> str:
    """Choose the separator that cuts most of the first records into the header's fields."""

    def fields(separator: str) -> int:
        records, _ = _first_records(head, separator)
        if not records:
            return 0
        place = header_place(records)
        counts = [len(record) for record in records[place:]]
        return counts[0] * counts.count(counts[0]) if counts[0] > 1 else 0

    return max(SEPARATORS, key=fields)


def _first_records(head: str, separator: str) -> tuple[list[list[str]], list[int]]:
    """Return the first records that are not blank, and in which line each of them ends."""
    reader = csv.reader(io.StringIO(head, newline=None), delimiter=separator)
    numbered = ((record, reader.line_num) for record in reader if record)
    records = list(itertools.islice(numbered, _SNIFFED_RECORDS))
    return [record for record, _ in records], [line for _, line in records]


def _end_of_line(text: bytes, number: int) -> int:
    """Return where the line of a number, from 1 on, ends."""
    ends = (newline.end() for newline in _NEWLINE.finditer(text))
    return next(itertools.islice(ends, number - 1, None))
