"""The leads of a file, once read: assessed in chunks, decided, and answered as a table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from features.feature_set import FeatureSet
from features.parsing.values import number_column
from leadgate.arrays import Floats, Texts
from leadgate.policy import Decisions, Policy, decide_best, decide_many
from serving.scoring.answer import N_REASONS, answers, joined
from serving.scoring.assessment import Assessor
from serving.scoring.lead_file import LeadFile

# Rows handled at once: their matrix, contributions and reasons stay in tens of megabytes.
_CHUNK = 10_000


def score_rows(
    rows: LeadFile,
    feature_set: FeatureSet,
    assessor: Assessor,
    policy: Policy,
    version: str,
    *,
    reasons: bool,
    capacity: int | None,
) -> pd.DataFrame:
    """Return the answers about the rows of a file, as `Scorer.score` does.

    What is odd about a row is added to its warnings.
    """
    readiness, told = _assessed(rows, feature_set, assessor, reasons=reasons)
    decided = _decided(rows, readiness[:, 0], policy, capacity)
    return answers(rows, readiness, decided, told, version)


def _assessed(
    rows: LeadFile, feature_set: FeatureSet, assessor: Assessor, *, reasons: bool
) -> tuple[Floats, Texts]:
    """Return readiness, low and high, shape (n, 3), and the reasons, shape (n, 5)."""
    readiness = np.full((len(rows.position), 3), np.nan)
    told = np.full((len(rows.position), N_REASONS), "", dtype=object)
    accepted = np.flatnonzero(rows.position >= 0)
    for start in range(0, len(accepted), _CHUNK):
        chunk = accepted[start : start + _CHUNK]
        X = feature_set.matrix(rows.history, rows.position[chunk], rows.as_of[chunk])
        readiness[chunk], told[chunk], doubts = assessor(X, reasons=reasons)
        for place in np.flatnonzero(doubts != ""):
            row = chunk[place]
            rows.warnings[row] = joined(rows.warnings[row], doubts[place])
    return readiness, told


def _decided(rows: LeadFile, readiness: Floats, policy: Policy, capacity: int | None) -> Decisions:
    values = _values(rows, policy)
    if capacity is None:
        return decide_many(readiness, rows.lead_ids, policy, values)
    return decide_best(readiness, rows.lead_ids, policy, capacity, values)


def _values(rows: LeadFile, policy: Policy) -> Floats | None:
    """Return what winning each lead brings; None where no column tells."""
    texts = rows.history.columns.get(policy.value_column)
    if texts is None:
        return None
    values = np.full(len(rows.position), np.nan)
    accepted = rows.position >= 0
    values[accepted] = number_column(texts)[rows.position[accepted]]
    return values
