"""The scores of 90 days ago, and what there is to expect."""

import numpy as np
import pandas as pd
import pytest

from experiments.monitor.earlier import first_decisions, given_earlier, won_since
from experiments.monitor.expected import expected
from features import LeadHistory
from features.parsing.times import timestamps
from tests.experiments.monitor.test_matured import DAY, START, decided

NOW = START + 200 * DAY


def firm(days_ago, won, *, closed_after=10, **given):
    """Leads with a decision so many days before NOW."""
    as_of = NOW - np.round(np.asarray(days_ago) * DAY).astype(np.int64)
    ids = [f"{k:03d}" for k in range(as_of.size)]
    leads = pd.DataFrame({"lead_id": ids, "created_at": timestamps(as_of - DAY)})
    outcomes = pd.DataFrame({"lead_id": ids, "outcome": np.where(won, "won", "lost")})
    outcomes["closed_at"] = timestamps(as_of + closed_after * DAY)
    until = timestamps(np.array([NOW]))[0].isoformat()
    history = LeadHistory.from_tables(leads, outcomes=outcomes, until=until)
    values = {"decision": "hand_off", "readiness": 0.25, "grade": "A", "shadow": False}
    decisions = pd.DataFrame({"lead_id": ids, "as_of": timestamps(as_of), **values}).assign(**given)
    return history, decisions


def test_scores_of_90_to_120_days_ago_count():
    history, decisions = firm([89.9, 90, 119.9, 120, 130], [True] * 5)
    (every, grade) = given_earlier(history, decisions, 60, NOW)
    assert (every.won.count, every.won.of) == (2, 2)
    assert (every.decision, every.grade, grade.grade) == ("handed off", "all", "A")
    assert given_earlier(history, decisions, 60, NOW + 400 * DAY) == []


def test_handed_off_and_held_back_are_apart_and_grades_add_up():
    history, decisions = firm(
        np.full(8, 100),
        [True, False] * 4,
        decision=["hand_off"] * 4 + ["nurture"] * 4,
        grade=["A", "A", "B", "B", "C", "C", "C", ""],
        readiness=[0.8, 0.6, 0.4, 0.2, 0.1, 0.1, 0.1, 0.3],
    )
    groups = given_earlier(history, decisions, 60, NOW)
    counts = {(g.decision, g.grade): (g.won.count, g.won.of) for g in groups}
    assert counts == {
        ("handed off", "all"): (2, 4), ("handed off", "A"): (1, 2), ("handed off", "B"): (1, 2),
        ("held back", "all"): (2, 4), ("held back", "C"): (2, 3),
    }  # fmt: skip
    assert [g.predicted for g in groups] == pytest.approx([0.5, 0.7, 0.3, 0.15, 0.1])
    assert groups[0].to_dict()["won"]["of"] == 4


def test_a_win_counts_after_the_decision_and_within_the_horizon():
    history, decisions = firm([100], [True])
    lead, as_of = np.array([0]), np.array([NOW - 100 * DAY])
    assert won_since(history, lead, as_of, 10).all()
    assert not won_since(history, lead, as_of, 9.999).any()
    assert won_since(history, lead, as_of, None).all()
    assert not won_since(history, lead, as_of + 10 * DAY, None).any()
    assert given_earlier(history, decisions, 9.999, NOW)[0].won.count == 0


def test_first_decisions_leave_out_shadows_reviews_and_strangers():
    history, decisions = firm([100, 100, 100, 100], [True] * 4)
    decisions = pd.concat([decisions, decisions.assign(grade="B")], ignore_index=True)
    decisions.loc[0, "shadow"] = True
    decisions.loc[1, "readiness"] = np.nan
    decisions.loc[[2, 6], "lead_id"] = "stranger"
    first = first_decisions(history, decisions, 0, NOW)
    assert dict(zip(first["lead_id"], first["grade"], strict=True)) == {
        "000": "B", "001": "B", "003": "A",
    }  # fmt: skip


def test_expected_wins_are_those_of_handoffs_that_are_not_mature():
    readiness = np.linspace(0.1, 0.5, 1_200)
    coming = expected(decided(readiness, np.zeros(1_200, dtype=bool), days=60), 90)
    assert coming.handoffs == 1_200
    assert coming.wins.value == pytest.approx(readiness.sum())
    assert coming.win_rate == pytest.approx(readiness.mean())
    half = 1.6448536 * np.sqrt((readiness * (1 - readiness)).sum())
    assert coming.wins.high - coming.wins.value == pytest.approx(half)
    assert coming.wins.value - coming.wins.low == pytest.approx(half)
    assert expected(decided(readiness, np.zeros(1_200, dtype=bool)), 90) is None


def test_expected_wins_stay_among_the_handoffs():
    coming = expected(decided(np.array([0.02, 0.03]), np.zeros(2, dtype=bool), days=60), 90)
    assert coming.wins.low == 0
    coming = expected(decided(np.array([0.9, 0.8]), np.zeros(2, dtype=bool), days=60), 90)
    assert coming.wins.high == 2
