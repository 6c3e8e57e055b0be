"""What rules decide before the model, on leads one by one and many at once."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadgate.policy import Lead, LeadState, Policy, decide, decide_best, decide_many
from tests.leadgate.policies import policy_of

RULES = {
    "competitor": {"column": "Type", "values": ["Competitor"]},
    "student": {"column": "Title", "values": ["Student"], "decision": "nurture"},
    "objection": {"column": "Profiling", "values": ["no"]},
}
DECISIONS = {"objection": "nurture", "competitor": "disqualify", "student": "nurture"}
FRESH = LeadState()
names = st.sampled_from(["", *DECISIONS])


def ruled(**settings):
    return policy_of(rules=RULES, **settings)


def test_rules_stand_in_their_order_whatever_that_of_the_file():
    assert [rule.name for rule in ruled().rules] == ["objection", "competitor", "student"]
    assert not policy_of().rules
    assert "rules" not in policy_of().to_dict()


def test_a_policy_keeps_its_rules_and_is_another_one():
    policy = ruled()
    assert Policy.from_dict(policy.to_dict()) == policy
    assert policy.digest() != policy_of().digest()


@pytest.mark.parametrize("rule", DECISIONS)
@pytest.mark.parametrize("readiness", [0.0, 0.99, math.nan])
def test_a_rule_decides_whatever_the_readiness(rule, readiness):
    decided = decide(Lead("a", readiness, rule=rule), FRESH, ruled(explore=0.2, control=0.5))
    assert decided.decision == decided.own == DECISIONS[rule]
    assert (decided.ruled_by, decided.propensity, decided.arm) == (rule, 1.0, "")
    assert rule in decided.why
    assert (decided.uses_capacity, decided.explored, decided.person) == (False, False, "")


def test_no_rule_leaves_the_decision_as_it_is():
    lead = Lead("a", 0.9)
    assert decide(lead, FRESH, ruled()) == decide(lead, FRESH, policy_of())
    # A rule that the policy does not have any more.
    named = Lead("a", 0.9, rule="customer")
    assert decide(named, FRESH, ruled()) == decide(lead, FRESH, ruled())


def test_no_signal_and_a_full_week_change_nothing():
    lead, full = Lead("a", 0.9, rule="competitor"), LeadState(this_week=9)
    policy = ruled(capacity_per_week=5)
    assert decide(lead, full, policy).ruled_by == "competitor"
    blind = Policy.from_dict({**policy.to_dict(), "signal": False})
    assert decide(lead, FRESH, blind).decision == "disqualify"


@pytest.mark.parametrize(("outcome", "decision"), [("won", "hand_off"), ("lost", "disqualify")])
def test_what_became_of_a_lead_comes_before_its_rule(outcome, decision):
    decided = decide(Lead("a", 0.9, rule="student"), LeadState(outcome=outcome), ruled())
    assert (decided.decision, decided.ruled_by) == (decision, "")


def test_a_person_comes_before_the_rule_which_is_shown_beside():
    state = LeadState(override="hand_off", overridden_by="anna", override_reason="knows them")
    decided = decide(Lead("a", 0.1, rule="competitor"), state, ruled())
    assert (decided.decision, decided.own) == ("hand_off", "disqualify")
    assert decided.ruled_by == "override"


def test_a_rule_takes_a_lead_back_from_sales_and_its_arm_stays():
    state = LeadState(last_decision="hand_off", handed_off_at=0, arm="gate")
    decided = decide(Lead("a", 0.9, rule="competitor"), state, ruled(control=0.2))
    assert (decided.decision, decided.arm) == ("disqualify", "gate")


@given(rows=st.lists(st.tuples(names, st.floats(0, 1) | st.just(math.nan)), min_size=1))
def test_many_are_decided_on_as_each_is(rows):
    policy = ruled(explore=0.2, control=0.3)
    rule = np.array([name for name, _ in rows], dtype=object)
    readiness = np.array([value for _, value in rows])
    ids = [f"L{n}" for n in range(len(rows))]
    many = decide_many(readiness, ids, policy, rule=rule)
    for n, lead_id in enumerate(ids):
        single = decide(Lead(lead_id, readiness[n], rule=rule[n]), FRESH, policy)
        assert many.propensity[n] == pytest.approx(single.propensity)
        for name in ("decision", "explored", "ruled_by", "arm", "grade", "stage"):
            assert getattr(many, name)[n] == getattr(single, name), name


@given(rule=st.lists(names, min_size=1, max_size=30), n=st.integers(0, 8))
def test_the_best_are_taken_among_those_without_a_rule(rule, n):
    rules = np.array(rule, dtype=object)
    readiness = np.linspace(0.9, 0.1, len(rule))
    ids = [f"L{k:02}" for k in range(len(rule))]
    taken = decide_best(readiness, ids, ruled(), n, rule=rules).decision == "hand_off"
    assert taken.tolist() == [k in np.flatnonzero(rules == "")[:n] for k in range(len(rule))]
