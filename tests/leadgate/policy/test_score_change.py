"""The parts of a change add up, and each factor gets what it moved."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadgate.policy import HAND_OFF, REVIEW, US_PER_WEEK
from leadgate.policy.score_change import (
    CLIP,
    DECLINING,
    IMPROVING,
    STEADY,
    UNKNOWN,
    ScoreChange,
    Scored,
    above_line,
    change_of,
    clipped_log_odds,
    trend,
)

DAY = US_PER_WEEK // 7
NOW = 100 * DAY
SCORES = st.lists(st.floats(-14, 14), min_size=16, max_size=16)


def table(scores):
    return lambda *chosen: scores[sum(now << place for place, now in enumerate(chosen))]


@given(SCORES)
def test_the_parts_add_up_to_the_change(scores):
    change = change_of(table(scores))
    assert abs(change.total - (scores[15] - scores[0])) <= 1e-9


@given(st.lists(st.floats(-5, 5), min_size=4, max_size=4))
def test_factors_that_add_up_get_what_each_adds(effects):
    change = change_of(lambda *on: sum(e for e, now in zip(effects, on, strict=True) if now))
    parts = [change.facts, change.time, change.model, change.policy]
    assert parts == pytest.approx(effects, abs=1e-9)


@given(SCORES)
def test_a_factor_that_changes_nothing_moved_nothing(scores):
    score = table(scores)
    change = change_of(lambda facts, time, model, policy: score(facts, time, False, policy))
    assert change.model == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("together", "share"), [((0, 1), 1 / 2), ((0, 1, 2), 1 / 3), ((0, 1, 2, 3), 1 / 4)]
)
def test_factors_that_only_move_it_together_share_evenly(together, share):
    change = change_of(lambda *on: float(all(on[place] for place in together)))
    parts = [change.facts, change.time, change.model, change.policy]
    assert parts == pytest.approx([share if k in together else 0 for k in range(4)])


def test_each_choice_is_scored_once():
    asked = []
    change_of(lambda *on: asked.append(on) or 0.0)
    assert len(asked) == len(set(asked)) == 16


def test_a_score_that_is_missing_leaves_no_change():
    assert math.isnan(change_of(lambda *on: math.nan if on[0] else 1.0).total)


def test_distance_from_the_line_is_clipped():
    assert above_line(0.5, 0.2) == pytest.approx(math.log(4))
    highest = math.log((1 - CLIP) / CLIP)
    assert clipped_log_odds(1.0) == pytest.approx(highest)
    assert clipped_log_odds(0.0) == pytest.approx(-highest)
    assert above_line(0.5, 1.0000000000000002) == pytest.approx(-highest)
    assert clipped_log_odds(CLIP / 2) == clipped_log_odds(0) == clipped_log_odds(CLIP)
    assert math.isnan(above_line(None, 0.2))
    assert math.isnan(above_line(0.2, math.nan))


def test_words_name_what_moved_the_largest_first():
    assert ScoreChange(0.5, -0.61, 0.0049, 0.005).in_words() == (
        "time -0.61, facts +0.50, policy +0.01"
    )
    assert ScoreChange(0.0, 0.0, 0.0, 0.0).in_words() == "nothing moved it"


def scored(days_ago, log_odds, decision=HAND_OFF):
    return Scored(NOW - round(days_ago * DAY), 1 / (1 + math.exp(-log_odds)), decision)


@pytest.mark.parametrize(
    ("moved", "expected"),
    [(0.26, IMPROVING), (0.249, STEADY), (0.0, STEADY), (-0.249, STEADY), (-0.26, DECLINING)],
)
def test_trend_is_beyond_a_quarter(moved, expected):
    assert trend(scored(0, -1 + moved), [scored(30, -1)]) == expected


def test_trend_looks_at_the_decision_nearest_to_30_days_before():
    before = [scored(60, 2), scored(31.5, -2), scored(28, 1), scored(8, 1)]
    assert trend(scored(0, 0), before) == IMPROVING
    assert trend(scored(0, 0), [scored(32, -2), scored(28, 2)]) == IMPROVING
    assert trend(scored(0, 0), [scored(28, 2), scored(32, -2)]) == IMPROVING


def test_trend_needs_a_decision_that_is_old_enough():
    assert trend(scored(0, 0), []) == UNKNOWN
    assert trend(scored(0, 0), [scored(7, -2), scored(1, -2)]) == UNKNOWN
    assert trend(scored(0, 0), [scored(7.01, -2)]) == IMPROVING


def test_trend_of_a_review_is_not_known():
    assert trend(scored(0, 0, REVIEW), [scored(30, -2)]) == UNKNOWN
    assert trend(Scored(NOW, None, HAND_OFF), [scored(30, -2)]) == UNKNOWN
    assert trend(scored(0, 0), [scored(30, -2, REVIEW)]) == UNKNOWN
    assert trend(scored(0, 0), [scored(30, -2, REVIEW), scored(60, 1)]) == DECLINING


def test_trend_of_extremes_is_clipped():
    assert trend(Scored(NOW, 1.0, HAND_OFF), [Scored(0, 1 - CLIP, HAND_OFF)]) == STEADY
