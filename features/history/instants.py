"""Instants that callers name, as microseconds since the epoch."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from numbers import Integral, Real

import numpy as np
import pandas as pd

from features.parsing.times import NAT, parse_times
from leadgate.arrays import Ints
from leadgate.errors import DataError

Instant = int | str | datetime | np.datetime64 | np.integer


def instant(value: Instant, *, where: str, timezone: str = "UTC") -> int:
    """Return an instant as microseconds since the epoch.

    Parameters
    ----------
    value
        Microseconds, or anything that `parse_times` reads.
    where
        What it is, for messages.
    timezone
        Of a time without an offset.

    Raises
    ------
    DataError
        ``bad_time``: it cannot be read.
    """
    if isinstance(value, Integral) and not isinstance(value, bool):
        return int(value)
    us = NAT
    if not isinstance(value, Real):
        with suppress(TypeError, ValueError, OverflowError):
            values = pd.Series([value if isinstance(value, str) else pd.Timestamp(value)])
            us = int(parse_times(values, timezone=timezone, where=where).us[0])
    if us == NAT:
        raise _unreadable(f"{where} cannot be read as a time.")
    return us


def instants(values: pd.Series, *, where: str) -> Ints:
    """Return a column of instants as microseconds since the epoch; without an offset it is UTC.

    Raises
    ------
    DataError
        ``bad_time``: some are missing or cannot be read.
    """
    us = parse_times(values, where=where).us
    bad = np.flatnonzero(us == NAT)
    if len(bad):
        raise _unreadable(
            f"{where}: {len(bad)} of {len(us)} are missing or cannot be read as times, the first "
            f"in row {bad[0] + 1}."
        )
    return us


def _unreadable(message: str) -> DataError:
    return DataError(message, code="bad_time", hint="Give ISO 8601, such as 2026-01-02T03:04:05Z.")
