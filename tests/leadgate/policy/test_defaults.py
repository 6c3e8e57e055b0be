"""What a policy does that was given scores alone, and where costs or values are missing."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from leadgate.policy import Bands, Lead, LeadState, Policy, decide, decide_best, decide_many
from leadgate.policy.pacing import line_now
from leadgate.policy.policy import NEVER
from tests.leadgate.policies import DAY, MONDAY, policy_of

BANDS = Bands((0.1, 0.2, 0.4), (0.2, 0.5))
EVEN = np.linspace(0.0, 1.0, 1001)
MIDDLE = MONDAY + 3 * DAY + DAY // 2


@pytest.mark.parametrize(
    "policy",
    [
        Policy.from_dict({"bands": {"grades": (0.1, 0.2, 0.4), "stages": (0.2, 0.5)},
                          "scores": EVEN.tolist()}),
        Policy.learn(EVEN, base_rate=0.2),
    ],
    ids=["read", "learned"],
)  # fmt: skip
def test_scores_alone_hand_off_the_better_half_and_explore_nothing(policy):
    assert policy.threshold == pytest.approx(0.5)
    assert policy.exploration_rates == (0.0, 0.0)
    # Nothing costs anything: what a win brings moves no line.
    assert policy.break_even(1e-9) == 0.0
    many = decide_many(np.array([0.2, 0.7]), ["a", "b"], policy)
    assert many.decision.tolist() == ["nurture", "hand_off"]
    assert many.propensity.tolist() == [1.0, 1.0]


def test_scores_alone_recycle_after_two_weeks():
    def decision(days):
        state = LeadState(now=MONDAY + days * DAY, handed_off_at=MONDAY, last_decision="hand_off")
        return decide(Lead("a", 0.9), state, Policy(BANDS, tuple(EVEN))).decision

    assert (decision(14), decision(15)) == ("hand_off", "recycle")


def test_learned_scores_are_the_thousandths_of_the_readiness():
    assert Policy.learn(EVEN, base_rate=0.2).scores == pytest.approx(EVEN)
    two = Policy.learn([0.0, 1.0], base_rate=0.2).scores
    assert len(two) == 1001
    assert (two[0], two[250], two[-1]) == (0.0, 0.25, 1.0)


def test_scores_must_ascend_throughout():
    with pytest.raises(ValueError, match="scores must ascend"):
        Policy(BANDS, (0.1, 0.3, 0.2, 0.4))
    assert Policy(BANDS, (0.2, 0.2)).threshold == pytest.approx(0.2)


def test_without_costs_even_a_worthless_lead_breaks_even():
    policy = policy_of(value_per_win=10)
    assert [policy.break_even(value) for value in (0.0, -5.0, 10.0, None)] == [0.0] * 4


def test_with_costs_and_no_value_nothing_is_held_back():
    policy = policy_of(cost_per_handoff=40)
    assert policy.break_even() == policy.break_even(math.nan) == 0.0
    assert policy.break_even(80.0) == 0.5
    # The mean won amount of data without any amount.
    assert replace(policy, value_per_win=math.nan).break_even() == 0.0


def test_break_even_is_cost_over_value_whatever_the_unit():
    policy = policy_of(cost_per_handoff=0.25, value_per_win=0.5)
    assert policy.break_even() == 0.5
    assert policy.capacity_share == 1.0


def test_the_threshold_that_nobody_reaches_is_the_next_number_above_one():
    assert NEVER > 1.0 == math.nextafter(NEVER, 0.0)


def test_without_signal_there_is_no_line_however_far_handoffs_run_ahead():
    policy = replace(policy_of(EVEN, capacity_per_week=20, explore=0.1), signal=False)
    state = LeadState(now=MIDDLE, this_week=19)
    decision = decide(Lead("a", 0.01), state, policy)
    assert (decision.decision, decision.threshold, decision.explored) == ("hand_off", 0.0, False)
    line = line_now(policy, Lead("a", 0.5), state)
    assert (line.score, line.even, line.slope) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(("last", "decision"), [("hand_off", "hand_off"), ("recycle", "recycle")])
def test_nothing_ages_without_an_instant_however_short_the_wait(last, decision):
    policy = policy_of(recycle_after_days=0.25)
    state = LeadState(handed_off_at=MONDAY, last_decision=last)
    assert decide(Lead("a", 0.01), state, policy).decision == decision


@pytest.mark.parametrize("n", [0, 1])
def test_best_of_one_file_have_a_threshold_that_they_alone_reach(n):
    readiness = np.array([1.0, 0.4])
    best = decide_best(readiness, ["a", "b"], policy_of(), n)
    assert ((readiness >= best.threshold) == (best.decision == "hand_off")).all()
