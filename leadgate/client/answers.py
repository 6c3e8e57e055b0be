"""What the endpoint answers, as types."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class Answer(TypedDict):
    """What is decided about a lead.

    Uplift and what belongs to it are there where the model knows what becomes of leads that nobody
    works.
    """

    lead_id: str
    as_of: str
    readiness: float | None
    readiness_low: float | None
    readiness_high: float | None
    readiness_unworked: NotRequired[float | None]
    uplift: NotRequired[float | None]
    uplift_low: NotRequired[float | None]
    uplift_high: NotRequired[float | None]
    grade: str
    stage: str
    decision: str
    model_decision: str
    person: str
    why: str
    threshold: float | None
    propensity: float | None
    explored: bool
    arm: str
    ruled_by: str
    reason_1: str
    reason_2: str
    reason_3: str
    reason_4: str
    reason_5: str
    reason_1_log_odds: float | None
    reason_1_odds_percent: float | None
    reason_2_log_odds: float | None
    reason_2_odds_percent: float | None
    reason_3_log_odds: float | None
    reason_3_odds_percent: float | None
    reason_4_log_odds: float | None
    reason_4_odds_percent: float | None
    reason_5_log_odds: float | None
    reason_5_odds_percent: float | None
    uplift_why: NotRequired[str]
    model_version: str
    warnings: str
    request_id: str


class Kept(TypedDict, total=False):
    """What became of one activity or outcome.

    ``status`` is 201 for new, 200 for seen before, 202 for kept on the service's disk until its
    store is back, 400 for a fault, which is named.
    """

    status: int
    lead_id: str
    code: str
    detail: str
    field: str
