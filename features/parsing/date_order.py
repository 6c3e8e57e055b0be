"""Dates such as 04/05/2026: which number is the day is decided by the whole column, or asked."""

from __future__ import annotations

import pandas as pd

from leadgate.errors import DataError

_PARTS = (
    r"^(\d{1,2})([-/.])(\d{1,2})[-/.](\d{4})"
    r"(?:[T ,]+(\d{1,2}:\d{2})(:\d{2})?(\.\d{1,6})?\s*([AaPp][Mm])?)?$"
)
_LARGEST_MONTH = 12


def parse_slashed(text: pd.Series, *, where: str) -> pd.Series:
    """Read dates whose year comes last, with or without a time of day.

    Parameters
    ----------
    text
        Such as ``26-02-2018 19:58``, ``1/18/2021 0:00`` or ``01.02.2026``.
    where
        File and column, for messages.

    Returns
    -------
    Series of datetime64[us]
        Local times without a zone; NaT where unreadable.

    Raises
    ------
    DataError
        ``ambiguous_dates``: the column does not say which number is the day.
    """
    parts = text.str.extract(_PARTS)
    first, second = (pd.to_numeric(parts[i], errors="coerce") for i in (0, 2))
    days = (first > _LARGEST_MONTH) & ~(second > _LARGEST_MONTH)
    months = (second > _LARGEST_MONTH) & ~(first > _LARGEST_MONTH)
    dotted = parts[1] == "."
    day_first = bool((days | dotted).any())
    if day_first and months.any():
        raise _ambiguous(where, f"{int(months.sum())} of its dates put the month first, others not")
    if not day_first and not months.any() and (first != second)[first.notna()].any():
        raise _ambiguous(where, "no date says which number is the day")
    day, month = (first, second) if day_first else (second, first)
    dates = pd.to_datetime(
        pd.DataFrame({"year": pd.to_numeric(parts[3]), "month": month, "day": day}), errors="coerce"
    )
    return (dates + _clock(parts)).dt.as_unit("us")


def _clock(parts: pd.DataFrame) -> pd.Series:
    """Return the time of day; zero where none is given, NaT where it is no time."""
    given = parts[4].notna()
    clock = parts[4].fillna("0:00") + parts[5].fillna(":00") + parts[6].fillna("")
    elapsed = pd.to_timedelta(clock, errors="coerce")
    half = parts[7].str.lower()
    hours = elapsed.dt.components["hours"]
    shift = (half.eq("pm") & hours.ne(12)) * 12 - (half.eq("am") & hours.eq(12)) * 12
    elapsed = elapsed + pd.to_timedelta(shift, unit="h")
    return elapsed.where(~given | (elapsed < pd.Timedelta(days=1)))


def _ambiguous(where: str, problem: str) -> DataError:
    return DataError(
        f"{where}: {problem}.",
        code="ambiguous_dates",
        hint='Set data.date_format, such as "%d/%m/%Y" or "%m/%d/%Y %H:%M".',
    )
