"""Which sheet of a workbook holds the leads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from features.crm.crm_object import CrmObject
from features.io.files import read_table
from features.io.workbook import sheets
from features.profiling.column_profile import ColumnProfile
from features.profiling.readings.outcome import OutcomeGuess
from leadgate.config import Question
from leadgate.errors import DataError

KEY = "data.leads.sheet"


@dataclass(frozen=True)
class Sheet:
    """The table of leads of a file.

    Attributes
    ----------
    frame
        Its rows.
    name
        Of the sheet, where the file has several tables; else None.
    questions
        Where another sheet may be it.
    """

    frame: pd.DataFrame
    name: str | None = None
    questions: tuple[Question, ...] = ()

    @classmethod
    def of(cls, path: Path, chosen: str | None = None) -> Sheet:
        """Read a file; of several sheets the one that says how leads ended, else the longest.

        Parameters
        ----------
        path
            The file.
        chosen
            The sheet that a person says.

        Raises
        ------
        DataError
            If it cannot be read.
        """
        if chosen:
            return cls(read_table(path, sheet=chosen).accepted, chosen)
        try:
            return cls(read_table(path).accepted)
        except DataError as error:
            if error.code != "which_sheet":
                raise
        frames = {name: read_table(path, sheet=name).accepted for name in sheets(path.read_bytes())}
        best = max(frames, key=lambda name: _rank(frames[name]))
        others = tuple(name for name in frames if name != best)
        question = Question(KEY, best, others, f"{path.name} has more than one table")
        return cls(frames[best], best, (question,))


def _rank(frame: pd.DataFrame) -> tuple[bool, int]:
    outcome = OutcomeGuess.of(ColumnProfile.of(frame), CrmObject())
    return outcome.column is not None, len(frame)
