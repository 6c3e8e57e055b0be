"""The ISO week, and pacing over it: never over capacity, the best lead of Friday gets in."""

import datetime
import math
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadgate.policy import Lead, LeadState, decide, next_week, week_start
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


ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe",
     "America/Santiago", "Pacific/Apia"]
)  # fmt: skip
INSTANTS = st.integers(631_152_000_000_000, 2_208_988_800_000_000)  # 1990 to 2040


def local(us, zone):
    return datetime.datetime.fromtimestamp(us / 1e6, ZoneInfo(zone))


@given(INSTANTS, ZONES)
def test_the_week_of_a_zone_is_that_of_its_calendar(now, zone):
    start, end = week_start(now, zone), next_week(now, zone)
    assert start <= now < end
    assert local(start, zone).isocalendar()[:2] == local(now, zone).isocalendar()[:2]
    assert local(start, zone).isoweekday() == 1
    assert local(start - 1, zone).date() < local(start, zone).date()
    assert week_start(start, zone) == week_start(end - 1, zone) == start
    assert week_start(end, zone) == end


@given(INSTANTS, ZONES, st.sampled_from([(), (0.3, 0.2, 0.2, 0.1, 0.1, 0.1, 0.0)]))
def test_what_has_elapsed_of_a_week_only_grows(now, zone, days):
    start, end = week_start(now, zone), next_week(now, zone)
    at = np.linspace(start, end - 1, 40).astype(int).tolist()
    shares = [elapsed(t, days, zone) for t in at]
    assert shares == sorted(shares)
    assert shares[0] == 0.0
    assert 0.99 < shares[-1] <= 1.0


@given(INSTANTS, st.sampled_from([(), (0.3, 0.2, 0.2, 0.1, 0.1, 0.1, 0.0)]))
def test_a_zone_that_keeps_the_time_of_utc_has_its_weeks(now, days):
    assert week_start(now, "Etc/UTC") == week_start(now)
    assert next_week(now, "Etc/UTC") == next_week(now) == week_start(now) + WEEK
    assert elapsed(now, days, "Etc/UTC") == pytest.approx(elapsed(now, days))


@pytest.mark.parametrize(("sunday", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_a_day_of_23_or_25_hours_brings_what_its_day_brings(sunday, hours):
    zone = "Europe/Berlin"
    begin = datetime.datetime.fromisoformat(sunday).replace(tzinfo=ZoneInfo(zone))
    midnight = int(begin.timestamp()) * 1_000_000
    assert next_week(midnight, zone) - week_start(midnight, zone) == 6 * DAY + hours * HOUR
    assert next_week(midnight, zone) == midnight + hours * HOUR
    days = (0.2, 0.2, 0.2, 0.2, 0.1, 0.0, 0.1)
    middle = midnight + hours * HOUR // 2
    assert elapsed(midnight, days, zone) == pytest.approx(0.9)
    assert elapsed(middle, days, zone) == pytest.approx(0.95)
    assert elapsed(middle, (), zone) == pytest.approx(1 - hours / 2 / (6 * 24 + hours))


def test_pacing_is_by_the_week_of_the_policys_zone():
    auckland = policy_of(capacity_per_week=20, timezone="Pacific/Auckland")
    utc = policy_of(capacity_per_week=20)
    # Monday 01:00 in Auckland is Sunday 12:00 UTC.
    now = week_start(MONDAY, "Pacific/Auckland") + HOUR
    assert _line(auckland, 10, now) > auckland.threshold
    assert _line(utc, 10, now) == utc.threshold


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
