"""Where a sweep of a model stands: what changed since when, and after which id.

Odoo keeps stamps to the microsecond and answers them in whole seconds, and a whole import bears one
stamp: an order of (stamp, id) cannot be gone on with from what was answered. So a sweep goes by the
ids, which never change; what is changed behind its back has a later stamp than its start, and is
read by the next one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from leadgate.connectors.place import OVERLAP


@dataclass(frozen=True)
class Sweep:
    """One reading of a model.

    Attributes
    ----------
    since
        Changes from then on are read; "" for all.
    newest
        The newest stamp when the sweep began: the next one begins a little before it.
    last_id
        Of the row that was read last; 0 before all.
    """

    since: str = ""
    newest: str = ""
    last_id: int = 0

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the sweep that `str` wrote; "" is the beginning of the first."""
        if not text:
            return cls()
        since, newest, last_id = text.split("|")
        return cls(since, newest, int(last_id))

    def __str__(self) -> str:
        return f"{self.since}|{self.newest}|{self.last_id}"

    def after(self, last_id: int) -> Self:
        """Return the sweep once it has read a row."""
        return replace(self, last_id=last_id)


def again(place: str) -> str:
    """Return the sweep that comes after one that has ended."""
    newest = Sweep.parse(place).newest
    if not newest:
        return place
    return str(Sweep(since=(datetime.fromisoformat(newest) - OVERLAP).isoformat(sep=" ")))
