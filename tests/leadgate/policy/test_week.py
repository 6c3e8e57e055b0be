"""The ISO week, and pacing over it: never over capacity, the best lead of Friday gets in."""

import datetime
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadgate.policy import Lead, LeadState, decide, week_start
from leadgate.policy.week import US_PER_WEEK, elapsed
from tests.leadgate.policies import DAY, HOUR, MONDAY, SCORES, WEEK, policy_of

UTC = datetime.UTC


@given(st.integers(-(10**16), 4 * 10**15))
def test_week_starts_as_the_iso_calendar_says(now):
    start = week_start(now)
    assert 0 <= now - start < US_PER_WEEK
    assert (start - MONDAY) % WEEK == 0


def test_known_monday_is_the_start_of_its_week():
    monday = datetime.datetime(2026, 1, 5, tzinfo=UTC)
    assert monday.isocalendar().weekday == 1
    assert int(monday.timestamp() * 1e6) == MONDAY
    assert week_start(MONDAY + WEEK - 1) == MONDAY == week_start(MONDAY)


def test_elapsed_follows_the_usual_days():
    days = (0.2, 0.2, 0.2, 0.2, 0.2, 0.0, 0.0)
    assert elapsed(MONDAY + DAY // 2, days) == pytest.approx(0.1)
    assert elapsed(MONDAY + 6 * DAY, days) == pytest.approx(1.0)
    assert elapsed(MONDAY + 3 * DAY + DAY // 2) == 0.5


def _line(policy, used, now):
    return decide(Lead("a", 0.0), LeadState(now=now, this_week=used), policy).threshold


def test_line_rises_only_when_handoffs_run_ahead():
    policy = policy_of(capacity_per_week=20)
    middle = MONDAY + WEEK // 2
    assert _line(policy, 10, middle) == policy.threshold
    assert _line(policy, 2, middle) == policy.threshold
    lines = [_line(policy, used, middle) for used in range(10, 20)]
    assert lines == sorted(lines)
    assert lines[-1] > policy.threshold
    assert _line(policy, 19, middle + DAY) < _line(policy, 19, middle)


def test_decision_says_that_pacing_held():
    policy = policy_of(capacity_per_week=20)
    state = LeadState(now=MONDAY + DAY, this_week=15)
    held = decide(Lead("a", policy.threshold), state, policy)
    assert held.decision == "nurture"
    assert "run ahead" in held.why


def test_a_batch_without_an_instant_is_not_paced():
    policy = policy_of(capacity_per_week=20)
    state = LeadState(this_week=19)
    assert decide(Lead("a", policy.threshold), state, policy).decision == "hand_off"


def _week(policy, leads, *, paced, seed):
    """Send `leads` evenly over a week; return the readiness handed off by day."""
    rng = np.random.default_rng(seed)
    scores, used, taken = rng.choice(SCORES, leads), 0, []
    for i, score in enumerate(scores):
        now = MONDAY + i * WEEK // leads
        state = LeadState(now=now if paced else None, this_week=used)
        decision = decide(Lead(f"{seed}-{i}", float(score)), state, policy)
        used += decision.uses_capacity
        if decision.decision == "hand_off":
            taken.append((i * 7 // leads, float(score)))
    return taken


@pytest.mark.parametrize("leads", [60, 100, 250])
@pytest.mark.parametrize("explore", [0.0, 0.1])
def test_capacity_is_never_exceeded_however_many_come(leads, explore):
    policy = policy_of(capacity_per_week=20, explore=explore)
    assert all(len(_week(policy, leads, paced=True, seed=s)) <= 20 for s in range(5))


def test_pacing_keeps_a_place_for_the_best_of_the_end_of_a_crowded_week():
    policy = policy_of(capacity_per_week=20)
    paced = [_week(policy, 250, paced=True, seed=s) for s in range(10)]
    plain = [_week(policy, 250, paced=False, seed=s) for s in range(10)]
    late = [sum(day >= 4 for day, _ in week) for week in paced]
    assert min(late) > 0 == max(sum(day >= 4 for day, _ in week) for week in plain)
    assert np.mean([s for w in paced for _, s in w]) > np.mean([s for w in plain for _, s in w])


@given(
    readiness=st.floats(0, 1),
    used=st.integers(0, 40),
    now=st.none() | st.integers(0, WEEK),
    capacity=st.integers(1, 60),
    explore=st.sampled_from([0.0, 0.03, 0.2]),
)
def test_more_capacity_never_holds_back_a_lead_that_had_gone(
    readiness, used, now, capacity, explore
):
    state = LeadState(now=None if now is None else MONDAY + now, this_week=used)
    less, more = (
        decide(Lead("lead", readiness), state, policy_of(capacity_per_week=c, explore=explore))
        for c in (capacity, capacity + 10)
    )
    assert less.decision != "hand_off" or less.explored or more.decision == "hand_off"
    assert less.threshold >= more.threshold
    for decision in (less, more):
        assert 0.0 < decision.propensity <= 1.0
        assert decision.uses_capacity == (decision.decision == "hand_off")


def test_paced_propensity_is_how_often_other_leads_decide_the_same():
    policy = policy_of(capacity_per_week=20, explore=0.1)
    state = LeadState(now=MONDAY + 40 * HOUR, this_week=12)
    answers = [decide(Lead(str(i), 0.1), state, policy) for i in range(4000)]
    share = np.mean([a.explored for a in answers])
    [chance] = {a.propensity for a in answers if a.explored}
    assert share == pytest.approx(chance, abs=3 * math.sqrt(chance / 4000))
