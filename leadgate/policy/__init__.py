"""The handoff policy: readiness -> decision, the only such rule of training, batch and serving."""

from leadgate.policy.bands import Bands
from leadgate.policy.batch import Decisions, decide_best, decide_many
from leadgate.policy.control import CONTROL, GATE
from leadgate.policy.decision import (
    DECISIONS,
    DISQUALIFY,
    HAND_OFF,
    NURTURE,
    RECYCLE,
    REVIEW,
    Decision,
    decide,
    expected_value,
)
from leadgate.policy.lead import OBJECTION, Lead, Rule, rules_of
from leadgate.policy.people import Salesperson
from leadgate.policy.policy import UPLIFT, Policy
from leadgate.policy.state import LeadState, Load
from leadgate.policy.week import US_PER_WEEK, next_week, week_start

__all__ = [
    "CONTROL",
    "DECISIONS",
    "DISQUALIFY",
    "GATE",
    "HAND_OFF",
    "NURTURE",
    "OBJECTION",
    "RECYCLE",
    "REVIEW",
    "UPLIFT",
    "US_PER_WEEK",
    "Bands",
    "Decision",
    "Decisions",
    "Lead",
    "LeadState",
    "Load",
    "Policy",
    "Rule",
    "Salesperson",
    "decide",
    "decide_best",
    "decide_many",
    "expected_value",
    "next_week",
    "rules_of",
    "week_start",
]
