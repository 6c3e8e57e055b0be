"""Whether the rows of an export are in the order of time, by ids that were counted up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from features.crm.personal import personal
from features.parsing.ids import serial_numbers
from features.profiling import roles
from features.profiling.column_profile import ColumnProfile
from features.schema.columns import ROW
from leadgate.arrays import Floats
from leadgate.config import Question

# So many of the steps from row to row go one way; fewer rows prove nothing.
_NEARLY_ALL, _ENOUGH = 0.95, 20


@dataclass(frozen=True)
class RowOrder:
    """What stands for the time in an export without dates.

    Attributes
    ----------
    order
        A column, or ``"row"``.
    why
        The reason.
    questions
        Where the rows may be the other way round.
    """

    order: str
    why: str
    questions: tuple[Question, ...] = ()

    @classmethod
    def of(cls, profiles: Sequence[ColumnProfile], lead_id: str, taken: Sequence[str]) -> RowOrder:
        """Find the order of an export.

        Parameters
        ----------
        profiles
            Of its columns.
        lead_id
            The column that identifies a lead, or ``"row"``.
        taken
            Columns that mean something else.
        """
        named = roles.ORDER.find(profiles, taken)
        if named:
            return cls(named, "no dates: its values are taken to rise with time")
        free = [p for p in profiles if p.name == lead_id or p.name not in taken]
        for profile in sorted(free, key=lambda p: p.name != lead_id):
            if _falls(profile):
                why = f"{profile.name} falls from row to row: the file looks newest first"
                question = Question("columns.order", profile.name, (ROW,), why)
                return cls(profile.name, "no dates: it falls down the file", (question,))
        return cls(ROW, "no dates: rows are taken to be in the order of time")


def _falls(profile: ColumnProfile) -> bool:
    """Whether a column of ids that were counted up falls from row to row."""
    if len(profile.values) < max(_ENOUGH, _NEARLY_ALL * len(profile.texts)) or profile.is_time:
        return False
    if personal(profile.name, profile.values):
        return False
    steps = _steps(serial_numbers(profile.texts.to_numpy(dtype=object)))
    return len(steps) >= _ENOUGH - 1 and bool((steps < 0).mean() >= _NEARLY_ALL)


def _steps(numbers: Floats) -> Floats:
    steps: Floats = np.diff(numbers[np.isfinite(numbers)])
    return steps
