"""The ISO week in UTC: capacity is counted by it, and paced over it."""

from __future__ import annotations

from collections.abc import Sequence

US_PER_DAY = 86_400_000_000
US_PER_WEEK = 7 * US_PER_DAY
# The epoch was a Thursday; the first Monday after it.
_MONDAY = 4 * US_PER_DAY


def week_start(now: int) -> int:
    """Return when the ISO week of an instant began: Monday 00:00 UTC, microseconds."""
    return now - (now - _MONDAY) % US_PER_WEEK


def elapsed(now: int, days: Sequence[float] = ()) -> float:
    """Return which share of an average week's leads has come in by an instant.

    Parameters
    ----------
    now
        Microseconds since the epoch, UTC.
    days
        The shares that come in on each day, Monday first; empty for seven equal days.
    """
    since = (now - _MONDAY) % US_PER_WEEK
    if not days:
        return since / US_PER_WEEK
    day, rest = divmod(since, US_PER_DAY)
    return min(1.0, sum(days[:day]) + days[day] * rest / US_PER_DAY)
