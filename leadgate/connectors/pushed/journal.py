"""The journal of a push: what every field held before, kept before anything is written over it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from leadgate.connectors.connector import Value, Written
from leadgate.connectors.files import read_state, write_state
from leadgate.connectors.values import same
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
        """Yield each lead with what it held before, and all that this push wrote to it.

        Of a push that was run again, the last value that the push itself had not written: somebody
        may have changed the field in between.
        """
        before: dict[str, Values] = {}
        written: dict[str, list[Values]] = {}
        for lead_id, held, values in self._lines(BEFORE):
            ours = written.setdefault(lead_id, [])
            fields = before.setdefault(lead_id, {})
            for name, value in held.items():
                own = any(name in each and same(each[name], value) for each in ours)
                if name not in fields or not own:
                    fields[name] = value
            ours.append(values)
        for lead_id, fields in before.items():
            yield lead_id, fields, written[lead_id]

    def _append(self, name: str, lines: Sequence[Mapping[str, object]]) -> None:
        path = self.folder / name
        _end_line(path)
        with path.open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(line, sort_keys=True) + "\n" for line in lines)
            file.flush()
            os.fsync(file.fileno())

    def _lines(self, name: str) -> Iterator[tuple[str, Values, Values]]:
        path = self.folder / name
        if not path.exists():
            return
        with path.open(encoding="utf-8") as file:
            for line in file:
                try:
                    read = json.loads(line)
                    yield str(read["lead_id"]), dict(read["held"]), dict(read["written"])
                except (ValueError, KeyError, TypeError):
                    continue  # cut by a kill, before anything of it was sent


def _end_line(path: Path) -> None:
    """Close a line that a kill has cut, so that the next one stands for itself."""
    if not path.exists() or path.stat().st_size == 0:
        return
    with path.open("rb+") as file:
        file.seek(-1, os.SEEK_END)
        if file.read(1) != b"\n":
            file.write(b"\n")
