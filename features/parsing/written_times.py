"""A column of texts as instants and wall times, one way of writing after the other."""

from __future__ import annotations

import numpy as np
import pandas as pd

from features.parsing.date_order import newest_year
from features.parsing.epoch import (
    NAT,
    localise,
    micros,
    naive,
    off_midnight,
    wall_times,
)
from features.parsing.month_names import with_month_numbers
from features.parsing.numeric_dates import read_numeric
from features.parsing.time_format import ORDERS, Kind, Order, TimeFormat
from leadgate.arrays import Bools, Ints

_ISO = r"^[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}"
_OFFSET = r"[T ][0-9:.]+ ?(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)$"
_LOOSE_UTC = r"(?i) ?(?:z|utc|gmt)$"
_CLOCK = r"^[0-9/-]{8,10}[T ][0-9:.]*[1-9]"
_DAY = r"[0-9]{8}(?:\.0)?"
_SERIAL = r"[0-9]{5}(?:\.[0-9]+)?"
# Days since this one count the days of a spreadsheet; those of 1950 to 2100 are read.
_SPREADSHEET = np.datetime64("1899-12-30", "us").astype(np.int64)
_SERIAL_FROM, _SERIAL_UNTIL = 18_264, 73_051
# Digits of a time since 1970, and how many microseconds one is. Fewer digits would be of 1973.
_EPOCHS = ((r"[0-9]{9,10}(?:\.[0-9]+)?", 1e6), (r"[0-9]{12,13}(?:\.[0-9]+)?", 1e3),
           (r"[0-9]{15,16}(?:\.0)?", 1.0))  # fmt: skip


class WrittenTimes:
    """The distinct texts of a column while they are read.

    Parameters
    ----------
    text
        None is missing.
    counts
        How many rows have each: the rows decide together what no text says by itself.
    timezone
        Zone of times without an offset.
    where
        File and column, for messages.

    Attributes
    ----------
    us
        Microseconds since the epoch, UTC; `NAT` where not read (yet); one for each text.
    clock
        Whether a time of day is written.
    """

    def __init__(self, text: pd.Series, counts: Ints, timezone: str, where: str) -> None:
        self._text, self._counts = text.reset_index(drop=True), counts
        self._timezone, self._where = timezone, where
        self._order: Order = ""
        self._kinds = set[Kind]()
        self.us = np.full(len(text), NAT)
        self.clock = np.zeros(len(text), dtype=bool)

    @property
    def format(self) -> TimeFormat:
        """What the values decided together."""
        kinds = tuple(sorted(self._kinds))
        return TimeFormat(self._order, bool(self.clock.any()), kinds)

    def read(self, date_format: str) -> None:
        """Read the texts.

        Parameters
        ----------
        date_format
            As in `features.parsing.times.parse_times`.

        Raises
        ------
        DataError
            ``ambiguous_dates``.
        """
        order = ORDERS.get(date_format, "")
        configured = not order and date_format != "auto"
        self._read_iso()
        if configured:
            self._read_format(date_format)
        self._read_iso_of_walls()
        self._read_numbers()
        self._read_dates(with_month_numbers(self._rest), "month_name", "dmy")
        if not configured:
            self._read_dates(self._rest, "numbers", order)

    @property
    def _rest(self) -> pd.Series:
        rest: pd.Series = self._text[self.us == NAT]
        return rest

    def _read_iso(self) -> None:
        """Read ISO 8601 with an offset."""
        iso = self._text[self._text.str.match(_ISO)]
        loose = (
            iso[iso.str.contains(_LOOSE_UTC)].str.replace(_LOOSE_UTC, "Z", regex=True).str.upper()
        )
        zoned = iso[iso.str.contains(_OFFSET, regex=True)].drop(loose.index, errors="ignore")
        for text in (zoned, loose):
            us = pd.to_datetime(_dashed(text), format="ISO8601", utc=True, errors="coerce")
            self._instants(text, micros(us), "iso", text.str.match(_CLOCK).to_numpy(dtype=bool))

    def _read_format(self, date_format: str) -> None:
        """Read times in the configured format."""
        text, zoned = self._rest, "%z" in date_format
        times = pd.to_datetime(text, format=date_format, utc=zoned, errors="coerce")
        if "%y" in date_format:
            late = times.dt.year > newest_year()
            times = times.where(~late, times - pd.DateOffset(years=100))
        if zoned:
            self._instants(text, micros(times), "format")
        else:
            self._walls(text, micros(times), "format")

    def _read_iso_of_walls(self) -> None:
        """Read ISO 8601 without an offset, and yyyymmdd."""
        text = self._rest
        iso = text[text.str.match(_ISO)]
        self._walls(
            iso, micros(pd.to_datetime(_dashed(iso), format="ISO8601", errors="coerce")), "iso"
        )
        days = self._rest
        days = days[days.str.fullmatch(_DAY)].str.slice(0, 8)
        self._walls(days, micros(pd.to_datetime(days, format="%Y%m%d", errors="coerce")), "day")

    def _read_numbers(self) -> None:
        """Read times since 1970, and days of a spreadsheet."""
        for pattern, unit in _EPOCHS:
            text = self._rest
            text = text[text.str.fullmatch(pattern)]
            self._instants(
                text, np.rint(text.to_numpy(np.float64) * unit).astype(np.int64), "epoch"
            )
        text = self._rest
        text = text[text.str.fullmatch(_SERIAL)]
        days = text.to_numpy(np.float64)
        wall = _SPREADSHEET + np.rint(days * 86_400_000).astype(np.int64) * 1000
        there = (days >= _SERIAL_FROM) & (days < _SERIAL_UNTIL)
        self._walls(text, np.where(there, wall, NAT), "serial")

    def _read_dates(self, text: pd.Series, kind: Kind, order: Order) -> None:
        """Read dates of three numbers."""
        if text.empty:
            return
        counts = self._counts[text.index]
        read = read_numeric(text, counts, order=order, where=self._where)
        if kind == "numbers":
            self._order = read.order
        zoned = read.offset != NAT
        self._walls(text[~zoned], read.wall[~zoned], kind)
        wall = read.wall[zoned]
        self._instants(text[zoned], wall - read.offset[zoned], kind, off_midnight(wall))

    def _instants(
        self, text: pd.Series, us: Ints, kind: Kind, written: Bools | None = None
    ) -> None:
        """Enter times that name their instant; at midnight as written or here they are days."""
        written = off_midnight(us) if written is None else written
        self._enter(text, us, kind, written & off_midnight(wall_times(us, self._timezone)))

    def _walls(self, text: pd.Series, wall: Ints, kind: Kind) -> None:
        """Enter what a clock in the zone showed."""
        us = micros(localise(naive(wall), self._timezone)) if len(wall) else wall
        self._enter(text, us, kind, off_midnight(wall))

    def _enter(self, text: pd.Series, us: Ints, kind: Kind, clock: Bools) -> None:
        if (us != NAT).any():
            self._kinds.add(kind)
        self.us[text.index], self.clock[text.index] = us, clock


def _dashed(iso: pd.Series) -> pd.Series:
    return iso.str.replace("/", "-", regex=False)
