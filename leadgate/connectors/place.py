"""Where a reading stands: the stamp of the last row and its id, so that no row is skipped or lost.

Rows are asked for in the order of (stamp, id), a page at a time, each page being a new query of
what comes after the last row. A row that changes meanwhile moves to the end and is read again;
nothing that the CRM keeps open can run out, and a killed pull goes on at the last page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

# A change can be committed later than it is stamped.
OVERLAP = timedelta(minutes=10)


@dataclass(frozen=True)
class Place:
    """After the row of this stamp and id; an empty id is before all rows of the stamp."""

    stamp: str
    row_id: str = ""

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Return the place that `str` wrote; None for "", the beginning."""
        stamp, _, row_id = text.partition(" ")
        return cls(stamp, row_id) if stamp else None

    def __str__(self) -> str:
        return f"{self.stamp} {self.row_id}".rstrip()


def again(place: str) -> str:
    """Return the place from which the next pull reads, `OVERLAP` before the end of this one."""
    last = Place.parse(place)
    if last is None or not literal(last.stamp):
        return ""
    return str(Place(_written(instant(last.stamp) - OVERLAP)))


def instant(stamp: str) -> datetime:
    """Return the instant of a stamp that `literal` wrote."""
    return datetime.fromisoformat(stamp)


def literal(stamp: object) -> str:
    """Return a stamp as it can be asked for, in UTC with a Z; "" where it is no instant.

    CRMs answer an offset without a colon, which their query languages do not promise to take.
    """
    if not isinstance(stamp, str):
        return ""
    try:
        when = datetime.fromisoformat(stamp)
        return "" if when.tzinfo is None else _written(when.astimezone(UTC))
    except (ValueError, OverflowError):
        return ""


def _written(when: datetime) -> str:
    text = when.isoformat(timespec="milliseconds" if when.microsecond else "seconds")
    return text.replace("+00:00", "Z")
