"""Dates of three numbers with or without a time of day and an offset, in any order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from features.parsing.date_order import days_of, decide, newest_year
from features.parsing.epoch import NAT, US_PER_DAY
from features.parsing.time_format import Order
from leadgate.arrays import Bools, Ints

_PARTS = r"^(?P<date>\d{1,4} ?[-/.] ?\d{1,2} ?[-/.] ?\d{1,4}\.?)(?P<clock>(?:[T ,+-].*)?)$"
_DATE = r"^(?P<a>\d{4}|\d{1,2}) ?(?P<sign>[-/.]) ?(?P<b>\d{1,2}) ?[-/.] ?(?P<c>\d{4}|\d{1,2})\.?$"
_CLOCK = (
    r"^(?:[T ,]+(?:at |um |à |alle |a las )?(?P<hour>\d{1,2}):(?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?P<fraction>[.,]\d+)?)?"
    r" ?(?P<half>(?i:[ap]\.? ?m\.?))?)?"
    r" ?(?P<zone>(?i:Z|UTC|GMT)|(?i:UTC|GMT)?[+-]\d{2}:?\d{2})?$"
)
_FULL_YEAR = 1000
_SHORT = 2
_NO_DAY = np.iinfo(np.int64).min


@dataclass(frozen=True)
class NumericDates:
    """Dates of three numbers; every array has shape (n,).

    Attributes
    ----------
    wall
        What a clock showed, microseconds as if it were UTC; `NAT` where unreadable.
    offset
        Of that clock before UTC, microseconds; `NAT` where none is written.
    order
        As in `TimeFormat`.
    """

    wall: Ints
    offset: Ints
    order: Order


def read_numeric(
    text: pd.Series, counts: Ints | None = None, *, order: Order, where: str
) -> NumericDates:
    """Read dates of three numbers.

    Parameters
    ----------
    text
        Such as ``26-02-2018 19:58``, ``1/18/21 0:00 PM``, ``01.02.2026`` or ``2024.1.15``.
    counts
        How many rows have each text; left out: one.
    order
        Which number is what; "" lets the dates decide.
    where
        File and column, for messages.

    Raises
    ------
    DataError
        ``ambiguous_dates``.
    """
    parts = _groups(pc.extract_regex(_in_one_piece(text), _PARTS))
    # There are far fewer dates than times, and fewer times of day: each is read once.
    date, clock = (parts[name].dictionary_encode() for name in ("date", "clock"))
    of_day, clocks = _codes(date), _codes(clock)
    rows = of_day if counts is None else np.repeat(of_day, counts)
    days, order = _read_days(date.dictionary, rows, order, where)
    time, offset = _read_clocks(clock.dictionary)
    there = (of_day >= 0) & (days[of_day] != _NO_DAY) & (time[clocks] >= 0)
    wall = np.where(there, days[of_day], 0) * US_PER_DAY + time[clocks]
    return NumericDates(np.where(there, wall, NAT), np.where(there, offset[clocks], NAT), order)


def _read_days(dates: pa.Array, of_row: Ints, order: Order, where: str) -> tuple[Ints, Order]:
    """Return days since 1970-01-01, the last of no date, and the order of their numbers."""
    groups = pc.extract_regex(dates, _DATE)
    field, matched = _groups(groups), _bools(groups.is_valid())
    parts = np.column_stack([_ints(field[name]) for name in "abc"]).reshape(-1, 3)
    full_first = parts[:, 0] >= _FULL_YEAR
    short = _length(field["c"]) <= _SHORT
    numbers = matched & ~full_first
    newest = newest_year()
    rows = of_row[of_row >= 0]
    rows = rows[numbers[rows]]
    if not order and rows.size:
        dotted = _bools(pc.equal(field["sign"], "."))
        order = decide(parts[rows], short[rows], dotted[rows], newest=newest, where=where)
    days = np.where(
        full_first, days_of(parts, "ymd", newest), days_of(parts, order or "mdy", newest)
    )
    readable = matched & (short | ~full_first)
    return np.append(np.where(readable, days, _NO_DAY), _NO_DAY), order


def _read_clocks(clocks: pa.Array) -> tuple[Ints, Ints]:
    """Return times of day, negative where they are none, and offsets; the last of no time."""
    groups = pc.extract_regex(clocks, _CLOCK)
    field, matched = _groups(groups), _bools(groups.is_valid())
    time = np.where(matched, _clock(field), -1)
    return np.append(time, -1), np.append(_offset(field["zone"]), NAT)


def _groups(groups: pa.StructArray) -> dict[str, pa.Array]:
    return {name: groups.field(place) for place, name in enumerate(_names(groups.type))}


def _codes(coded: pa.DictionaryArray) -> Ints:
    """Return the places of values; -1 for none."""
    return np.asarray(pc.fill_null(coded.indices, -1).to_numpy(), dtype=np.int64)


def _in_one_piece(text: pd.Series) -> pa.Array:
    texts = pa.array(text, type=pa.large_string())
    # What was read from a file lies in chunks.
    return texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts


def _names(type_: pa.StructType) -> list[str]:
    return [type_.field(place).name for place in range(type_.num_fields)]


def _bools(array: pa.Array) -> Bools:
    return np.asarray(pc.fill_null(array, False).to_numpy(zero_copy_only=False), dtype=bool)


def _length(texts: pa.Array) -> Ints:
    return np.asarray(pc.fill_null(pc.utf8_length(texts), 0).to_numpy(), dtype=np.int64)


def _ints(texts: pa.Array, missing: int = 0) -> Ints:
    given = pc.if_else(pc.equal(texts, ""), pa.scalar(None, texts.type), texts)
    return np.asarray(pc.fill_null(given.cast(pa.int64()), missing).to_numpy(), dtype=np.int64)


def _clock(field: dict[str, pa.Array]) -> Ints:
    """Return the time of day; zero where none is written, negative where it is none."""
    hour, minute, second = (_ints(field[name]) for name in ("hour", "minute", "second"))
    half = pc.utf8_slice_codeunits(pc.utf8_lower(field["half"]), 0, 1)
    afternoon, morning = (_bools(pc.equal(half, letter)) for letter in "pa")
    hour = hour + 12 * (afternoon & (hour != 12)) - 12 * (morning & (hour == 12))
    digits = pc.utf8_slice_codeunits(field["fraction"], 1, 7)
    fraction = _ints(pc.utf8_rpad(digits, 6, "0")) * _bools(pc.greater(pc.utf8_length(digits), 0))
    there = (hour < 24) & (minute < 60) & (second < 60)
    return np.where(there, ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction, -1)


def _offset(zone: pa.Array) -> Ints:
    """Return offsets from UTC; `NAT` where none is written."""
    signed = pc.replace_substring_regex(zone, r"(?i)^(utc|gmt|z)|:", "")
    hours = _ints(pc.utf8_slice_codeunits(signed, 1, 3))
    minutes = _ints(pc.utf8_slice_codeunits(signed, 3, 5))
    sign = np.where(_bools(pc.starts_with(signed, "-")), -1, 1)
    written = _bools(pc.greater(pc.utf8_length(zone), 0))
    return np.where(written, sign * (hours * 60 + minutes) * 60_000_000, NAT)
