"""When two values of a field are the same, and lists in parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import TypeVar

from leadgate.connectors.connector import Value

# Of numbers that a CRM keeps with fewer digits.
_CLOSE = 5e-7
T = TypeVar("T")


def same(ours: Value, theirs: Value) -> bool:
    """Compare as CRMs keep values: an empty text is none, a time is an instant in whole seconds.

    Lines may end otherwise, and blanks around a text are cut.
    """
    if isinstance(ours, str) and isinstance(theirs, str):
        ours, theirs = _kept(ours), _kept(theirs)
    if isinstance(ours, str) and isinstance(theirs, str) and ours != theirs:
        instants = _instant(ours), _instant(theirs)
        return None not in instants and instants[0] == instants[1]
    if _is_number(ours) and _is_number(theirs):
        return abs(float(ours or 0) - float(theirs or 0)) <= _CLOSE
    if isinstance(ours, bool) != isinstance(theirs, bool):
        return False
    return (None if ours == "" else ours) == (None if theirs == "" else theirs)


def _kept(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _instant(text: str) -> datetime | None:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    if when.tzinfo is None:
        return None
    return when.astimezone(UTC).replace(microsecond=0)


def parts(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield lists of `size` values; the last may be shorter."""
    rest = iter(values)
    while part := list(islice(rest, size)):
        yield part
