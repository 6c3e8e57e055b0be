"""Columns of times: as anybody writes them, to instants."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.parsing.epoch import (
    EARLIEST,
    LATEST,
    NAT,
    US_PER_DAY,
    begins_day,
    day_end,
    iso,
    iso_array,
    localise,
    micros,
    naive,
    now,
    off_midnight,
    timestamps,
    wall_times,
)
from features.parsing.instant import parse_instant
from features.parsing.iso_times import IsoTimes, iso_times
from features.parsing.time_format import ORDERS, Kind, TimeFormat
from features.parsing.values import MISSING_WORDS, text_column
from features.parsing.written_times import WrittenTimes
from leadgate.arrays import Bools, Ints

__all__ = [
    "NAT",
    "US_PER_DAY",
    "ParsedTimes",
    "begins_day",
    "day_end",
    "has_clock",
    "iso",
    "iso_array",
    "localise",
    "micros",
    "now",
    "parse_instant",
    "parse_times",
    "timestamps",
]

_FIRST = 1_000


@dataclass(frozen=True)
class ParsedTimes:
    """A column of times.

    Attributes
    ----------
    us
        Microseconds since the epoch, UTC; `NAT` where missing or unreadable; shape (n,).
    bad
        Given but unreadable; shape (n,).
    clock
        With a time of day: one at midnight is a day, whatever its zone or how it is written;
        shape (n,).
    format
        What the values decided together.
    """

    us: Ints
    bad: Bools
    clock: Bools
    format: TimeFormat


def parse_times(
    values: pd.Series,
    *,
    timezone: str = "UTC",
    date_format: str = "auto",
    missing: Collection[str] = (),
    where: str,
) -> ParsedTimes:
    """Read a column of times.

    Parameters
    ----------
    values
        Datetimes of any unit and zone; text or numbers: ISO 8601 with or without an offset,
        yyyymmdd, seconds, milliseconds or microseconds since 1970, days of a spreadsheet, dates
        with the name of a month, or of three numbers, whose order the whole column decides. A
        year of two digits is of the latest century that is at most one year ahead.
    timezone
        Zone of times without an offset.
    date_format
        A strptime format tried first; an order of day, month and year (`ORDERS`); or ``"auto"``
        to let the column decide.
    missing
        Words that mean "missing", as in `features.parsing.values.to_text`.
    where
        File and column, for messages.

    Raises
    ------
    DataError
        ``ambiguous_dates``: the column does not say which number is the day.
    """
    if pd.api.types.is_datetime64_any_dtype(values):
        return _typed(values, timezone)
    if not isinstance(values.dtype, pd.StringDtype):
        values = pd.Series(text_column(values, missing), dtype="str")
    if date_format == "auto" or date_format in ORDERS:
        plain = iso_times(values, missing)
        if plain is not None:
            return _of_iso(plain, timezone)
    # A text means the same in every row.
    codes, distinct = pd.factorize(values)
    counts = np.bincount(codes[codes >= 0], minlength=len(distinct))
    text = _given(pd.Series(distinct, dtype="str"), missing)
    written = WrittenTimes(text, counts[text.index], timezone, where)
    written.read(date_format)
    # The last is that of a missing one.
    us, given, clock = (
        np.full(len(distinct) + 1, NAT),
        *np.zeros((2, len(distinct) + 1), dtype=bool),
    )
    us[text.index], given[text.index], clock[text.index] = written.us, True, written.clock
    return _in_range(us[codes], given[codes], clock[codes], written.format)


def _typed(values: pd.Series, timezone: str) -> ParsedTimes:
    if values.dt.tz is None:
        us, wall = micros(localise(values, timezone)), micros(values)
        clock = off_midnight(wall)
    else:
        us, wall = micros(values), micros(values.dt.tz_localize(None))
        clock = off_midnight(wall) & off_midnight(wall_times(us, timezone))
    return _in_range(us, us != NAT, clock, TimeFormat("", bool(clock.any()), ("typed",)))


def _of_iso(times: IsoTimes, timezone: str) -> ParsedTimes:
    """Return times in ISO 8601: midnight as written, or in the zone, is a day."""
    us, clock = times.us, off_midnight(times.us)
    if times.zoned:
        clock &= off_midnight(wall_times(us, timezone))
    elif timezone != "UTC":
        us = micros(localise(naive(us), timezone))
    kinds: tuple[Kind, ...] = ("iso",) if times.given.any() else ()
    return _in_range(us, times.given, clock, TimeFormat("", bool(clock.any()), kinds))


def _in_range(us: Ints, given: Bools, clock: Bools, format_: TimeFormat) -> ParsedTimes:
    there = (us >= EARLIEST) & (us <= LATEST)
    return ParsedTimes(np.where(there, us, NAT), given & ~there, clock & there, format_)


def _given(values: pd.Series, missing: Collection[str]) -> pd.Series:
    """Return the texts that are not missing, indexed by their position."""
    text = values.str.strip()
    text = text[~text.isin(frozenset(missing))]
    return text[~text.str.lower().isin(MISSING_WORDS)]


def has_clock(us: Ints, timezone: str) -> bool:
    """Whether some time is no mere date, so that the order within its day is known."""
    # Where some have, most have: the first rows decide.
    parts = np.split(us, [_FIRST])
    return any(bool(((part != NAT) & ~begins_day(part, timezone)).any()) for part in parts)
