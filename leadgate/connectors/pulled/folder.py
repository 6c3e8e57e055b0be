"""Objects of a CRM on disk: pages as they come, then one table without doubles.

A page is written before its place is: after a kill the last page is read and written once more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from leadgate.connectors.connector import Page
from leadgate.connectors.files import read_state, write_state, write_table
from leadgate.errors import DataError

STATE = "pull.json"


@dataclass(frozen=True)
class Source:
    """Which CRM a folder was pulled from."""

    crm: str
    org: str


class PulledFolder:
    """The tables of one CRM, and how far each has been read.

    Parameters
    ----------
    path
        Made if need be.
    source
        The CRM; a folder of another one is refused.

    Raises
    ------
    DataError
        ``other_crm`` or ``damaged_state``.
    """

    def __init__(self, path: Path, source: Source) -> None:
        self.path = path
        self._state: dict[str, Any] = read_state(path / STATE)
        objects = self._state.setdefault("objects", {})
        if not isinstance(objects, dict) or not all(map(_is_state, objects.values())):
            raise _damaged(path / STATE)
        before = self._state.get("crm"), self._state.get("org")
        if before != (None, None) and before != (source.crm, source.org):
            raise DataError(
                f"{path} holds what was pulled from {before[0]} {before[1]}, not from "
                f"{source.crm} {source.org}.",
                code="other_crm",
                hint="Give another folder: --into FOLDER",
            )
        self._state |= {"crm": source.crm, "org": source.org}

    def place(self, name: str) -> str:
        """Return where to go on with an object; "" at its beginning."""
        return str(self._of(name).get("place", ""))

    def finished(self, name: str) -> bool:
        """Whether this pull has read an object to its end already."""
        return bool(self._of(name).get("finished"))

    def table(self, name: str) -> pa.Table | None:
        """Return the rows of an object so far; None before there are any."""
        path = self._object(name)
        return _read(path) if path.exists() else None

    def add(self, name: str, page: Page) -> None:
        """Keep a page and its place."""
        state = self._of(name)
        parts = int(state.get("parts", 0))
        write_table(self._part(name, parts), page.rows)
        self._save(name, {**state, "parts": parts + 1, "place": page.place})

    def finish(self, name: str, id_column: str) -> None:
        """Merge the pages into the table: of rows of one id the one that was read last counts."""
        state = self._of(name)
        parts = [self._part(name, n) for n in range(int(state.get("parts", 0)))]
        pages = [_read(path) for path in parts]
        before = self.table(name)
        tables = [table for table in (before, *pages) if table is not None and table.num_rows]
        if tables:
            rows = pa.concat_tables(tables, promote_options="permissive")
            write_table(self._object(name), _newest(rows, id_column))
        self._save(name, {"place": state.get("place", ""), "parts": 0, "finished": True})
        for path in parts:
            path.unlink(missing_ok=True)

    def close(self, again: Callable[[str], str]) -> None:
        """End this pull: the next one begins where `again` says, given where this one ended."""
        for state in self._state["objects"].values():
            state |= {"finished": False, "place": again(state["place"])}
        write_state(self.path / STATE, self._state)

    def _of(self, name: str) -> dict[str, Any]:
        return dict(self._state["objects"].get(name, {}))

    def _save(self, name: str, state: dict[str, Any]) -> None:
        self._state["objects"][name] = state
        write_state(self.path / STATE, self._state)

    def _object(self, name: str) -> Path:
        return self.path / "objects" / f"{name}.parquet"

    def _part(self, name: str, number: int) -> Path:
        return self.path / "objects" / ".parts" / f"{name}-{number:06d}.parquet"


def _is_state(state: object) -> bool:
    """Whether it is what was kept of an object: a place where to go on."""
    place = state.get("place", "") if isinstance(state, dict) else None
    return isinstance(place, str)


def _read(path: Path) -> pa.Table:
    try:
        return pq.read_table(path)
    except (pa.ArrowException, FileNotFoundError):
        raise _damaged(path) from None


def _damaged(path: Path) -> DataError:
    return DataError(
        f"{path}: it is not what leadgate wrote there.",
        code="damaged_state",
        hint="Move the folder of what was pulled away and pull anew.",
    )


def _newest(rows: pa.Table, id_column: str) -> pa.Table:
    """Return the last row of each id, in the order of the ids."""
    place = pa.array(np.arange(rows.num_rows))
    last = (
        pa.table({"id": rows.column(id_column), "place": place})
        .group_by("id")
        .aggregate([("place", "max")])
        .sort_by("id")
    )
    return rows.take(pc.cast(last.column("place_max"), pa.int64()))
