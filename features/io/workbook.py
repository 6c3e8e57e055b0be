"""A sheet of an Excel or OpenDocument workbook -> a table of canonical text."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pandas as pd
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from features.io.header import header_place, refuse_duplicates, title_notes
from features.io.raw_table import RawTable
from features.io.stray_rows import stray_rows
from features.parsing.values import text_column
from leadgate.arrays import Bools
from leadgate.errors import DataError

WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")

# So many rows show where the header is.
_SNIFFED_ROWS = 50
_EXACT_INTEGERS = 2**53
_PASSWORD = "an Excel workbook with a password"  # noqa: S105


def read_workbook(content: bytes, sheet: str | None, named: str) -> RawTable:
    """Read one sheet of a workbook.

    Parameters
    ----------
    content
        Of the file: xlsx, xlsb, xls or ods.
    sheet
        Its name; None: the only one that holds a table.
    named
        What messages call the file.

    Raises
    ------
    DataError
        ``not_a_table``, ``missing_sheet``, ``which_sheet``, ``empty_file`` or
        ``duplicate_columns``.
    """
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            chosen = _sheet(workbook, sheet, named)
            notes = _notes(workbook, chosen) if sheet is None else []
            rows = chosen.to_python()
    except PasswordError:
        raise _no_workbook(named, _PASSWORD, "Save it without one.") from None
    except CalamineError:
        raise _no_workbook(named, "a damaged workbook", "Save it as CSV or Parquet.") from None
    while rows and not any(cell != "" for cell in rows[-1]):
        rows.pop()
    if not rows:
        raise DataError(f"{named}: the sheet {chosen.name} is empty.", code="empty_file")
    return _table(rows, named, notes)


def sheets(content: bytes) -> list[str]:
    """Return the names of the visible sheets of a workbook that hold a table."""
    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
        return [sheet.name for sheet in _tables(workbook)]


def _no_workbook(named: str, kind: str, hint: str) -> DataError:
    return DataError(f"{named}: not a table but {kind}.", code="not_a_table", hint=hint)


def _sheet(workbook: CalamineWorkbook, name: str | None, named: str) -> CalamineSheet:
    listed = ", ".join(workbook.sheet_names)
    if name is not None:
        if name not in workbook.sheet_names:
            raise DataError(
                f"{named}: there is no sheet {name}.",
                code="missing_sheet",
                hint=f"Its sheets: {listed}.",
            )
        return workbook.get_sheet_by_name(name)
    tables = _tables(workbook)
    if len(tables) == 1:
        return tables[0]
    what = "more than one sheet holds" if tables else "no sheet holds"
    listed = ", ".join(sheet.name for sheet in tables) or listed
    raise DataError(
        f"{named}: {what} a table with a header and rows: {listed}.",
        code="which_sheet" if tables else "empty_file",
        hint='Name one in leadgate.toml: { path = "…", sheet = "…" }.',
    )


def _notes(workbook: CalamineWorkbook, sheet: CalamineSheet) -> list[str]:
    if len(workbook.sheet_names) == 1:
        return []
    return [f"of its sheets only {sheet.name} holds a table and is read."]


def _tables(workbook: CalamineWorkbook) -> list[CalamineSheet]:
    """Return the visible sheets that have a header of two names or more and a row below it.

    Where none has two names, those with one.
    """
    visible = [
        workbook.get_sheet_by_name(sheet.name)
        for sheet in workbook.sheets_metadata
        if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
    ]
    widths = {sheet.name: _header_width(sheet) for sheet in visible}
    least = 2 if any(width > 1 for width in widths.values()) else 1
    return [sheet for sheet in visible if widths[sheet.name] >= least]


def _header_width(sheet: CalamineSheet) -> int:
    rows = sheet.to_python(nrows=_SNIFFED_ROWS)
    if not rows:
        return 0
    place = header_place([_shown(row) for row in rows])
    return sum(map(bool, _shown(rows[place]))) if place + 1 < len(rows) else 0


def _table(rows: Sequence[Sequence[object]], named: str, notes: Sequence[str]) -> RawTable:
    place = header_place([_shown(row) for row in rows[:_SNIFFED_ROWS]])
    names = _shown(rows[place])
    refuse_duplicates(names, named)
    grid = pd.DataFrame(rows[place + 1 :], columns=range(len(names)), dtype=object)
    faults, _ = stray_rows(grid.set_axis(names, axis=1), {}, len(names))
    columns = [_texts(grid[number], faults.kept) for number in grid]
    frame = pd.DataFrame(dict(enumerate(columns)), index=grid.index).set_axis(names, axis=1)
    return RawTable(frame, faults, [*notes, *title_notes(place)])


def _shown(row: Sequence[object]) -> list[str]:
    return [str(_plain(cell)).strip() for cell in row]


def _texts(cells: pd.Series, kept: Bools) -> pd.Series:
    given = [_plain(cell) if keep else "" for cell, keep in zip(cells, kept, strict=True)]
    return pd.Series(text_column(pd.Series(given, dtype=object)), dtype="str")


def _plain(cell: object) -> object:
    """Return a cell; a sheet has no whole numbers, only such without a part."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) <= _EXACT_INTEGERS:
        return int(cell)
    return cell
