"""Leads that sales has or had: they stay, are recycled, disqualified, or decided on again."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadgate.policy import DECISIONS, Bands, Lead, LeadState, decide
from tests.leadgate.policies import DAY, MONDAY, policy_of

POLICY = policy_of(capacity_per_week=10, explore=0.1)
GIVEN = LeadState(
    now=MONDAY + DAY, this_week=10, last_decision="hand_off", handed_off_at=MONDAY, person="north"
)


def _after(days, **changes):
    return replace(GIVEN, now=MONDAY + round(days * DAY), **changes)


def _decided(state, readiness=0.01):
    return decide(Lead("a", readiness), state, POLICY)


def test_a_lead_that_sales_has_stays_with_the_same_person():
    decision = _decided(GIVEN)
    assert (decision.decision, decision.person, decision.uses_capacity) == (
        "hand_off",
        "north",
        False,
    )
    assert decision.propensity == 1.0


def test_a_handoff_that_lies_is_recycled():
    assert _decided(_after(14)).decision == "hand_off"
    late = _decided(_after(14.1))
    assert (late.decision, late.person) == ("recycle", "")
    assert "more than 14 days" in late.why


def test_a_lead_that_sales_gave_back_is_recycled():
    decision = _decided(_after(1, returned=True))
    assert (decision.decision, decision.why) == ("recycle", "sales gave it back")


def test_a_recycled_lead_rests_and_is_then_decided_on_again():
    resting = _after(20, last_decision="recycle")
    assert _decided(resting, 0.9).decision == "recycle"
    rested = _after(28.1, last_decision="recycle")
    assert _decided(rested, 0.9).decision == "hand_off"
    assert not _decided(rested, 0.9).uses_capacity
    assert _decided(rested, 0.01).decision == "nurture"
    assert _decided(_after(40, last_decision="nurture"), 0.01).decision == "nurture"
    assert _decided(_after(40, last_decision="nurture"), math.nan).decision == "review"


@pytest.mark.parametrize(("readiness", "decision"), [(0.9, "hand_off"), (0.01, "nurture")])
def test_a_worked_lead_goes_by_its_readiness_and_uses_no_capacity(readiness, decision):
    answer = _decided(_after(60, worked=True), readiness)
    assert (answer.decision, answer.uses_capacity, answer.explored) == (decision, False, False)


def test_a_handoff_of_the_crm_counts_as_one():
    state = LeadState(now=MONDAY + DAY, handed_off_at=MONDAY)
    assert decide(Lead("a", 0.01), state, POLICY).why == "handed off before"


def test_a_lost_lead_is_disqualified_and_a_won_one_stays():
    assert _decided(_after(1, outcome="lost"), 0.9).decision == "disqualify"
    assert _decided(LeadState(outcome="lost"), math.nan).decision == "disqualify"
    assert _decided(_after(99, outcome="won"), 0.01).decision == "hand_off"


def test_nothing_ages_without_an_instant():
    assert _decided(replace(GIVEN, now=None)).decision == "hand_off"


@given(
    readiness=st.floats(0, 1) | st.just(math.nan),
    state=st.builds(
        LeadState,
        now=st.none() | st.integers(MONDAY, MONDAY + 90 * DAY),
        this_week=st.integers(0, 20),
        last_decision=st.none() | st.sampled_from(DECISIONS),
        handed_off_at=st.none() | st.integers(MONDAY - 30 * DAY, MONDAY),
        worked=st.booleans(),
        returned=st.booleans(),
        outcome=st.sampled_from(["", "won", "lost"]),
    ),
)
def test_every_state_has_one_explained_decision(readiness, state):
    decision = decide(Lead("a", readiness), state, POLICY)
    assert decision == decide(Lead("a", readiness), state, POLICY)
    assert decision.decision in DECISIONS
    assert decision.why
    assert 0.0 < decision.propensity <= 1.0
    if decision.uses_capacity:
        assert state.this_week < 10
        assert state.handed_off_at is None


BANDS = Bands((0.1, 0.2, 0.4), (0.2, 0.5))


def test_a_grade_is_kept_within_the_margin():
    assert BANDS.name(0.39, "A", "consideration") == ("A", "consideration")
    assert BANDS.name(0.37, "A", "consideration") == ("B", "consideration")
    assert BANDS.name(0.21, "C", "interest") == ("C", "interest")
    assert BANDS.name(0.23, "C", "interest") == ("B", "consideration")
    assert BANDS.name(0.0, "D", "interest") == ("D", "interest")
    assert BANDS.name(1.0, "A", "purchase") == ("A", "purchase")


@given(readiness=st.floats(0, 1), grade=st.sampled_from(["", "A", "B", "C", "D"]))
def test_a_kept_name_is_that_of_a_readiness_within_the_margin(readiness, grade):
    kept = BANDS.name(readiness, grade)[0]
    odds = readiness / (1 - readiness) if readiness < 1 else math.inf
    moved = (odds * math.exp(m) for m in (-0.1001, 0.0, 0.1001))
    near = (1.0 if math.isinf(o) else o / (1 + o) for o in moved)
    assert kept in {BANDS.name(r)[0] for r in near}


def test_decisions_keep_the_last_grade_and_stage():
    policy = replace(POLICY, bands=BANDS)
    state = LeadState(grade="A", stage="consideration")
    assert decide(Lead("a", 0.39), state, policy).grade == "A"
    assert decide(Lead("a", 0.39), LeadState(), policy).grade == "B"


@pytest.mark.parametrize("margin", [-0.1, 1.0])
def test_margin_is_small_and_not_negative(margin):
    with pytest.raises(ValueError, match="margin of bands"):
        Bands((0.1, 0.2, 0.3), (0.2, 0.4), margin)
