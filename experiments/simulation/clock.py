"""Days since the start of a world, and the instants that they stand for.

Inside a simulation time is a float number of days since the start, ``inf`` for never. Every time
that leaves it is a whole second, so that a CSV file, a table and the truth agree exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from leadgate.arrays import Floats

SECONDS_PER_DAY = 86_400

Instants: TypeAlias = (
    "datetime | str | pd.Series[pd.Timestamp] | pd.DatetimeIndex | NDArray[np.datetime64]"
    " | Sequence[datetime]"
)


def whole_seconds(days: Floats) -> Floats:
    """Round times in days to whole seconds; ``inf`` stays."""
    return np.rint(days * SECONDS_PER_DAY) / SECONDS_PER_DAY


def instants(days: Floats, start: str) -> pd.Series[pd.Timestamp]:
    """Return times in days since `start` as datetime64[us, UTC]; ``inf`` becomes NaT."""
    # The smallest integer is NaT.
    seconds = np.full(days.shape, np.iinfo(np.int64).min)
    finite = np.isfinite(days)
    seconds[finite] = np.rint(days[finite] * SECONDS_PER_DAY).astype(np.int64)
    when = np.datetime64(start, "s") + seconds.view("timedelta64[s]")
    return pd.Series(when.astype("datetime64[us]")).dt.tz_localize("UTC")


def days_since(when: Instants, start: str) -> Floats:
    """Return one or more instants, UTC unless they say otherwise, as days since `start`."""
    given = pd.Series([when] if isinstance(when, datetime | str) else when)
    index = pd.DatetimeIndex(pd.to_datetime(given, utc=True)).tz_localize(None)
    since = index.to_numpy().astype("datetime64[us]") - np.datetime64(start, "us")
    return np.where(np.isnat(since), np.inf, since / np.timedelta64(1, "D"))
