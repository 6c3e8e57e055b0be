"""What a person decided instead of the policy, beside the policy's own decision."""

from dataclasses import replace

import pytest

from leadgate.policy import DECISIONS, HAND_OFF, Lead, LeadState, decide
from tests.leadgate.policies import policy_of

POLICY = policy_of()
LEAD, STATE = Lead("1", 0.9), LeadState()


def overridden(decision, **state):
    said = {"override": decision, "overridden_by": "Anna", "override_reason": "a competitor"}
    return LeadState(**said, **state)


@pytest.mark.parametrize("decision", DECISIONS)
def test_it_holds_whatever_the_policy_says_and_stands_beside_it(decision):
    own = decide(LEAD, STATE, POLICY)
    decided = decide(LEAD, overridden(decision), POLICY)
    assert (decided.decision, decided.own) == (decision, own.decision)
    assert (own.own, own.ruled_by, decided.ruled_by) == (own.decision, "", "override")
    assert decided.why == "overridden by Anna: a competitor"
    assert (decided.propensity, decided.explored) == (1.0, False)
    assert decided.uses_capacity is (decision == HAND_OFF)
    # The readiness and its names are the model's.
    assert (decided.threshold, decided.grade) == (own.threshold, own.grade)


def test_a_handoff_is_counted_once_and_not_refused_in_a_full_week():
    policy = replace(POLICY, capacity_per_week=1.0)
    full = overridden(HAND_OFF, this_week=1)
    assert decide(LEAD, replace(full, override=""), policy).decision != HAND_OFF
    assert decide(LEAD, full, policy).uses_capacity
    again = replace(full, last_decision=HAND_OFF, handed_off_at=1)
    assert not decide(LEAD, again, policy).uses_capacity


@pytest.mark.parametrize("outcome", ["won", "lost"])
def test_what_became_of_the_lead_is_nobodys_decision(outcome):
    plain = decide(LEAD, LeadState(outcome=outcome), POLICY)
    assert decide(LEAD, overridden("nurture", outcome=outcome), POLICY) == plain


def test_a_lead_of_which_too_little_is_known_can_be_handed_off():
    decided = decide(Lead("1", float("nan")), overridden(HAND_OFF), POLICY)
    assert (decided.decision, decided.own, decided.expected_value) == (HAND_OFF, "review", 0.0)
