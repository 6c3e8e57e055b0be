"""What a column of an unknown export holds: enough to guess what it means."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from features.parsing.names import words
from features.parsing.times import NAT, parse_times
from features.parsing.values import number_column, text_column
from leadgate.errors import DataError

_SAMPLE = 500
_MOST = 0.95
_TIME_WORDS = {"date", "time", "timestamp", "at", "on", "day", "created", "createdate"}
_DATE = r"^[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}"


@dataclass(frozen=True)
class ColumnProfile:
    """One column of an export.

    Attributes
    ----------
    name
        As in the export.
    texts
        Every value in canonical text; shape (n,).
    """

    name: str
    texts: pd.Series

    @classmethod
    def of(cls, frame: pd.DataFrame) -> list[ColumnProfile]:
        """Profile every column of a table."""
        return [cls(str(name), pd.Series(text_column(frame[name]))) for name in frame.columns]

    @cached_property
    def values(self) -> pd.Series:
        """The distinct values, without missing ones."""
        distinct = pd.Series(self.texts.unique(), dtype="str")
        return distinct[distinct != ""].reset_index(drop=True)

    @cached_property
    def unique(self) -> bool:
        """Whether every row has a value that no other row has."""
        return len(self.values) == len(self.texts)

    @cached_property
    def is_number(self) -> bool:
        """Whether nearly all values are numbers."""
        if self.values.empty:
            return False
        numbers = number_column(self.values.to_numpy(dtype=object))
        return bool(np.isfinite(numbers).mean() >= _MOST)

    @cached_property
    def is_time(self) -> bool:
        """Whether nearly all values are times; bare digits need a name that says so."""
        sample = self.values.head(_SAMPLE)
        if sample.empty:
            return False
        dates = sample.str.match(_DATE).mean() >= _MOST
        if not dates and not _TIME_WORDS & set(words(self.name)):
            return False
        try:
            times = parse_times(sample, where=self.name)
        except DataError:
            return True
        return bool((times.us != NAT).mean() >= _MOST)
