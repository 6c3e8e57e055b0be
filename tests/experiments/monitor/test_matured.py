"""Whether matured handoffs are won as often as predicted."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

from experiments.monitor.evidence import NEEDED, evidence
from experiments.monitor.matured import by_grade, calibration, handoffs_of
from experiments.monitor.matured import decided as bets_of
from features import LeadHistory
from features.parsing.times import NAT, timestamps

DAY = 86_400_000_000
START = 1_767_225_600_000_000
N = 1_200


def decided(readiness, won, *, days=200, worked=None, **given):
    """A history of leads handed off a day after their creation, and the decisions."""
    ids = [f"{k:04d}" for k in range(len(readiness))]
    created = timestamps(np.full(len(ids), START))
    leads = pd.DataFrame({"lead_id": ids, "created_at": created})
    outcomes = pd.DataFrame({"lead_id": ids, "outcome": np.where(won, "won", "lost")})
    outcomes["closed_at"] = timestamps(np.full(len(ids), START + 10 * DAY))
    if worked is not None:
        outcomes["worked"] = np.where(worked, "true", "false")
    decisions = pd.DataFrame(
        {
            "lead_id": ids,
            "shadow": False,
            "decision": "hand_off",
            "uses_capacity": True,
            "readiness": readiness,
            "propensity": 1.0,
            "grade": np.where(readiness > 0.3, "A", "B"),
            "as_of": timestamps(np.full(len(ids), START + DAY)),
        }
    ).assign(**given)
    until = pd.Timestamp("2026-01-01", tz="UTC") + pd.Timedelta(days=days)
    history = LeadHistory.from_tables(leads, outcomes=outcomes, until=until.isoformat())
    return handoffs_of(history, decisions)


@pytest.fixture
def fair():
    rng = np.random.default_rng(2)
    readiness = rng.uniform(0.05, 0.6, N)
    return readiness, rng.random(N) < readiness


def test_wins_as_predicted_are_no_alarm(fair):
    matured = calibration(decided(*fair), 90)
    assert matured.leads == N
    assert matured.won == fair[1].sum()
    assert matured.ratio.low < matured.ratio.baseline == 1 < matured.ratio.high
    assert evidence(bets_of(decided(*fair), 90, NAT))[-1] < NEEDED


def test_twice_as_many_predicted_wins_are_an_alarm(fair):
    readiness, won = fair
    handoffs = decided(np.minimum(2 * readiness, 1), won)
    assert evidence(bets_of(handoffs, 90, NAT))[-1] >= NEEDED


def test_few_handoffs_are_no_alarm():
    matured = calibration(decided(np.full(3, 0.4), np.zeros(3, dtype=bool)), 90)
    assert matured.ratio.value == 0
    assert matured.ratio.high > 1


def test_immature_and_unworked_handoffs_do_not_count(fair):
    readiness, won = fair
    assert calibration(decided(readiness, won, days=60), 90) is None
    half = np.arange(N) % 2 == 0
    assert calibration(decided(readiness, won, worked=half), 90).leads == N // 2


def test_explored_handoffs_stand_for_those_held_back():
    won = np.array([True, False] * 300)
    handoffs = decided(np.full(600, 0.5), won)
    history = dataclasses.replace(handoffs.history, stands_for=np.where(won, 5.0, 1.0))
    matured = calibration(dataclasses.replace(handoffs, history=history), 90)
    assert matured.observed == pytest.approx(5 / 6)


def test_shadows_and_later_handoffs_do_not_count(fair):
    readiness, won = fair
    assert decided(readiness, won, shadow=True).lead.size == 0
    assert decided(readiness, won, decision="nurture").lead.size == 0
    # Held back, won by itself, and answered so from then on.
    assert decided(readiness, won, uses_capacity=False).lead.size == 0
    assert by_grade(decided(readiness, won, shadow=True), 90) == {}


def test_grades_add_up(fair):
    matured = by_grade(decided(*fair, worked=np.arange(N) % 3 > 0), 90)
    assert list(matured) == ["all", "A", "B"]
    for kind in ("worked", "won"):
        counts = [matured[grade][kind].count for grade in matured]
        assert counts[0] == sum(counts[1:])
    assert matured["A"]["won"].value > matured["B"]["won"].value


def test_a_handoff_matures_when_its_horizon_ends_with_the_data(fair):
    assert calibration(decided(*fair, days=91), 90).leads == N
    assert calibration(decided(*fair, days=91), 90.001) is None


def test_a_win_counts_after_the_handoff_and_within_the_horizon(fair):
    readiness, _ = fair
    handoffs = decided(readiness, np.ones(N, dtype=bool))
    assert handoffs.won(9).all()
    assert not handoffs.won(8.999).any()
    assert handoffs.won(None).all()
    same_instant = timestamps(np.full(N, START + 10 * DAY))
    assert not decided(readiness, np.ones(N, dtype=bool), as_of=same_instant).won(90).any()


def test_bets_are_on_matured_worked_handoffs_since_the_training(fair):
    worked = np.arange(N) % 3 > 0
    handoffs = decided(*fair, worked=worked)
    bets = bets_of(handoffs, 90, NAT)
    assert bets.won.size == worked.sum()
    assert bets.won.sum() == (fair[1] & worked).sum()
    assert bets.readiness == pytest.approx(fair[0][worked])
    assert np.unique(bets.account).size == worked.sum()
    # Decided a day after START.
    assert bets_of(handoffs, 90, START + DAY).won.size == 0
    assert bets_of(handoffs, 90, START + DAY - 1).won.size == worked.sum()
    assert bets_of(decided(*fair, days=60), 90, NAT).won.size == 0


@pytest.mark.parametrize(("days", "period"), [(0, 0), (29.9, 0), (30, 1), (31, 1), (61, 2)])
def test_periods_begin_when_the_first_decision_since_the_training_could_mature(fair, days, period):
    since = START + DAY - round(days * DAY) - 1
    assert set(bets_of(decided(*fair), 90, since).period) == {period}


def test_without_a_horizon_a_handoff_matures_when_it_closes(fair):
    handoffs = decided(*fair, days=200)
    # Closed ten days after START, decided a day after it.
    assert set(bets_of(handoffs, None, START - 22 * DAY).period) == {1}
    assert set(bets_of(handoffs, None, START - 18 * DAY).period) == {0}
    assert bets_of(handoffs, None, START).won.sum() == fair[1].sum()


def test_interval_is_no_narrower_than_that_of_the_count_of_wins(fair):
    readiness, won = fair
    matured = calibration(decided(readiness, won), 90)
    wins, predicted = won.sum(), readiness.sum()
    assert matured.ratio.value == pytest.approx(wins / predicted)
    assert matured.ratio.low <= chi2.ppf(0.05, 2 * wins) / 2 / predicted + 1e-12
    assert matured.ratio.high >= chi2.ppf(0.95, 2 * wins + 2) / 2 / predicted - 1e-12


def test_only_matured_worked_handoffs_are_won_of_a_grade(fair):
    worked = np.arange(N) % 3 > 0
    grades = by_grade(decided(*fair, worked=worked), 90)
    assert (grades["all"]["worked"].count, grades["all"]["worked"].of) == (worked.sum(), N)
    assert grades["all"]["won"].of == worked.sum()
    assert grades["all"]["won"].unit == "handoffs"
    early = by_grade(decided(*fair, days=60), 90)
    assert early["all"]["won"].of == 0
