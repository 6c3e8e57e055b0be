"""The answer about a lead: its columns and their order, the same in files, Python and HTTP."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from features.parsing.times import iso
from leadgate.arrays import Floats, Texts
from leadgate.policy import Decision
from serving.scoring.lead_request import LeadRecord

N_REASONS = 5
REASONS = tuple(f"reason_{place}" for place in range(1, N_REASONS + 1))
READINESS = ("readiness", "readiness_low", "readiness_high")

COLUMNS = (
    "lead_id",
    "as_of",
    *READINESS,
    "grade",
    "stage",
    "decision",
    "threshold",
    "propensity",
    "explored",
    *REASONS,
    "model_version",
    "warnings",
)


def joined(*warnings: str) -> str:
    """Return the column `warnings`: one text, "" when there is none."""
    return "; ".join(filter(None, warnings))


@dataclass(frozen=True, slots=True)
class Assessed:
    """How ready a lead is, before anything is decided.

    Attributes
    ----------
    record
        The lead as it was read.
    features
        Shape (n_features,): what the model saw.
    readiness
        Shape (3,): readiness, low and high; NaN where there is none.
    reasons
        Shape (5,).
    warnings
        What was odd.
    value
        What winning the lead brings; None where it is not given.
    segments
        Its values of the segment columns.
    """

    record: LeadRecord
    features: Floats
    readiness: Floats
    reasons: Texts
    warnings: list[str]
    value: float | None
    segments: list[str]


def answer(assessed: Assessed, decided: Decision, version: str) -> dict[str, Any]:
    """Return the answer of a version about one lead as JSON values; NaN becomes None."""
    record = assessed.record
    numbers = [None if math.isnan(number) else number for number in assessed.readiness.tolist()]
    return {
        "lead_id": record.lead_id,
        "as_of": iso(record.as_of),
        **dict(zip(READINESS, numbers, strict=True)),
        "grade": decided.grade,
        "stage": decided.stage,
        "decision": decided.decision,
        "threshold": decided.threshold,
        "propensity": decided.propensity,
        "explored": decided.explored,
        **dict(zip(REASONS, assessed.reasons.tolist(), strict=True)),
        "model_version": version,
        "warnings": joined(*assessed.warnings),
    }
