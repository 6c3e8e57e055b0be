"""What a column of an unknown export holds: enough to guess what it means."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import pandas as pd

from features.crm.data import table
from features.parsing.names import words
from features.parsing.times import NAT, parse_times
from features.parsing.values import number_column, text_column
from leadgate.arrays import Bools, Ints
from leadgate.errors import DataError

_SAMPLE = 500
_MOST = 0.95
_TIME_WORDS = {
    "date", "time", "timestamp", "at", "on", "day", "created", "createdate", "datum", "am", "zeit",
    "fecha", "data", "le", "heure", "hora", "em",
}  # fmt: skip
_DAY_WORDS = {"date", "datum", "fecha", "timestamp"}
_NUMBER = r"^[-+]?[0-9]+(?:[.,][0-9]+)?$"
_SCIENTIFIC = r"^[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]{1,3}$"
_TEXT_WORDS = 2
# Of a text that names somebody nearly every lead has its own.
_OWN_TEXT = 0.9


@cache
def _words_of_instants() -> frozenset[str]:
    """Return the words that say when a lead came in or ended: numbers under them may be days."""
    roles = table("columns")["roles"]
    return frozenset(word for key in ("created_at", "closed_at") for word in roles[key]["words"])


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
    def counts(self) -> pd.Series:
        """How often each value occurs, without missing ones, in the order of the table."""
        return self.texts[self.texts != ""].value_counts(sort=False)

    @cached_property
    def values(self) -> pd.Series:
        """The distinct values, without missing ones."""
        return pd.Series(self.counts.index, dtype="str")

    @cached_property
    def filled(self) -> Bools:
        """Where there is a value; shape (n,)."""
        return (self.texts != "").to_numpy(dtype=bool)

    @property
    def share_filled(self) -> float:
        """The share of the rows with a value."""
        return float(self.filled.mean()) if len(self.filled) else 0.0

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
    def is_scientific(self) -> bool:
        """Whether most values are numbers that a spreadsheet has rounded, as 5.80503E+18."""
        sample = self.values.head(_SAMPLE)
        return bool(len(sample)) and bool(sample.str.match(_SCIENTIFIC).mean() > 1 / 2)

    @cached_property
    def is_own_text(self) -> bool:
        """Whether nearly every row has a text of its own, of several words."""
        if self.is_number or len(self.values) < max(2, _OWN_TEXT * self.filled.sum()):
            return False
        return bool((self.values.head(_SAMPLE).str.count(r"\S+") >= _TEXT_WORDS).mean() > 1 / 2)

    @property
    def is_called_time(self) -> bool:
        """Whether the name speaks of a day, and the values hold digits but are no times."""
        digits = self.values.head(_SAMPLE).str.contains(r"\d").mean() >= _MOST
        return digits and not self.is_time and not _DAY_WORDS.isdisjoint(words(self.name))

    @cached_property
    def is_time(self) -> bool:
        """Whether nearly all values are times; bare numbers need a name that says so."""
        sample = self.values.head(_SAMPLE)
        if sample.empty or sample.str.contains(r"\d").mean() < _MOST:
            return False
        bare = sample.str.match(_NUMBER).mean() > 1 - _MOST
        if bare and not (_TIME_WORDS | _words_of_instants()) & set(words(self.name)):
            return False
        try:
            times = parse_times(sample, where=self.name)
        except DataError:
            return True
        return bool((times.us != NAT).mean() >= _MOST)

    @cached_property
    def is_ambiguous(self) -> bool:
        """Whether the values are dates that do not say which number is the day."""
        return self.is_time and self.times is None

    @cached_property
    def times(self) -> Ints | None:
        """Every value as a time, `NAT` where there is none; None where the order is ambiguous."""
        try:
            return parse_times(self.texts, where=self.name).us
        except DataError:
            return None
