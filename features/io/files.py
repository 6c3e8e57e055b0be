"""Files of an export -> tables: what is read, by what, is decided by what the file holds."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from features.io.containers import WORKBOOK, read_content
from features.io.delimited import read_delimited
from features.io.header import refuse_duplicates
from features.io.raw_table import RawTable
from features.io.workbook import read_workbook
from leadgate.errors import DataError

_URL = re.compile(r"(?:^|/)[a-z][a-z0-9+]+:/")
_UNNAMED_INDEX = re.compile(r"^__index_level_[0-9]+__$")
_PARQUET = b"PAR1"
_NOT_TABLES = {b"%PDF": "a PDF", b"{": "JSON", b"[": "JSON", b"<": "HTML or XML"}


def read_table(
    path: str | Path,
    *,
    sheet: str | None = None,
    separator: str = "auto",
    encoding: str = "auto",
    where: str = "",
) -> RawTable:
    """Read one table.

    Parameters
    ----------
    path
        Delimited text such as CSV (as it stands, ``""`` where empty), an Excel or OpenDocument
        workbook (canonical text, days and instants in ISO 8601) or Parquet (typed columns); also
        in a gzip or a zip archive of one file.
    sheet
        Of a workbook; left out: the only one that holds a table.
    separator
        One character; ``"auto"`` takes the line ``sep=``, else finds comma, semicolon, tab or bar.
    encoding
        ``"auto"`` takes the byte order mark, else UTF-8, else Windows-1252.
    where
        The configuration key that names the file, for messages.

    Returns
    -------
    RawTable
        Column names are stripped. Columns without a name (an index written along, a trailing
        separator) are left out.

    Raises
    ------
    DataError
        ``missing_file``, ``empty_file``, ``not_a_table``, ``bad_row``, ``bad_encoding``,
        ``bad_separator``, ``duplicate_columns``, ``missing_sheet``, ``which_sheet`` or
        ``unsupported_source``; names the file.
    """
    path = Path(path)
    # A path may have no name of its own: "." has none.
    name = path.name or path.resolve().name
    named = f"{name} ({where})" if where else name
    _refuse_url(path, where)
    content = read_content(path, named)
    if content.startswith(WORKBOOK):
        table = read_workbook(content, sheet, named)
    else:
        _refuse_sheet(sheet, named)
        table = _read_file(content, path.suffix, separator, encoding, named)
    frame = table.frame.loc[:, [column != "" for column in table.frame.columns]]
    return RawTable(frame, table.faults, [f"{name}: {note}" for note in table.notes])


def _read_file(content: bytes, suffix: str, separator: str, encoding: str, named: str) -> RawTable:
    if content.startswith(_PARQUET) or suffix == ".parquet":
        return RawTable.of(_read_parquet(content, named))
    _refuse_binary(content, encoding, named)
    return read_delimited(content, separator, encoding, named)


def _read_parquet(content: bytes, named: str) -> pd.DataFrame:
    try:
        # Without pandas' metadata an index that was written along is a column like any other.
        table = pq.read_table(io.BytesIO(content)).replace_schema_metadata(None)
        # Integers with gaps stay integers: as floats, large ids would lose their last digits.
        frame: pd.DataFrame = table.to_pandas(integer_object_nulls=True)
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        raise DataError(
            f"{named}: not a Parquet file, or a damaged one.",
            code="not_a_table",
            hint="Export it again.",
        ) from None
    names = [_UNNAMED_INDEX.sub("", str(name).strip()) for name in table.column_names]
    refuse_duplicates(names, named)
    return frame.set_axis(names, axis=1)


def _refuse_url(path: Path, where: str) -> None:
    if _URL.search(str(path)):
        raise DataError(
            f"{where or 'The source'} is a URL where a file is meant.",
            code="unsupported_source",
            hint='In leadgate.toml a database is written { url = "…", table = "…" }.',
        )


def _refuse_sheet(sheet: str | None, named: str) -> None:
    if sheet is not None:
        raise DataError(
            f"{named}: a sheet is named, but this is no workbook.",
            code="missing_sheet",
            hint="Leave the sheet out.",
        )


def _refuse_binary(content: bytes, encoding: str, named: str) -> None:
    wide = encoding.startswith("utf-16") or content.startswith((b"\xff\xfe", b"\xfe\xff"))
    kind = next((k for start, k in _NOT_TABLES.items() if content.startswith(start)), None)
    if kind or (b"\x00" in content[:4096] and not wide):
        raise DataError(
            f"{named}: not a table but {kind or 'binary data'}.",
            code="not_a_table",
            hint="Save it as CSV, Excel or Parquet.",
        )
