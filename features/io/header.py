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
    widths, lengths = [_width(record) for record in records], [len(record) for record in records]
    place = _first(widths, _commonest(widths))
    if lengths[place] < _commonest(lengths):
        # Rows that are mostly empty may be no wider than a title, but they have all separators.
        whole = _first(lengths, _commonest(lengths))
        place = whole if widths[whole] > widths[place] else place
    # Where the header itself is too short, the first wide record is a row.
    named = not any(_VALUE.match(cell.strip()) for cell in records[place])
    return place if named else _first(widths, 1)


def _commonest(numbers: Sequence[int]) -> int:
    """Return the number above zero that occurs most often; of several the largest.

    Where each occurs once, the first: a single row may be cut wrong, its header is not.
    """
    counted = Counter(number for number in numbers if number)
    most = max(counted.values(), default=0)
    return max((n for n in counted if counted[n] == most), default=0, key=lambda n: n * (most > 1))


def _first(numbers: Sequence[int], least: int) -> int:
    return next((i for i, number in enumerate(numbers) if number >= least), 0)


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
