"""Instants: int64 microseconds since 1970-01-01 UTC inside, ISO 8601 UTC with ``Z`` outside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd

from leadgate.arrays import Bools, Ints, Texts

NAT = int(np.iinfo(np.int64).min)
US_PER_DAY = 86_400_000_000
_LONGEST_SKIP = 2 * 3_600_000_000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# CRMs write 0001-01-01 or 9999-12-31 for "never".
EARLIEST, LATEST = (
    (datetime(year, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)
    for year in (1900, 2286)
)


def naive(us: Ints) -> pd.Series:
    """Return microseconds as a Series of datetime64[us] without a zone."""
    return pd.Series(us.view("datetime64[us]"))


def localise(times: pd.Series, timezone: str) -> pd.Series:
    """Give local times their zone.

    An hour that a clock change repeats is taken as its first pass; one that it skips becomes
    the next instant that exists.
    """
    first_pass = np.ones(len(times), dtype=bool)
    zoned = times.dt.tz_localize(timezone, ambiguous=first_pass, nonexistent="shift_forward")
    return pd.Series(zoned)


def micros(times: pd.Series) -> Ints:
    """Return datetimes (naive ones are UTC) as microseconds since the epoch; NaT is `NAT`."""
    utc = times.dt.tz_localize(None) if times.dt.tz is None else times.dt.tz_convert(None)
    return np.array(utc.dt.as_unit("us"), dtype="datetime64[us]").view(np.int64)


def timestamps(us: Ints) -> pd.Series:
    """Return microseconds as a Series of datetime64[us, UTC]; `NAT` is NaT."""
    return pd.Series(naive(us).dt.tz_localize("UTC"))


def wall_times(us: Ints, timezone: str) -> Ints:
    """Return what a clock in a zone shows at instants, as if it were UTC; `NAT` stays."""
    if timezone == "UTC":
        return us
    return micros(timestamps(us).dt.tz_convert(timezone).dt.tz_localize(None))


def off_midnight(us: Ints) -> Bools:
    """Mark the wall times that are not midnight; `NAT` is none."""
    return np.asarray((us % US_PER_DAY != 0) & (us != NAT))


def begins_day(us: Ints, timezone: str) -> Bools:
    """Mark the instants at which a day begins in a zone: such a time is a date without a clock.

    Where the clocks skip midnight, the day begins later.
    """
    wall = wall_times(us, timezone)
    begins = (us != NAT) & ~off_midnight(wall)
    late = np.flatnonzero((us != NAT) & ~begins & (wall % US_PER_DAY <= _LONGEST_SKIP))
    midnight = wall[late] - wall[late] % US_PER_DAY
    begins[late] = micros(localise(naive(midnight), timezone)) == us[late]
    return np.asarray(begins)


def day_end(us: Ints, timezone: str) -> Ints:
    """Return the last microsecond of the local day of each instant; `NAT` stays."""
    wall = wall_times(us, timezone)
    midnight = np.where(us == NAT, 0, wall - wall % US_PER_DAY + US_PER_DAY)
    return np.where(us == NAT, NAT, micros(localise(naive(midnight), timezone)) - 1)


def now() -> int:
    """Return the present instant."""
    return micros_of(datetime.now(UTC))


def micros_of(instant: datetime) -> int:
    """Return a datetime with a zone as microseconds since the epoch."""
    since = instant - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def iso(us: int) -> str:
    """Return ``2026-01-02T03:04:05Z``, with a fraction only when there is one; "" for `NAT`."""
    if us == NAT:
        return ""
    precision = "seconds" if us % 1_000_000 == 0 else "milliseconds"
    if us % 1000:
        precision = "microseconds"
    instant = _EPOCH + timedelta(microseconds=int(us))
    return instant.isoformat(timespec=precision).removesuffix("+00:00") + "Z"


def iso_array(us: Ints) -> Texts:
    """Return `iso` of every time; shape (n,), Python strings."""
    codes, uniques = pd.factorize(us)
    return np.array([*map(iso, uniques.tolist()), ""], dtype=object)[codes]
