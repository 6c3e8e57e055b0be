"""Known answers of the policy, and both sides of every limit in it."""

from __future__ import annotations

import math
from hashlib import blake2b

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadgate.config import Person, PolicySettings
from leadgate.policy import Bands, Lead, LeadState, Load, Policy, decide, decide_best, decide_many
from leadgate.policy.exploration import draw, draws, rates
from leadgate.policy.pacing import BREAK_EVEN, CAPACITY, PACING, Line, line_now
from leadgate.policy.policy import NEVER, share_of_leads
from tests.leadgate.policies import DAY, MONDAY, policy_of

EVEN = np.linspace(0.0, 1.0, 1001)
MIDDLE = MONDAY + 3 * DAY + DAY // 2
FRESH = LeadState()
NORTH = Person(name="north", capacity_per_week=10, segments=["Retail"])
SOUTH = Person(name="south", capacity_per_week=10)


def _just_below(value):
    return math.nextafter(value, 0.0)


def test_first_bands_are_shares_of_the_leads_and_odds_of_the_base_rate():
    bands = Bands.of(EVEN, base_rate=0.2)
    assert bands.grades == (0.4, 0.7, 0.9)
    assert bands.stages == (0.11, 0.43)
    assert bands.margin == 0.1


def _moved(limit, log_odds):
    odds = limit / (1 - limit) * math.exp(log_odds)
    return odds / (1 + odds)


@pytest.mark.parametrize(
    ("readiness", "last", "grade"),
    [
        (0.25, "", "C"),
        (_just_below(0.25), "", "D"),
        (0.75, "", "A"),
        (_moved(0.25, -0.499), "C", "C"),
        (_moved(0.25, -0.501), "C", "D"),
        (_moved(0.5, 0.499), "C", "C"),
        (_moved(0.5, 0.501), "C", "B"),
        (_moved(0.75, 0.499), "B", "B"),
        (_moved(0.75, 0.501), "B", "A"),
        (_moved(0.25, 0.499), "D", "D"),
        (_moved(0.25, 0.501), "D", "C"),
        (_moved(0.75, -0.499), "A", "A"),
        (_moved(0.75, -0.501), "A", "B"),
        (0.0, "D", "D"),
        (0.0, "A", "D"),
        (1.0, "A", "A"),
        (1.0, "D", "A"),
    ],
)
def test_a_grade_is_kept_within_the_margin_on_the_log_odds(readiness, last, grade):
    bands = Bands((0.25, 0.5, 0.75), (0.25, 0.5), margin=0.5)
    assert bands.name(readiness, last)[0] == grade


@pytest.mark.parametrize("limit", [0.5, 0.9, 0.95, 0.96, 0.99, 0.9999])
@pytest.mark.parametrize("last", ["B", "C", "D"])
def test_a_can_be_reached_from_every_grade_at_every_limit(limit, last):
    bands = Bands((0.1, 0.2, limit), (0.2, 0.4))
    just_reached = _moved(limit, 0.101)
    assert just_reached < 1
    assert bands.name(just_reached, last)[0] == "A"
    assert bands.name(_moved(limit, 0.099), "B")[0] == "B"


@pytest.mark.parametrize("best", [0.9, 0.994, 0.996, 0.99996])
def test_a_limit_near_to_one_is_not_rounded_to_it(best):
    bands = Bands.of(np.r_[np.full(85, 0.1), np.full(15, best)], base_rate=0.2)
    assert 0.1 < bands.grades[-1] < 1
    assert bands.name(0.99999)[0] == "A"
    assert bands.grades[-1] == pytest.approx(best, abs=0.1 * (1 - best))


@given(st.floats(0, 1), st.sampled_from(["A", "B", "C", "D"]), st.floats(0, 0.99))
def test_a_name_given_is_kept_when_asked_again(readiness, last, margin):
    bands = Bands((0.1, 0.6, 0.97), (0.2, 0.4), margin)
    grade = bands.name(readiness, last)[0]
    assert bands.name(readiness, grade)[0] == grade


@pytest.mark.parametrize("limit", [0.1, 0.2, 0.3, 0.4])
@pytest.mark.parametrize("side", [lambda v: v, _just_below, lambda v: math.nextafter(v, 1.0)])
def test_many_names_are_those_of_each_lead_at_every_limit(limit, side):
    bands = Bands((0.1, 0.2, 0.3), (0.2, 0.4))
    grades, stages = bands.names(np.array([side(limit)]))
    assert (grades[0], stages[0]) == bands.name(side(limit))


def test_bands_may_have_equal_limits_and_no_margin():
    bands = Bands((0.2, 0.2, 0.2), (0.3, 0.3), margin=0.0)
    assert [bands.name(v) for v in (_just_below(0.2), 0.2)] == [
        ("D", "interest"),
        ("A", "interest"),
    ]


def test_exploration_leaves_a_third_to_all_and_the_rest_by_readiness():
    assert rates(0.5, 0.3) == pytest.approx((0.1, 0.4))
    assert rates(0.0, 0.3) == (0.3, 0.0)


def test_a_lead_draws_the_first_bits_of_its_keyed_hash():
    digest = blake2b(b"lead", key=b"secret", digest_size=8).digest()
    assert draw("lead", "secret") == pytest.approx(int.from_bytes(digest) / 2**64, abs=2**-52)
    assert draws(["lead", "other"], "secret").tolist() == [
        draw("lead", "secret"),
        draw("other", "secret"),
    ]


def test_a_key_counts_with_its_first_64_bytes():
    key = "k" * 64
    assert draw("lead", key + "x") == draw("lead", key) != draw("lead", key[:-1])
    assert draws(["lead"], key + "x")[0] == draw("lead", key)


def test_the_chance_of_exploration_is_one_at_most():
    policy = policy_of([0.001] * 90 + [0.5] * 10, capacity_per_week=25, explore=0.2)
    assert policy.threshold == pytest.approx(0.5)
    decision = decide(Lead("a", 0.4), FRESH, policy)
    many = decide_many(np.array([0.4]), ["a"], policy)
    assert (decision.decision, decision.explored, decision.propensity) == ("hand_off", True, 1.0)
    assert (many.explored[0], many.propensity[0]) == (True, 1.0)
    assert Line(0.5, CAPACITY, 0.9, 0.9).chance(0.5) == 1.0
    assert Line(0.5, CAPACITY, 0.1, 0.2).chance(0.5) == pytest.approx(0.2)


@pytest.mark.parametrize(("n", "line"), [(1, 0.6), (2, 0.4), (3, 0.2), (4, 0.0)])
def test_the_threshold_of_the_best_is_the_least_of_them_where_all_places_are_taken(n, line):
    best = decide_best(np.array([0.2, 0.6, 0.4]), ["a", "b", "c"], policy_of(), n)
    assert best.threshold.tolist() == [line] * 3
    assert (best.decision == "hand_off").sum() == min(n, 3)


@pytest.mark.parametrize(
    ("used", "share", "bound"),
    [
        (15, 0.1, PACING),
        (10, 0.2, CAPACITY),
        (0, 0.2, CAPACITY),
        (20, 0.0, PACING),
        (25, 0.0, PACING),
    ],
)
def test_the_rest_of_the_capacity_is_shared_among_the_leads_to_come(used, share, bound):
    policy = policy_of(EVEN, capacity_per_week=20)
    line = line_now(policy, Lead("a", 0.5), LeadState(now=MIDDLE, this_week=used))
    assert line.score == policy.capacity_line_at(share)
    assert line.bound == bound


def test_the_line_is_the_fixed_one_once_no_more_leads_come():
    policy = Policy.learn(
        EVEN, base_rate=0.2, leads_per_week=100.0, days=(1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    ).with_settings(PolicySettings(capacity_per_week=20))
    line = line_now(policy, Lead("a", 0.5), LeadState(now=MIDDLE, this_week=19))
    assert (line.score, line.bound) == (policy.threshold, CAPACITY)


def test_a_higher_break_even_is_named_and_not_paced():
    policy = policy_of(EVEN, capacity_per_week=20, cost_per_handoff=95, value_per_win=100)
    line = line_now(policy, Lead("a", 0.5), LeadState(now=MIDDLE, this_week=15))
    assert (line.score, line.bound) == (pytest.approx(0.95), BREAK_EVEN)


@pytest.mark.parametrize(
    ("used", "loads", "share"),
    [
        (10, {"south": Load(8)}, 0.08),
        (15, {"north": Load(15)}, 0.1),
        (10, {"south": Load(12)}, 0.0),
    ],
)
def test_a_segment_has_the_part_of_the_capacity_of_those_who_take_it(used, loads, share):
    policy = policy_of(EVEN, people=[NORTH, SOUTH])
    state = LeadState(now=MIDDLE, this_week=used, people=loads)
    line = line_now(policy, Lead("a", 0.5, segments={"Bank"}), state)
    assert line.score == policy.capacity_line_at(share)


def test_somebody_overloaded_takes_no_room_from_the_others():
    west = Person(name="west", capacity_per_week=20, segments=["Retail"])
    policy = policy_of(EVEN, people=[SOUTH, NORTH, west.model_copy(update={"segments": ["IT"]})])
    state = LeadState(now=MIDDLE, this_week=30, people={"south": Load(14), "north": Load(9)})
    line = line_now(policy, Lead("a", 0.5, segments={"Retail"}), state)
    assert line.score == policy.capacity_line_at(1 / (20 / 40) / 50)


def test_a_segment_that_nobody_takes_is_paced_by_the_whole_capacity():
    policy = policy_of(EVEN, people=[NORTH])
    line = line_now(policy, Lead("a", 0.5, segments={"Bank"}), LeadState(now=MIDDLE, this_week=8))
    assert line.score == policy.capacity_line_at(2 / 50)


def test_the_share_of_a_capacity_is_one_at_most_and_unknown_without_either():
    assert share_of_leads(50, 200) == 0.25
    assert share_of_leads(200, 100) == 1.0
    assert share_of_leads(None, 100) is None
    assert share_of_leads(10, 0) is None


@pytest.mark.parametrize(
    ("leads", "settings", "share"),
    [
        (100.0, {}, 0.5),
        (100.0, {"cost_per_handoff": 1, "value_per_win": 9}, 1.0),
        (100.0, {"value_per_win": 9}, 0.5),
        (100.0, {"cost_per_handoff": 1}, 0.5),
        (100.0, {"cost_per_handoff": 1, "value_per_win": "Deal"}, 1.0),
        (None, {"cost_per_handoff": 1, "value_per_win": 9, "capacity_per_week": 5}, 0.5),
    ],
)
def test_without_a_share_of_the_leads_break_even_binds_alone_or_half_of_them_go(
    leads, settings, share
):
    assert policy_of(EVEN, leads, **settings).capacity_share == share


def test_break_even_is_never_reached_where_a_win_brings_too_little():
    policy = policy_of(cost_per_handoff=40, value_per_win=10)
    assert policy.break_even() == NEVER
    assert [policy.break_even(v) for v in (0.0, -5.0, 80.0)] == [NEVER, NEVER, 0.5]
    assert policy_of(value_per_win=10).break_even() == 0.0


def test_the_line_lies_where_the_capacity_is_filled():
    policy = policy_of(EVEN, capacity_per_week=10, explore=0.05)
    assert policy.threshold == pytest.approx(1 - 0.05 / 0.95, abs=1e-3)
    assert policy_of(EVEN).capacity_line_at(0.1) == pytest.approx(0.9, rel=1e-8)
    assert policy_of(EVEN).capacity_line_at(0.1) < 0.9
    assert policy.capacity_line_at(1.0) == 0.0 < policy.capacity_line_at(0.999)


def test_capacity_for_all_leads_takes_even_one_below_the_scores_of_training():
    policy = policy_of(np.linspace(0.2, 0.9, 1001), capacity_per_week=100, explore=0.1)
    assert policy.threshold == 0.0
    assert decide(Lead("a", 0.1), FRESH, policy).propensity == 1.0


def test_one_score_of_all_leads_lies_just_below_the_line():
    line = policy_of([0.3] * 100, capacity_per_week=10).threshold
    assert 0.3 < line == pytest.approx(0.3)


def test_exploration_leaves_out_the_leads_at_the_line():
    policy = policy_of([0.1, 0.2, 0.3, 0.4], explore=0.1)
    line = policy.scores[500]
    even, slope = policy.exploration_rates_at(line, 0.5)
    assert even + slope * np.mean(policy.scores[:500]) == pytest.approx(0.1)
    assert policy.exploration_rates_at(line, 0.04)[0] == pytest.approx(0.04 / 3)


def test_people_with_the_whole_capacity_leave_nobody_without_a_name():
    assert [p.name for p in policy_of(people=[NORTH, SOUTH]).team] == ["north", "south"]
    team = policy_of(people=[NORTH], capacity_per_week=11).team
    assert [(p.name, p.capacity_per_week) for p in team] == [("north", 10), ("", 1)]


@pytest.mark.parametrize(
    ("days", "last", "decision"),
    [(30, "hand_off", "hand_off"), (31, "hand_off", "recycle"), (60, "recycle", "recycle")],
)
def test_a_handoff_is_recycled_after_the_days_of_the_settings(days, last, decision):
    state = LeadState(now=MONDAY + days * DAY, handed_off_at=MONDAY, last_decision=last)
    policy = policy_of(recycle_after_days=30)
    assert decide(Lead("a", 0.01), state, policy).decision == decision


@pytest.mark.parametrize(("readiness", "decision"), [(0.9, "hand_off"), (0.01, "nurture")])
def test_a_lead_nurtured_after_its_handoff_goes_by_its_readiness(readiness, decision):
    state = LeadState(now=MIDDLE, handed_off_at=MONDAY, last_decision="nurture")
    answer = decide(Lead("a", readiness), state, policy_of())
    assert (answer.decision, answer.uses_capacity) == (decision, False)
    assert answer.why.startswith("sales had it")


def test_a_worked_lead_at_the_threshold_stays_with_sales():
    policy = policy_of(cost_per_handoff=1, value_per_win=4)
    state = LeadState(last_decision="hand_off", worked=True)
    assert decide(Lead("a", 0.25), state, policy).decision == "hand_off"
    assert decide(Lead("a", _just_below(0.25)), state, policy).decision == "nurture"
    assert decide(Lead("a", math.nan), state, policy).decision == "review"


def test_the_expected_value_is_readiness_times_what_a_win_brings():
    assert decide(Lead("a", 0.9), FRESH, policy_of()).expected_value == 0.9
    assert decide(Lead("a", 0.9, value=10.0), FRESH, policy_of()).expected_value == 9.0


def test_a_won_lead_stays_with_its_salesperson():
    state = LeadState(outcome="won", person="north")
    assert decide(Lead("a", 0.1), state, policy_of()).person == "north"
