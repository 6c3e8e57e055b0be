"""The ISO week of a time zone: capacity is counted by it, and paced over it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

US_PER_DAY = 86_400_000_000
US_PER_WEEK = 7 * US_PER_DAY
# The epoch was a Thursday; the first Monday after it.
_MONDAY = 4 * US_PER_DAY
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_US, _DAY = timedelta(microseconds=1), timedelta(days=1)
PLAIN = "UTC"


def week_start(now: int, timezone: str = PLAIN) -> int:
    """Return when the ISO week of an instant began: Monday 00:00 there, microseconds UTC."""
    if timezone == PLAIN:
        return now - (now - _MONDAY) % US_PER_WEEK
    today = _day(now, timezone)
    return _midnight(today - today.weekday() * _DAY, timezone)


def next_week(now: int, timezone: str = PLAIN) -> int:
    """Return when the ISO week after that of an instant begins: after 167 to 169 hours mostly."""
    # The middle of a day, whatever an hour more or less.
    return week_start(week_start(now, timezone) + US_PER_WEEK + US_PER_DAY // 2, timezone)


def elapsed(now: int, days: Sequence[float] = (), timezone: str = PLAIN) -> float:
    """Return which share of an average week's leads has come in by an instant.

    Parameters
    ----------
    now
        Microseconds since the epoch, UTC.
    days
        The shares that come in on each day, Monday first; empty for seven equal days. A day of 23
        or 25 hours brings what its day brings.
    timezone
        Whose days and weeks these are.
    """
    start = week_start(now, timezone)
    if not days:
        return (now - start) / (next_week(now, timezone) - start)
    if timezone == PLAIN:
        day, since = divmod(now - start, US_PER_DAY)
        rest = since / US_PER_DAY
    else:
        today = _day(now, timezone)
        day, begin = today.weekday(), _midnight(today, timezone)
        rest = (now - begin) / (_midnight(today + _DAY, timezone) - begin)
    return min(1.0, sum(days[:day]) + days[day] * rest)


def _day(now: int, timezone: str) -> date:
    return (_EPOCH + now * _US).astimezone(ZoneInfo(timezone)).date()


def _midnight(day: date, timezone: str) -> int:
    """Return the first instant of a day; where its midnight is skipped, when the clock went on."""
    begin = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(timezone))
    return (begin.astimezone(UTC) - _EPOCH) // _US
