"""Files of an export -> data frames: CSV as text, Parquet typed; one clear sentence when not."""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import re
import warnings
from collections import Counter
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from leadgate.errors import DataError

SEPARATORS = (",", ";", "\t", "|")

_URL = re.compile(r"(?:^|/)[a-z][a-z0-9+]+:/")
_UNNAMED_INDEX = re.compile(r"^__index_level_[0-9]+__$")
_SNIFFED_CHARACTERS = 65_536
_SNIFFED_RECORDS = 20
_NOT_TABLES = {
    b"PK\x03\x04": "an Excel workbook or another zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF",
    b"{": "JSON",
    b"[": "JSON",
    b"<": "HTML or XML",
}


def read_table(
    path: str | Path, *, separator: str = "auto", encoding: str = "auto", where: str = ""
) -> pd.DataFrame:
    """Read one table.

    Parameters
    ----------
    path
        ``.parquet`` (typed columns), or CSV, also ``.gz``: every column as text, ``""`` where
        empty.
    separator
        One character; ``"auto"`` finds comma, semicolon, tab or bar.
    encoding
        ``"auto"`` takes the byte order mark, else UTF-8, else Windows-1252.
    where
        The configuration key that names the file, for messages.

    Returns
    -------
    DataFrame
        Column names are stripped. Columns without a name (an index written along, a trailing
        separator) are left out.

    Raises
    ------
    DataError
        ``missing_file``, ``empty_file``, ``not_a_table``, ``bad_row``, ``bad_encoding``,
        ``duplicate_columns`` or ``unsupported_source``; names the file.
    """
    path = Path(path)
    # A path may have no name of its own: "." has none.
    name = path.name or path.resolve().name
    named = f"{name} ({where})" if where else name
    if _URL.search(str(path)):
        raise DataError(
            f"{where or 'The source'} is a URL where a file is meant.",
            code="unsupported_source",
            hint='In leadgate.toml a database is written { url = "…", table = "…" }.',
        )
    content = _read_bytes(path, named)
    if path.suffix == ".parquet":
        frame = _read_parquet(content, named)
    else:
        frame = _read_csv(_decode(content, encoding, named), separator, named)
    return frame.loc[:, [name != "" for name in frame.columns]]


def _read_bytes(path: Path, named: str) -> bytes:
    try:
        content = path.read_bytes()
        if path.suffix == ".gz":
            content = gzip.decompress(content)
    except FileNotFoundError:
        raise DataError(
            f"{named}: there is no such file: {path.resolve()}", code="missing_file"
        ) from None
    except (OSError, EOFError) as error:
        reason = getattr(error, "strerror", None) or "damaged gzip"
        raise DataError(
            f"{named}: cannot be read: {reason}.",
            code="missing_file",
            hint="Name one CSV or Parquet file that this user may read.",
        ) from None
    if not content.strip():
        raise DataError(f"{named}: the file is empty.", code="empty_file", hint="Export it again.")
    return content


def _read_parquet(content: bytes, named: str) -> pd.DataFrame:
    try:
        table = pq.read_table(io.BytesIO(content))
    except pa.ArrowException:
        raise DataError(f"{named}: not a Parquet file.", code="not_a_table") from None
    # Integers with gaps stay integers: as floats, large ids would lose their last digits. Without
    # pandas' metadata an index that was written along is a column like any other.
    frame: pd.DataFrame = table.to_pandas(integer_object_nulls=True, ignore_metadata=True)
    names = [_UNNAMED_INDEX.sub("", str(name).strip()) for name in table.column_names]
    refuse_duplicates(names, named)
    return frame.set_axis(names, axis=1)


def _decode(content: bytes, encoding: str, named: str) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) and encoding == "auto":
        encoding = "utf-16"
    kind = next((k for start, k in _NOT_TABLES.items() if content.startswith(start)), None)
    if kind or (b"\x00" in content[:4096] and not encoding.startswith("utf-16")):
        raise DataError(
            f"{named}: not a table but {kind or 'binary data'}.",
            code="not_a_table",
            hint="Save it as CSV or Parquet.",
        )
    for candidate in ["utf-8-sig", "cp1252", "latin-1"] if encoding == "auto" else [encoding]:
        try:
            return content.decode(candidate).lstrip("\r\n")
        except UnicodeDecodeError:
            continue
        except LookupError:
            break
    raise DataError(
        f"{named}: cannot be read as {encoding}.", code="bad_encoding", hint="Set data.encoding."
    )


def _read_csv(text: str, separator: str, named: str) -> pd.DataFrame:
    if separator == "auto":
        separator = _sniff(text)
    if len(separator) != 1:
        raise DataError(f"{named}: data.separator must be one character.", code="bad_separator")
    names = [name.strip() for name in _first_records(text, separator)[0]]
    refuse_duplicates(names, named)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame = pd.read_csv(
                io.StringIO(text), sep=separator, dtype=str, na_filter=False, index_col=False
            )
    except pd.errors.ParserError as error:
        raise DataError(
            f"{named}: {_bad_row(str(error))}.",
            code="bad_row",
            hint="Quote fields that hold the separator, or set data.separator.",
        ) from None
    except pd.errors.ParserWarning:
        raise DataError(
            f"{named}: its rows have more fields than its header.",
            code="bad_row",
            hint="Quote fields that hold the separator, or set data.separator.",
        ) from None
    return frame.set_axis(names, axis=1).fillna("")


def _sniff(text: str) -> str:
    """Choose the separator that cuts most of the first records into the header's fields."""

    def fields(separator: str) -> int:
        counts = [len(record) for record in _first_records(text, separator)]
        return counts[0] * counts.count(counts[0]) if counts[0] > 1 else 0

    return max(SEPARATORS, key=fields)


def _first_records(text: str, separator: str) -> list[list[str]]:
    start = io.StringIO(text[:_SNIFFED_CHARACTERS], newline=None)
    return list(itertools.islice(csv.reader(start, delimiter=separator), _SNIFFED_RECORDS))


def _bad_row(message: str) -> str:
    """Say which row is wrong in pandas' message, which may quote nothing else."""
    match = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", message)
    if not match:
        return "a quoted field is never closed"
    expected, line, saw = match.groups()
    return f"line {line} has {saw} fields where the header has {expected}"


def refuse_duplicates(names: list[str], named: str) -> None:
    """Refuse a table with two columns of one name.

    Raises
    ------
    DataError
        ``duplicate_columns``.
    """
    twice = sorted(name for name, count in Counter(names).items() if count > 1 and name)
    if twice:
        raise DataError(
            f"{named}: more than one column is called {', '.join(twice)}.",
            code="duplicate_columns",
            hint="Rename or remove one of them.",
        )
