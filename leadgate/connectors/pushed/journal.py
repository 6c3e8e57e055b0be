"""The journal of a push: what every field held before, kept before anything is written over it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from leadgate.connectors.connector import Value, Written
from leadgate.connectors.files import read_state, write_state
from leadgate.errors import DataError

BEFORE, REFUSED = "before.jsonl", "refused.jsonl"
ABOUT = "push.json"
Values = dict[str, Value]


class Journal:
    """The folder of one push; a push of the same file to the same org goes on with its own.

    Parameters
    ----------
    folder
        Such as ``pushes/20260105-4f2c1a``.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def run(self) -> str:
        """The name of the push."""
        return self.folder.name

    def begin(self, crm: str, org: str, source: str) -> None:
        """Write down where to and from what is pushed."""
        write_state(self.folder / ABOUT, {"crm": crm, "org": org, "source": source})

    def of(self, crm: str, org: str) -> None:
        """Make sure that this push went to an org.

        Raises
        ------
        DataError
            ``unknown_push``, if there is none of this name, or it went elsewhere.
        """
        about = read_state(self.folder / ABOUT)
        if (about.get("crm"), about.get("org")) != (crm, org):
            where = f"it went to {about['crm']} {about['org']}" if about else "there is none"
            raise DataError(f"{self.folder}: no push to {crm} {org}; {where}.", code="unknown_push")

    def before(self, held: Mapping[str, Values], written: Mapping[str, Values]) -> None:
        """Keep what leads hold and what they are about to hold; durable when it returns."""
        lines = [
            {"lead_id": lead_id, "held": held[lead_id], "written": values}
            for lead_id, values in written.items()
        ]
        self._append(BEFORE, lines)

    def refused(self, results: list[Written]) -> None:
        """Set aside what the CRM refused; the next push tries it again."""
        lines = [{"lead_id": r.lead_id, "fault": r.fault} for r in results if r.fault]
        if lines:
            self._append(REFUSED, lines)

    def overwritten(self) -> Iterator[tuple[str, Values, list[Values]]]:
        """Yield each lead with what it held first, and all that this push wrote to it."""
        first: dict[str, Values] = {}
        written: dict[str, list[Values]] = {}
        for line in self._lines(BEFORE):
            lead_id = str(line["lead_id"])
            first.setdefault(lead_id, line["held"])
            written.setdefault(lead_id, []).append(line["written"])
        for lead_id, held in first.items():
            yield lead_id, held, written[lead_id]

    def _append(self, name: str, lines: Sequence[Mapping[str, object]]) -> None:
        path = self.folder / name
        _end_line(path)
        with path.open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(line, sort_keys=True) + "\n" for line in lines)
            file.flush()
            os.fsync(file.fileno())

    def _lines(self, name: str) -> Iterator[dict[str, Values]]:
        path = self.folder / name
        if not path.exists():
            return
        with path.open(encoding="utf-8") as file:
            for line in file:
                try:
                    yield json.loads(line)
                except ValueError:
                    continue  # cut by a kill, before anything of it was sent


def _end_line(path: Path) -> None:
    """Close a line that a kill has cut, so that the next one stands for itself."""
    if not path.exists() or path.stat().st_size == 0:
        return
    with path.open("rb+") as file:
        file.seek(-1, os.SEEK_END)
        if file.read(1) != b"\n":
            file.write(b"\n")
