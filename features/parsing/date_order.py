"""Dates such as 04/05/26: which number is the day is decided by the whole column, or asked."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from features.parsing.time_format import Order
from leadgate.arrays import Bools, Ints
from leadgate.errors import DataError

_MONTHS, _LONGEST = 12, 31
# A date of a CRM is hardly older: an order that makes dates older does not fit them.
_PLAUSIBLE_FROM = 1970
_PLACES: dict[Order, tuple[int, int, int]] = {"dmy": (2, 1, 0), "mdy": (2, 0, 1), "ymd": (0, 1, 2)}


def newest_year() -> int:
    """Return the latest year that two digits can mean: the next one."""
    return datetime.now(UTC).year + 1


def full_years(years: Ints, newest: int) -> Ints:
    """Return years in full: of two digits the latest century that is not later than `newest`."""
    recent = newest - (newest - years) % 100
    return np.where(years < 100, recent, years)


def days_of(parts: Ints, order: Order, newest: int) -> Ints:
    """Return days since 1970-01-01.

    Parameters
    ----------
    parts
        Shape (n, 3), the numbers as they stand.
    order
        Which of them is what.
    newest
        As in `full_years`.

    Returns
    -------
    ndarray of shape (n,)
        The smallest integer where there is no such day.
    """
    year, month, day = parts[:, _PLACES[order]].T
    year = full_years(year, newest)
    there = (month >= 1) & (month <= _MONTHS) & (day >= 1) & (day <= _LONGEST)
    months = ((np.where(there, year, 1970) - 1970) * 12 + np.where(there, month, 1) - 1).astype(
        "datetime64[M]"
    )
    days = months.astype("datetime64[D]") + (np.where(there, day, 1) - 1)
    there &= days.astype("datetime64[M]") == months
    return np.where(there, days.astype(np.int64), np.iinfo(np.int64).min)


def decide(parts: Ints, short: Bools, dotted: Bools, *, newest: int, where: str) -> Order:
    """Decide the order of day, month and year of a column.

    Parameters
    ----------
    parts
        Shape (n, 3), the numbers of each date as they stand; the last is the year if the first
        is not.
    short
        Which years have two digits, so that the first number may be the year; shape (n,).
    dotted
        Which dates have points, before which the day comes first; shape (n,).
    newest
        As in `full_years`.
    where
        File and column, for messages.

    Returns
    -------
    Order
        "" where every date is the same in both orders.

    Raises
    ------
    DataError
        ``ambiguous_dates``: the column does not say.
    """
    first, second = parts[:, 0], parts[:, 1]
    days = (first > _MONTHS) & (first <= _LONGEST) & (second <= _MONTHS)
    months = (second > _MONTHS) & (second <= _LONGEST) & (first <= _MONTHS)
    day_first = bool((days | dotted).any())
    year_last: Order = "dmy" if day_first else "mdy"
    if short.all() and _year_first(parts, year_last, newest, where):
        return "ymd"
    if day_first and months.any():
        raise _ambiguous(where, f"{int(months.sum())} of its dates put the month first, others not")
    if day_first or months.any():
        return year_last
    if (first != second).any():
        raise _ambiguous(where, "no date says which number is the day")
    return ""


def _year_first(parts: Ints, otherwise: Order, newest: int, where: str) -> bool:
    """Return whether dates such as 24-01-15 begin with the year."""
    first, last = _years(parts, "ymd", newest), _years(parts, otherwise, newest)
    if first.size == last.size and np.unique(first).size < np.unique(last).size:
        raise _ambiguous(where, "its years may be the first numbers of its dates, or the last")
    return first.size > last.size


def _years(parts: Ints, order: Order, newest: int) -> Ints:
    """Return the years of the dates that can be."""
    there = days_of(parts, order, newest) > np.iinfo(np.int64).min
    years = full_years(parts[there, _PLACES[order][0]], newest)
    return np.asarray(years[years >= _PLAUSIBLE_FROM])


def _ambiguous(where: str, problem: str) -> DataError:
    column = where.rpartition("column ")[2] or "Created"
    return DataError(
        f"{where}: {problem}.",
        code="ambiguous_dates",
        hint='Set data.date_format, such as "%d/%m/%Y" or "%m/%d/%Y %H:%M", or for this column '
        f'alone: date_format = {{ "{column}" = "%d/%m/%y" }}.',
    )
