"""Rows that are kept as soon as they are measured, so that a long benchmark is run in sittings."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.machinery.catalogue import Figure
from benchmarks.machinery.results import commit, plain

Row = dict[str, Figure]


class Sittings:
    """A file with one line for each row; what is in it is not measured again.

    Parameters
    ----------
    path
        "" keeps nothing.
    minutes
        After so many no further row is begun; 0 for no end.
    """

    def __init__(self, path: str, minutes: float = 0.0) -> None:
        self._path = Path(path) if path else None
        self._end = time.monotonic() + 60 * minutes if minutes else float("inf")
        self._rows: dict[str, Row] = {}
        if self._path is not None and self._path.is_file():
            lines = map(json.loads, self._path.read_text(encoding="utf-8").splitlines())
            self._rows = {_key(line["of"]): line["row"] for line in lines}

    def row(self, of: dict[str, Any], measure: Callable[[], Row]) -> Row | None:
        """Return the row of some settings: as it was kept, or measured; None when time is up."""
        kept = self._rows.get(_key(of))
        if kept is not None or time.monotonic() > self._end:
            return kept
        row = plain({"": measure()})[""]
        if self._path is not None:
            line = {"of": of, "commit": commit(), "row": row}
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
        return row


def _key(of: dict[str, Any]) -> str:
    return json.dumps(of, sort_keys=True)
