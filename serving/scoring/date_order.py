"""Whether the dates of a file put the day where the export of the training put it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from features.parsing.ids import serial_numbers
from features.parsing.time_format import ORDERS, Order
from features.parsing.times import NAT, ParsedTimes, parse_times
from leadgate.arrays import Ints, Texts
from leadgate.config import Data

_WORDS = {"dmy": "day first", "mdy": "month first", "ymd": "year first"}
# So many different dates hardly rise, or fall, by chance: two of the 720 orders of six do.
_IN_ORDER = 6
# Dates of one month, read the other way, are one day of so many months.
_MONTHS, _DAYS = 4, 2


class DateOrder:
    """A column of dates of three numbers, as the model reads it and as it could be read.

    Parameters
    ----------
    column
        As it is written.
    data
        How the export of the training was written.

    Attributes
    ----------
    contradicting
        The rows that cannot be read as the model does, but in another order; shape (n,).
    reason
        Why they are rejected.
    """

    def __init__(self, column: pd.Series, data: Data) -> None:
        self._name, self._column, self._data = str(column.name), column, data
        self.contradicting = np.zeros(len(column), dtype=bool)
        self.reason, self._others = "", list[tuple[Order, ParsedTimes]]()
        self._order = ORDERS.get(data.date_format_of(self._name), "")
        if not self._order or pd.api.types.is_datetime64_any_dtype(column):
            return
        self._read = self._in(self._order)
        if self._read.format.order or self._read.bad.any():
            self._others = [(o, self._in(o)) for o in ORDERS.values() if o != self._order]
        if self._others:
            # The order that reads most of what the model cannot.
            self._others.sort(key=lambda other: -int((self._read.bad & ~other[1].bad).sum()))
            other, read = self._others[0]
            self.contradicting = self._read.bad & ~read.bad
            self.reason = f"{self._name} is a date with the {self._said(other)}"

    def _in(self, order: Order) -> ParsedTimes:
        return parse_times(
            self._column,
            timezone=self._data.timezone,
            date_format=order,
            missing=self._data.missing,
            where=self._name,
        )

    def _said(self, other: Order) -> str:
        return (
            f"{_WORDS[other]} ({other}), the model reads the {_WORDS[self._order]} ({self._order})"
        )

    def warning(self, ids: Texts, limit: int) -> str:
        """Return what every row should say; "" where nothing speaks for another order.

        Parameters
        ----------
        ids
            Of the leads.
        limit
            No lead is created after it; microseconds since the epoch, UTC.
        """
        for other, read in self._others:
            why = self._why(read, ids, limit)
            if why:
                return (
                    f"{self._name} is read {_WORDS[self._order]} ({self._order}), as in training, "
                    f"but {why}: if this file puts the {_WORDS[other]}, set date_format = "
                    f'{{ "{self._name}" = "{other}" }} under [data]'
                )
        return ""

    def _why(self, other: ParsedTimes, ids: Texts, limit: int) -> str:
        """Return what speaks for another order; "" where a date can be read in none but ours."""
        if (other.bad & ~self._read.bad).any():
            return ""
        if self.contradicting.any():
            return f"{int(self.contradicting.sum()):,} of its dates cannot be read so"
        mine, theirs = self._read.us, other.us
        if (mine > limit).any() and not (theirs > limit).any():
            return f"so {int((mine > limit).sum()):,} of its dates lie in the future"
        for place in (np.arange(len(ids)), _by_id(ids)):
            if _in_order(theirs[place]) and not _in_order(mine[place]):
                return "so its dates are in no order, read otherwise they are"
        if _few_days_of_many_months(mine) and not _few_days_of_many_months(theirs):
            return "so its leads were created on the same days of many months"
        return ""


def _by_id(ids: Texts) -> Ints:
    return np.argsort(serial_numbers(ids), kind="stable")


def _in_order(us: Ints) -> bool:
    steps = np.diff(us[us != NAT])
    enough = np.unique(us[us != NAT]).size >= _IN_ORDER
    return bool(enough and ((steps >= 0).all() or (steps <= 0).all()))


def _few_days_of_many_months(us: Ints) -> bool:
    """Whether dates are of a few days of the month in many months; the first of each is common."""
    days = us[us != NAT].view("datetime64[us]").astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    of_month = np.unique((days - months.astype("datetime64[D]")).astype(np.int64))
    return bool(np.unique(months).size >= _MONTHS and of_month.size <= _DAYS and of_month.any())
