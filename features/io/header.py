"""Where a table begins: its header, below the lines of title that reports put above it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from leadgate.errors import DataError

_VALUE = re.compile(r"[-+]?\d")


def header_place(records: Sequence[Sequence[str]]) -> int:
    """Return the place of the header: the first record as wide as most, narrower ones above.

    Parameters
    ----------
    records
        The first records of a file, one at least.
    """
    widths = [_width(record) for record in records]
    common, _ = max(Counter(widths).items(), key=lambda item: (item[1], item[0]))
    place = next(i for i, width in enumerate(widths) if width >= common)
    # Where the header itself is too short, the first wide record is a row.
    named = not any(_VALUE.match(cell.strip()) for cell in records[place])
    return place if named else next((i for i, width in enumerate(widths) if width), 0)


def title_notes(place: int) -> list[str]:
    """Return the note on the lines above a header that stands at a place."""
    if not place:
        return []
    lines = "line above the header is" if place == 1 else "lines above the header are"
    return [f"{place} {lines} left out."]


def refuse_duplicates(names: Sequence[str], named: str) -> None:
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


def _width(record: Sequence[str]) -> int:
    """Return how many cells there are up to the last that holds something."""
    return max((i for i, cell in enumerate(record, start=1) if cell.strip()), default=0)
