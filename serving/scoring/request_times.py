"""Times of a request that are written as in the export, and not as a program writes them."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from features.parsing.instant import parse_instant
from features.parsing.time_format import TimeFormat
from features.parsing.times import NAT, parse_times
from leadgate.config import Data
from leadgate.errors import DataError, LeadError

_ALWAYS = frozenset({"iso", "format", "month_name"})


class RequestTimes:
    """Reads the times of requests.

    Parameters
    ----------
    data
        How the export is written.
    formats
        By column, how its times were written in training: in these ways they may be sent, too.
    """

    def __init__(self, data: Data, formats: Mapping[str, TimeFormat]) -> None:
        self._data, self._formats = data, formats

    def read(self, value: object, column: str) -> tuple[int, list[str]]:
        """Read one time.

        Parameters
        ----------
        value
            As of `parse_instant`; or ISO 8601 without an offset; or as the column is written in
            the export.
        column
            Its name, for messages, too.

        Returns
        -------
        us : int
            Microseconds since the epoch, UTC.
        warnings : list
            That it was read in the zone of the export.

        Raises
        ------
        LeadError
            ``bad_time``: it is no time, or its day and month could be either.
        """
        try:
            return parse_instant(value, field=column), []
        except LeadError:
            read = self._as_in_export(value, column)
            if read is None:
                raise
        return read

    def _as_in_export(self, value: object, column: str) -> tuple[int, list[str]] | None:
        """Return a time as files are read; None where it is none, or written in another way."""
        if not isinstance(value, str | int | float) or isinstance(value, bool):
            return None
        try:
            parsed = parse_times(
                pd.Series([value]),
                timezone=self._data.timezone,
                date_format=self._data.date_format_of(column),
                where=column,
            )
        except DataError:
            return None
        kinds, us = set(parsed.format.kinds), int(parsed.us[0])
        ways = _ALWAYS | set(self._formats.get(column, TimeFormat()).kinds)
        # The order of a single date is never its own to decide.
        decided = self._data.date_format_of(column) != "auto" or not parsed.format.order
        if us == NAT or not decided or not kinds <= ways:
            return None
        zone = self._data.timezone
        instant = kinds == {"epoch"}
        return us, [] if instant else [f"{column} has no offset from UTC: read in {zone}"]
