"""The control group: drawn by account, for life, outside the capacity, known over both draws."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadgate.policy import CONTROL, GATE, Lead, LeadState, decide, decide_best, decide_many
from leadgate.policy.control import (
    LONGEST_WEEKS,
    arm_of,
    in_control,
    largest_effect,
    weakness,
    weeks_to_show,
)
from leadgate.policy.exploration import CONTROL_DRAW, draw
from leadgate.policy.pacing import line_now
from tests.leadgate.policies import MONDAY, SCORES, policy_of

IDS = np.array([f"L{i:04d}" for i in range(5000)], dtype=object)
FRESH = LeadState()
SHARE = 0.2


def _many(policy, **given):
    return decide_many(SCORES, IDS, policy, **given)


def test_without_a_group_nobody_has_an_arm_and_the_policy_is_as_before():
    policy = policy_of(capacity_per_week=25, explore=0.05)
    assert set(_many(policy).arm) == {""}
    assert decide(Lead("a", 0.9), FRESH, policy).arm == ""
    assert "control" not in policy.to_dict()
    assert policy.without_control() is policy


def test_the_group_has_its_share_and_is_never_handed_off():
    decided = _many(policy_of(capacity_per_week=25, control=SHARE))
    control = decided.arm == CONTROL
    assert control.mean() == pytest.approx(SHARE, abs=0.02)
    assert set(decided.decision[control]) == {"nurture"}
    assert not decided.explored[control].any()
    assert set(decided.arm[~control]) == {GATE}


def test_leads_above_and_below_the_line_are_drawn_alike():
    decided = _many(policy_of(capacity_per_week=25, control=SHARE))
    above = decided.threshold <= SCORES
    assert (decided.arm[above] == CONTROL).mean() == pytest.approx(SHARE, abs=0.03)


def test_the_draw_has_nothing_to_do_with_that_of_exploration():
    explored = np.array([draw(i, "k") for i in IDS]) < 0.5
    control = np.array([draw(i, "k", CONTROL_DRAW) for i in IDS]) < 0.5
    assert (explored & control).mean() == pytest.approx(0.25, abs=0.02)


def test_leads_of_one_account_share_an_arm_and_a_lead_without_stands_for_itself():
    policy = policy_of(control=0.5)
    accounts = [f"A{n // 10}" for n in range(5000)]
    drawn = in_control(IDS, accounts, policy).reshape(500, 10)
    assert (drawn == drawn[:, :1]).all()
    assert drawn.mean() == pytest.approx(0.5, abs=0.06)
    assert in_control(IDS, [""] * 5000, policy).tolist() == in_control(IDS, None, policy).tolist()


def test_one_lead_and_many_get_the_same():
    policy = policy_of(capacity_per_week=25, explore=0.1, control=SHARE)
    accounts = ["" if n % 3 else f"A{n}" for n in range(500)]
    many = decide_many(SCORES[:500], IDS[:500], policy, account_ids=accounts)
    for n in range(500):
        single = decide(Lead(IDS[n], SCORES[n], accounts[n]), FRESH, policy)
        assert (single.decision, single.arm) == (many.decision[n], many.arm[n])
        assert single.propensity == pytest.approx(many.propensity[n], abs=1e-15)
        assert single.explored == many.explored[n]


@pytest.mark.parametrize(
    ("readiness", "arm", "decision", "propensity"),
    [
        (0.9, GATE, "hand_off", 0.8),
        (0.9, CONTROL, "nurture", 0.2),
        (0.1, GATE, "nurture", 1.0),
        (0.1, CONTROL, "nurture", 1.0),
    ],
)
def test_propensities_are_over_the_draw(readiness, arm, decision, propensity):
    policy = policy_of(cost_per_handoff=50, value_per_win=100, control=SHARE)
    decided = decide(Lead("a", readiness), LeadState(arm=arm), policy)
    assert (decided.decision, decided.arm) == (decision, arm)
    assert decided.propensity == pytest.approx(propensity)
    assert decided.uses_capacity == (decision == "hand_off")


@given(st.floats(0.0, 1.0), st.floats(0.01, 0.5), st.floats(0.0, 0.2))
def test_the_probabilities_of_both_decisions_add_up_to_one(readiness, control, explore):
    policy = policy_of(cost_per_handoff=50, value_per_win=100, control=control, explore=explore)
    taken = [decide(Lead(f"{n}", readiness), FRESH, policy) for n in range(300)]
    by_decision = {d.decision: d.propensity for d in taken}
    assert all(d.propensity == pytest.approx(by_decision[d.decision]) for d in taken)
    if len(by_decision) == 2:
        assert sum(by_decision.values()) == pytest.approx(1.0)


def test_frequencies_are_the_propensities():
    policy = policy_of(cost_per_handoff=50, value_per_win=100, control=0.3, explore=0.2)
    decided = decide_many(np.full(5000, 0.3), IDS, policy)
    taken = decided.decision == "hand_off"
    assert taken.mean() == pytest.approx(decided.propensity[taken][0], abs=0.015)
    assert decided.propensity[~taken][0] == pytest.approx(1 - decided.propensity[taken][0])


def test_a_lead_keeps_its_arm_when_the_share_changes_and_loses_it_with_the_group():
    lead = Lead("a", 0.9)
    for control in (0.01, 0.5):
        policy = policy_of(control=control)
        assert arm_of(lead, LeadState(arm=CONTROL), policy) == CONTROL
        assert arm_of(lead, LeadState(arm=GATE), policy) == GATE
    assert decide(lead, LeadState(arm=CONTROL), policy_of()).arm == ""
    assert decide(lead, LeadState(arm=CONTROL), policy_of()).decision == "hand_off"


def test_a_larger_group_holds_the_smaller_one():
    small, large = (in_control(IDS, None, policy_of(control=c)) for c in (0.1, 0.3))
    assert (large | ~small).all()


def test_a_lead_that_sales_has_stays_there_and_is_in_no_arm():
    policy = policy_of(control=0.5)
    state = LeadState(now=MONDAY, last_decision="hand_off", handed_off_at=MONDAY - 1)
    for n in range(20):
        decided = decide(Lead(f"{n}", 0.9), state, policy)
        assert (decided.decision, decided.arm) == ("hand_off", "")
    kept = decide(Lead("a", 0.9), replace(state, arm=GATE), policy)
    assert kept.arm == GATE


@pytest.mark.parametrize(
    ("state", "decision"),
    [
        (LeadState(arm=CONTROL, outcome="lost"), "disqualify"),
        (LeadState(arm=CONTROL, outcome="won"), "hand_off"),
    ],
)
def test_what_became_of_a_lead_comes_before_its_arm(state, decision):
    decided = decide(Lead("a", 0.9), state, policy_of(control=SHARE))
    assert (decided.decision, decided.arm, decided.propensity) == (decision, CONTROL, 1.0)
    assert not decided.uses_capacity


def test_a_lead_of_which_too_little_is_known_is_reviewed_in_either_arm():
    for arm in (CONTROL, GATE):
        decided = decide(Lead("a", math.nan), LeadState(arm=arm), policy_of(control=SHARE))
        assert (decided.decision, decided.arm, decided.propensity) == ("review", arm, 1.0)


def test_without_signal_the_group_is_held_back_too():
    policy = replace(policy_of(control=SHARE), signal=False)
    decided = decide_many(np.full(5000, 0.1), IDS, policy)
    control = decided.arm == CONTROL
    assert control.mean() == pytest.approx(SHARE, abs=0.02)
    assert set(decided.decision[control]) == {"nurture"}
    assert set(decided.decision[~control]) == {"hand_off"}
    assert decide(Lead("a", 0.1), LeadState(arm=CONTROL), policy).propensity == pytest.approx(SHARE)


def test_in_a_full_week_both_arms_wait_for_certain():
    policy = policy_of(capacity_per_week=5, control=SHARE)
    for arm in (CONTROL, GATE):
        decided = decide(Lead("a", 0.9), LeadState(now=MONDAY, this_week=5, arm=arm), policy)
        assert (decided.decision, decided.propensity) == ("nurture", 1.0)


def test_the_group_leaves_the_capacity_full():
    policy = policy_of(capacity_per_week=25, control=SHARE)
    assert (_many(policy).decision == "hand_off").mean() == pytest.approx(0.25, abs=0.015)


def test_the_pace_is_that_of_the_leads_outside_the_group():
    base = {"capacity_per_week": 25.0}
    half = replace(policy_of(control=0.5, **base), leads_per_week=200.0)
    state = LeadState(now=MONDAY + 1, this_week=20)
    lead = Lead("a", 0.5)
    alone = line_now(policy_of(**base), lead, state)
    assert line_now(half, lead, state).score == pytest.approx(alone.score)


def test_the_best_of_a_file_are_taken_outside_the_group():
    policy = policy_of(control=SHARE)
    decided = decide_best(SCORES, IDS, policy, 500)
    control, taken = decided.arm == CONTROL, decided.decision == "hand_off"
    assert taken.sum() == 500
    assert not (taken & control).any()
    line = SCORES[taken].min()
    rest = np.setdiff1d(SCORES[~control], SCORES[taken])
    assert rest.max() <= line
    chosen = control & (line <= SCORES)
    assert decided.propensity[chosen] == pytest.approx(np.full(chosen.sum(), SHARE))
    assert set(decided.propensity[taken]) == {1 - SHARE}
    assert set(decided.propensity[control & (line > SCORES)]) == {1.0}


def test_a_group_is_at_most_half():
    with pytest.raises(ValueError, match=r"less than or equal to 0\.5"):
        policy_of(control=0.51)
    with pytest.raises(ValueError, match="at least 0 and below 1"):
        replace(policy_of(), control=1.0)


def test_weeks_to_show_is_the_sample_size_of_two_rates():
    # (1.6449 + 0.8416)^2 (0.15 * 0.85 / 0.9 + 0.10 * 0.90 / 0.1) / 0.05^2 / 100
    assert weeks_to_show(0.05, 0.10, 0.1, 100.0) == pytest.approx(25.76, abs=0.01)
    assert weeks_to_show(0.05, 0.10, 0.1, 200.0) == pytest.approx(12.88, abs=0.01)
    assert weeks_to_show(0.05, 0.10, 0.1, 100.0, 2.0) == pytest.approx(51.52, abs=0.02)
    assert weeks_to_show(0.0, 0.10, 0.1, 100.0) == math.inf
    assert weeks_to_show(0.05, 0.10, 0.1, 0.0) == math.inf


def test_the_effect_shows_in_four_of_five_experiments_of_that_length():
    n = 40_000
    effect, rate, control = 0.05, 0.10, 0.1
    leads = round(weeks_to_show(effect, rate, control, 1.0))
    rng = np.random.default_rng(0)
    of_control = rng.binomial(round(leads * control), rate, n) / round(leads * control)
    of_gate = rng.binomial(round(leads * 0.9), rate + effect, n) / round(leads * 0.9)
    spread = of_gate * (1 - of_gate) / (leads * 0.9) + of_control * (1 - of_control) / (
        leads * control
    )
    shown = of_gate - of_control > 1.6449 * np.sqrt(spread)
    assert shown.mean() == pytest.approx(0.8, abs=0.02)


def test_the_largest_effect_is_the_readiness_of_those_handed_off():
    policy = policy_of(np.linspace(0, 1, 1001), capacity_per_week=50, control=SHARE)
    effect, rate = largest_effect(policy)
    line = policy.threshold
    assert line == pytest.approx(1 - 50 / 80, abs=0.002)
    assert effect == pytest.approx((1 - line**2) / 2, abs=0.002)
    assert effect + rate == pytest.approx(0.5)


def test_the_largest_effect_is_no_more_than_sales_adds():
    scores = np.linspace(0, 1, 1001)
    policy = replace(policy_of(scores, capacity_per_week=50), uplifts=tuple(scores / 10 - 0.01))
    effect, _ = largest_effect(policy)
    best = scores[scores >= 0.5] / 10 - 0.01
    assert effect == pytest.approx(best.sum() / 1001, abs=1e-3)


def test_without_signal_every_lead_is_worked():
    policy = replace(policy_of(np.full(1001, 0.2)), signal=False)
    assert largest_effect(policy) == pytest.approx((0.2, 0.0))


def test_a_group_too_small_to_show_anything_is_warned_of():
    assert weakness(policy_of(control=0.2)) == ""
    assert weakness(policy_of()) == ""
    text = weakness(policy_of(control=0.001))
    assert text.startswith("the control group of 0.1% is too small: with 100 leads a week")
    assert "raise policy.control" in text
    assert weakness(replace(policy_of(control=0.001), leads_per_week=None)) == ""
    never = replace(policy_of(control=0.2), scores=(0.0,) * 1001)
    assert "would never show" in weakness(never)


def test_the_warning_begins_after_two_years():
    policy = policy_of(control=0.01)
    effect, rate = largest_effect(policy)
    leads = weeks_to_show(effect, rate, 0.01, 1.0) / LONGEST_WEEKS
    assert weakness(replace(policy, leads_per_week=leads * 1.001)) == ""
    assert weakness(replace(policy, leads_per_week=leads * 0.999)) != ""
