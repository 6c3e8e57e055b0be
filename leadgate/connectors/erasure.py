"""Erase leads from what was pulled and from the journals of pushes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from leadgate.connectors.files import write_table, write_whole
from leadgate.connectors.pulled.folder import STATE
from leadgate.connectors.pushed.journal import ABOUT, BEFORE, REFUSED

Erased = Callable[[str], bool]


def erase_pulled(folder: Path, erased: Erased) -> list[Path]:
    """Erase leads from every pulled table and every journal below a folder.

    A row goes where one of its ids is that of an erased lead.

    Returns
    -------
    list
        The files that had some.
    """
    pulled = [state.parent for state in sorted(folder.rglob(STATE))]
    tables = [path for each in pulled for path in sorted(each.rglob("*.parquet"))]
    pushes = [about.parent for about in sorted(folder.rglob(ABOUT))]
    journals = [path for each in pushes for path in (each / BEFORE, each / REFUSED)]
    held = [path for path in tables if _erase_rows(path, erased)]
    return held + [path for path in journals if path.exists() and _erase_lines(path, erased)]


def _erase_rows(path: Path, erased: Erased) -> bool:
    table = pq.read_table(path)
    keep = pa.array([True] * table.num_rows)
    for name in table.column_names:
        if name.lower().endswith("id") and pa.types.is_string(table.schema.field(name).type):
            column = table.column(name)
            gone = [value for value in column.unique().to_pylist() if value and erased(value)]
            if gone:
                there = pc.is_in(column, pa.array(gone))
                keep = pc.and_not(keep, there.combine_chunks())
    kept = table.filter(keep)
    if kept.num_rows == table.num_rows:
        return False
    write_table(path, kept)
    return True


def _erase_lines(path: Path, erased: Erased) -> bool:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not erased(_lead_of(line))]
    if len(kept) == len(lines):
        return False
    write_whole(path, lambda beside: _write(beside, "".join(kept)))
    return True


def _lead_of(line: str) -> str:
    try:
        return str(json.loads(line)["lead_id"])
    except (ValueError, KeyError):
        return ""


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
