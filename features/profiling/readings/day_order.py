"""Dates such as 03/04/2026 throughout, which do not say which number is the day."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from features.profiling.column_profile import ColumnProfile
from leadgate.config import Question

KEY = "data.date_format"
AUTO = "auto"
_PARTS = re.compile(
    r"\d{1,2}([-/])\d{1,2}[-/](\d{4}|\d{2})(?:([T ,]+)\d{1,2}:\d{2}(:\d{2})?(\s*[AaPp][Mm])?)?"
)


@dataclass(frozen=True)
class DayOrder:
    """How the dates are written.

    Attributes
    ----------
    date_format
        As in the configuration; ``"auto"`` where nobody has said.
    questions
        Where they can be read either way.
    """

    date_format: str = AUTO
    questions: tuple[Question, ...] = ()

    @classmethod
    def of(cls, profiles: Sequence[ColumnProfile], used: Collection[str | None]) -> DayOrder:
        """Ask about the first of the used columns whose dates can be read either way."""
        for profile in profiles:
            if profile.name in used and profile.is_ambiguous:
                formats = _formats(profile.values.iloc[0])
                why = f"no date of {profile.name} says which number is the day"
                return cls(questions=(Question(KEY, AUTO, formats, why),))
        return cls()


def _formats(value: str) -> tuple[str, ...]:
    """Return how a date is written, with the day first and with the month first."""
    match = _PARTS.fullmatch(value)
    if match is None:
        return ()
    separator, year, gap, seconds, half = match.groups()
    clock = ""
    if gap:
        clock = f"{gap}{'%I' if half else '%H'}:%M{':%S' if seconds else ''}"
        clock += half[:-2] + "%p" if half else ""
    end = f"{separator}{'%Y' if len(year) == 4 else '%y'}{clock}"
    return f"%d{separator}%m{end}", f"%m{separator}%d{end}"
