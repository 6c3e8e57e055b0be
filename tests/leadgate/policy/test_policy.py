"""The handoff rule: both bounds, exploration inside capacity, one answer for one and for many."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadgate.config import Person, PolicySettings
from leadgate.policy import Bands, Lead, LeadState, Policy, decide, decide_best, decide_many
from tests.leadgate.policies import SCORES, policy_of

IDS = np.array([f"L{i:04d}" for i in range(5000)], dtype=object)
FRESH = LeadState()


def _handed_off(policy, scores=SCORES, values=None):
    return float(np.mean(decide_many(scores, IDS, policy, values).decision == "hand_off"))


def test_without_costs_and_capacity_the_better_half_goes_to_sales():
    assert _handed_off(policy_of()) == pytest.approx(0.5, abs=0.002)


@pytest.mark.parametrize("capacity", [1, 10, 25, 99])
def test_capacity_is_the_share_of_the_incoming_leads(capacity):
    assert _handed_off(policy_of(capacity_per_week=capacity)) == pytest.approx(
        capacity / 100, abs=0.002
    )


def test_capacity_above_the_leads_takes_everyone():
    assert _handed_off(policy_of(capacity_per_week=200)) == 1.0


def test_break_even_alone_is_cost_over_value():
    policy = policy_of(cost_per_handoff=40, value_per_win=200)
    assert policy.threshold == pytest.approx(0.2)
    assert _handed_off(policy) == pytest.approx(np.mean(SCORES >= 0.2))


def test_the_higher_bound_binds():
    costs = {"cost_per_handoff": 40, "value_per_win": 200}
    tight, wide = policy_of(capacity_per_week=5, **costs), policy_of(capacity_per_week=90, **costs)
    assert tight.threshold == policy_of(capacity_per_week=5).threshold > 0.2
    assert wide.threshold == pytest.approx(0.2)
    assert "capacity" in decide(Lead("a", 0.1), FRESH, tight).why
    assert "break-even" in decide(Lead("a", 0.1), FRESH, wide).why


def test_each_lead_has_the_break_even_of_its_own_value():
    policy = policy_of(cost_per_handoff=40, value_per_win=200)
    values = np.array([100.0, 400.0, np.nan, 0.0, 40.0])
    many = decide_many(np.full(5, 0.3), IDS[:5], policy, values)
    assert many.threshold.tolist()[:3] == pytest.approx([0.4, 0.1, 0.2])
    assert many.threshold[3] > 1.0
    assert many.decision.tolist() == ["nurture", "hand_off", "hand_off", "nurture", "nurture"]


def test_equal_scores_do_not_break_the_capacity():
    coarse = np.round(SCORES, 1)
    for capacity in (5, 20, 50, 80):
        policy = policy_of(coarse, capacity_per_week=capacity)
        assert _handed_off(policy, coarse) <= capacity / 100 + 0.002


def test_one_score_for_all_does_not_break_the_capacity():
    policy = policy_of(np.full(100, 0.3), capacity_per_week=10)
    assert decide(Lead("a", 0.3), FRESH, policy).decision == "nurture"


def test_raising_the_capacity_never_hands_off_fewer():
    shares = [_handed_off(policy_of(capacity_per_week=c)) for c in range(1, 120, 7)]
    assert shares == sorted(shares)


@pytest.mark.parametrize("explore", [0.01, 0.05, 0.2])
@pytest.mark.parametrize("capacity", [3, 30, 100])
def test_exploration_counts_inside_the_capacity(explore, capacity):
    share = _handed_off(policy_of(capacity_per_week=capacity, explore=explore))
    assert share == pytest.approx(capacity / 100, abs=0.012)


def test_exploration_hands_off_its_share_likelier_near_the_line():
    policy = policy_of(explore=0.1)
    many = decide_many(SCORES, IDS, policy)
    below = policy.threshold > SCORES
    assert np.mean(many.explored[below]) == pytest.approx(0.1, abs=0.02)
    assert SCORES[many.explored].mean() > SCORES[below].mean()
    assert not many.explored[~below].any()


@pytest.mark.parametrize("line", [0.0, 0.02, 0.3, 0.9, 1.5])
def test_exploration_spends_its_share_below_any_line(line):
    policy = policy_of(explore=0.1)
    even, slope = policy.exploration_rates_at(line, 0.4)
    below = [score for score in policy.scores if score < line]
    spent = even + slope * np.mean(below) if below else even
    assert spent == pytest.approx(0.1)


def test_least_ready_leads_keep_a_third_of_the_exploration():
    policy = policy_of(explore=0.03)
    decision = decide(Lead("a", 0.0), FRESH, policy)
    assert 1.0 - decision.propensity == pytest.approx(0.01)


def test_propensity_is_how_often_other_keys_decide_the_same():
    policy = policy_of(explore=0.2)
    for readiness in (0.02, 0.1, policy.threshold - 0.001):
        answers = [
            decide(Lead("lead", readiness), FRESH, replace(policy, key=str(k))) for k in range(2000)
        ]
        handed_off = np.mean([a.decision == "hand_off" for a in answers])
        propensities = {a.decision: a.propensity for a in answers}
        assert propensities["hand_off"] == pytest.approx(handed_off, abs=0.03)
        assert propensities["nurture"] == pytest.approx(1 - propensities["hand_off"])


def test_without_exploration_every_propensity_is_one():
    many = decide_many(SCORES, IDS, policy_of(capacity_per_week=20))
    assert (many.propensity == 1.0).all()
    assert not many.explored.any()


@given(
    readiness=st.lists(st.floats(0, 1) | st.just(math.nan), min_size=1, max_size=20),
    value=st.none() | st.floats(0, 1e4) | st.just(math.nan),
    capacity=st.none() | st.floats(1, 150),
    cost=st.sampled_from([0.0, 10.0, 4000.0]),
    explore=st.sampled_from([0.0, 0.03, 0.2]),
    signal=st.booleans(),
)
def test_one_lead_and_many_get_the_same_answer(readiness, value, capacity, cost, explore, signal):
    settings = {"capacity_per_week": capacity, "cost_per_handoff": cost, "explore": explore}
    policy = replace(policy_of(SCORES[:200], value_per_win=500.0, **settings), signal=signal)
    n = len(readiness)
    values = None if value is None else np.full(n, value)
    many = decide_many(np.array(readiness), IDS[:n], policy, values)
    for i, p in enumerate(readiness):
        decision = decide(Lead(IDS[i], p, value=value), FRESH, policy)
        row = [getattr(many, name)[i] for name in many.__dataclass_fields__]
        assert row == [getattr(decision, name) for name in many.__dataclass_fields__]


def test_readiness_equal_to_the_threshold_is_handed_off():
    policy = policy_of(cost_per_handoff=1, value_per_win=4)
    assert decide(Lead("a", 0.25), FRESH, policy).decision == "hand_off"
    assert decide(Lead("a", math.nextafter(0.25, 0)), FRESH, policy).decision == "nurture"


def test_too_little_known_is_for_review():
    decision = decide(Lead("a", math.nan), FRESH, policy_of(explore=0.2))
    assert (decision.decision, decision.propensity, decision.grade, decision.stage) == (
        "review",
        1.0,
        "",
        "",
    )


def test_without_signal_nobody_is_held_back_or_graded():
    policy = replace(policy_of(capacity_per_week=1, explore=0.1), signal=False)
    decision = decide(Lead("a", 0.01), LeadState(this_week=500), policy)
    assert (decision.decision, decision.threshold, decision.grade) == ("hand_off", 0.0, "")
    assert "no signal" in decision.why


def test_handed_off_before_stays_handed_off_and_uses_no_capacity():
    policy = policy_of(capacity_per_week=10)
    state = LeadState(this_week=10, last_decision="hand_off")
    assert decide(Lead("a", 0.01), state, policy).decision == "hand_off"


def test_a_full_week_holds_even_the_best_back():
    policy = policy_of(capacity_per_week=10, explore=0.2)
    decision = decide(Lead("a", 0.99), LeadState(this_week=10), policy)
    assert (decision.decision, decision.propensity, decision.explored) == ("nurture", 1.0, False)
    assert "capacity of this week" in decision.why
    assert decide(Lead("a", 0.99), LeadState(this_week=9), policy).decision == "hand_off"


def test_best_of_one_file_go_by_the_tie_rule():
    readiness = np.array([0.4, 0.6, 0.4, np.nan, 0.1])
    ids = np.array(["d", "c", "b", "a", "e"], dtype=object)
    best = decide_best(readiness, ids, policy_of(), 2)
    assert best.decision.tolist() == ["nurture", "hand_off", "hand_off", "review", "nurture"]
    assert best.threshold.tolist() == [0.4] * 5
    assert (best.propensity == 1.0).all()


def test_best_of_one_file_are_never_below_break_even():
    policy = policy_of(cost_per_handoff=1, value_per_win=2)
    best = decide_best(np.array([0.4, 0.6, 0.5]), IDS[:3], policy, 3)
    assert best.decision.tolist() == ["nurture", "hand_off", "hand_off"]
    assert best.threshold.tolist() == [0.5] * 3


def test_no_room_at_all_hands_off_nobody():
    best = decide_best(np.array([0.4, 1.0]), IDS[:2], policy_of(), 0)
    assert best.decision.tolist() == ["nurture", "nurture"]
    assert (best.threshold > 1.0).all()


def test_settings_name_the_value_by_number_amount_or_column():
    learned = Policy.learn(SCORES, base_rate=0.2)
    number = learned.with_settings(PolicySettings(value_per_win=10.0), 900.0)
    amount = learned.with_settings(
        PolicySettings(value_per_win="Amount"), 900.0, amount_column="Amount"
    )
    column = learned.with_settings(
        PolicySettings(value_per_win="Deal"), 900.0, amount_column="Amount"
    )
    assert (number.value_per_win, number.value_column) == (10.0, "")
    assert (amount.value_per_win, amount.value_column) == (900.0, "")
    assert (column.value_per_win, column.value_column) == (900.0, "Deal")
    again = amount.with_settings(PolicySettings(value_per_win="Amount"), amount_column="Amount")
    assert again == amount


def test_people_add_up_to_the_capacity():
    people = [Person(name="north", capacity_per_week=60), Person(name="s", capacity_per_week=5)]
    assert policy_of(people=people).capacity_per_week == 65


def test_policy_comes_back_from_json_with_the_same_digest():
    policy = policy_of(capacity_per_week=20, explore=0.03)
    again = Policy.from_dict(policy.to_dict())
    assert again == policy
    assert again.digest() == policy.digest() != policy_of(capacity_per_week=21).digest()
    assert re.fullmatch("[0-9a-f]{16}", policy.digest())


@pytest.mark.parametrize("scores", [[], [0.2, 0.1]])
def test_scores_must_ascend(scores):
    with pytest.raises(ValueError, match="scores must ascend"):
        Policy.from_dict({**policy_of().to_dict(), "scores": scores})


def test_bands_grow_with_readiness_and_are_round():
    bands = Bands.of(SCORES, base_rate=0.2)
    grades, stages = bands.names(np.linspace(0, 1, 101))
    assert list(dict.fromkeys(grades)) == ["D", "C", "B", "A"]
    assert list(dict.fromkeys(stages)) == ["interest", "consideration", "purchase"]
    assert bands.stages == (0.11, 0.43)
    assert np.mean(bands.names(SCORES)[0] == "A") == pytest.approx(0.1, abs=0.02)


def test_limit_belongs_to_the_higher_band():
    bands = Bands((0.1, 0.2, 0.3), (0.2, 0.4))
    assert bands.name(0.3) == ("A", "consideration")
    assert bands.names(np.array([0.3]))[0][0] == "A"


@pytest.mark.parametrize("limits", [(0.1, 0.2), (0.3, 0.2, 0.1)])
def test_bands_need_ascending_limits(limits):
    with pytest.raises(ValueError, match="3 ascending limits"):
        Bands(limits, (0.1, 0.2))


def test_a_policy_of_an_earlier_version_reviews_from_a_third_of_importance_lost():
    values = policy_of().to_dict()
    del values["review_lost_importance"]
    assert Policy.from_dict(values).review_lost_importance == 0.33
    settings = PolicySettings(review_lost_importance=0.5)
    assert policy_of().with_settings(settings).review_lost_importance == 0.5
