"""The leads of a file, once read: judged in chunks, decided, and answered as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.values import number_column
from leadgate.policy import Decisions, decide_best, decide_many
from serving.answer import N_REASONS, answers, joined
from serving.lead_file import LeadFile

if TYPE_CHECKING:
    from serving.scorer import Scorer

Floats = NDArray[np.float64]
Texts = NDArray[np.object_]

# Rows handled at once: their matrix, contributions and reasons stay in tens of megabytes.
_CHUNK = 10_000


def score_rows(
    scorer: Scorer, rows: LeadFile, *, reasons: bool, capacity: int | None
) -> pd.DataFrame:
    """Return the answers about the rows of a file, as `Scorer.score` does.

    What is odd about a row is added to its warnings.
    """
    readiness, told = _judged(scorer, rows, reasons=reasons)
    decided = _decided(scorer, rows, readiness[:, 0], capacity)
    return answers(rows, readiness, decided, told, scorer.version)


def _judged(scorer: Scorer, rows: LeadFile, *, reasons: bool) -> tuple[Floats, Texts]:
    """Return readiness, low and high, shape (n, 3), and the reasons, shape (n, 5)."""
    readiness = np.full((len(rows.position), 3), np.nan)
    told = np.full((len(rows.position), N_REASONS), "", dtype=object)
    accepted = np.flatnonzero(rows.position >= 0)
    for start in range(0, len(accepted), _CHUNK):
        chunk = accepted[start : start + _CHUNK]
        X = scorer.feature_set.matrix(rows.history, rows.position[chunk], rows.as_of[chunk])
        readiness[chunk], told[chunk], doubts = scorer.judge(X, reasons=reasons)
        for place in np.flatnonzero(doubts != ""):
            row = chunk[place]
            rows.warnings[row] = joined(rows.warnings[row], doubts[place])
    return readiness, told


def _decided(scorer: Scorer, rows: LeadFile, readiness: Floats, capacity: int | None) -> Decisions:
    values = _values(scorer, rows)
    if capacity is None:
        return decide_many(readiness, rows.lead_ids, scorer.policy, values)
    return decide_best(readiness, rows.lead_ids, scorer.policy, capacity, values)


def _values(scorer: Scorer, rows: LeadFile) -> Floats | None:
    """Return what winning each lead brings; None where no column tells."""
    texts = rows.history.columns.get(scorer.policy.value_column)
    if texts is None:
        return None
    values = np.full(len(rows.position), np.nan)
    accepted = rows.position >= 0
    values[accepted] = number_column(texts)[rows.position[accepted]]
    return values
