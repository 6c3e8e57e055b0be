"""The handoff policy: readiness -> decision, the only such rule of training, batch and serving."""

from leadgate.policy.bands import Bands
from leadgate.policy.decision import (
    DECISIONS,
    HAND_OFF,
    NURTURE,
    REVIEW,
    Decision,
    Decisions,
    LeadState,
    decide,
    decide_best,
    decide_many,
)
from leadgate.policy.policy import Policy

__all__ = [
    "DECISIONS",
    "HAND_OFF",
    "NURTURE",
    "REVIEW",
    "Bands",
    "Decision",
    "Decisions",
    "LeadState",
    "Policy",
    "decide",
    "decide_best",
    "decide_many",
]
