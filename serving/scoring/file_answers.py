"""The answers about the leads of a file: assessed in chunks, decided, and turned into a table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from features.parsing.times import iso_array
from leadgate.arrays import Floats, Ints, Texts
from leadgate.policy import Decisions
from serving.scoring.answer import COLUMNS, N_REASONS, READINESS, REASONS, joined
from serving.scoring.assessment import Assessment

NUMBERS = frozenset({*READINESS, "threshold", "propensity"})


class FileAnswers:
    """The answers about the rows of a file while they are made.

    Parameters
    ----------
    lead_ids, as_of, warnings
        Shape (n,), as in `serving.scoring.lead_file.LeadFile`; doubts are added to the warnings.
    version
        The version that answers.

    Attributes
    ----------
    readiness
        Shape (n, 3): readiness, low and high; NaN where there is none.
    """

    def __init__(self, lead_ids: Texts, as_of: Ints, warnings: Texts, version: str) -> None:
        self._lead_ids, self._as_of, self._warnings = lead_ids, as_of, warnings
        self._version = version
        self.readiness: Floats = np.full((len(lead_ids), len(READINESS)), np.nan)
        self._reasons: Texts = np.full((len(lead_ids), N_REASONS), "", dtype=object)

    def enter(self, rows: Ints, assessment: Assessment) -> None:
        """Enter the assessment of some rows, by their positions."""
        self.readiness[rows], self._reasons[rows], doubts = assessment
        for place in np.flatnonzero(doubts != ""):
            row = rows[place]
            self._warnings[row] = joined(self._warnings[row], doubts[place])

    def columns(self, decided: Decisions) -> dict[str, Any]:
        """Return the columns of `serving.scoring.answer`, `as_of` in microseconds."""
        columns = {
            "lead_id": self._lead_ids,
            "as_of": self._as_of,
            **dict(zip(READINESS, self.readiness.T, strict=True)),
            **vars(decided),
            **dict(zip(REASONS, self._reasons.T, strict=True)),
            "model_version": np.full(len(self._lead_ids), self._version, dtype=object),
            "warnings": self._warnings,
        }
        return {name: columns[name] for name in COLUMNS}

    def frame(self, decided: Decisions) -> pd.DataFrame:
        """Return the answers as a table; times are ISO 8601."""
        table = pd.DataFrame({**self.columns(decided), "as_of": iso_array(self._as_of)})
        texts = [name for name in COLUMNS if name not in NUMBERS and name != "explored"]
        return table.astype(dict.fromkeys(texts, "str"))
