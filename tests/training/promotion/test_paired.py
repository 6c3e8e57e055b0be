"""Paired differences: identities, and what is known of them."""

import dataclasses

import numpy as np
import pytest

from training.evaluation.evaluate import gain
from training.promotion.paired import FIGURES, by_segment, contest, segment_gains, take
from training.statistics import metrics
from training.statistics.metrics import log_loss


@pytest.fixture(scope="module")
def theirs(evaluated):
    """The truth, blurred on the log-odds."""
    noise = np.random.default_rng(3).normal(0, 0.8, evaluated.y.size)
    return 1 / (1 + np.exp(-metrics.clipped_logit(evaluated.readiness) - noise))


def test_a_model_gains_nothing_over_itself(evaluated):
    found = contest(evaluated, evaluated.readiness, 0.3)
    for name in FIGURES:
        one = getattr(found, name)
        assert (one.gain, one.low, one.high) == (0.0, 0.0, 0.0)
        assert one.theirs == one.ours


def test_the_truth_gains_over_a_blurred_one(evaluated, theirs):
    found = contest(evaluated, theirs, 0.3)
    for name in FIGURES:
        one = getattr(found, name)
        assert one.low > 0
        assert one.low < one.gain < one.high
        assert abs(one.ours - one.theirs) == pytest.approx(one.gain)
    assert found.log_loss.theirs == log_loss(evaluated.y, theirs, evaluated.weight)


def test_the_other_way_round_it_loses_as_much(evaluated, theirs):
    here = contest(evaluated, theirs, 0.3)
    there = contest(dataclasses.replace(evaluated, readiness=theirs), evaluated.readiness, 0.3)
    for name in FIGURES:
        assert getattr(there, name).gain == pytest.approx(-getattr(here, name).gain)
        assert getattr(there, name).low == pytest.approx(-getattr(here, name).high, abs=2e-3)


def test_the_log_loss_is_that_of_the_evaluation(evaluated, theirs):
    one, other = contest(evaluated, theirs, 0.3).log_loss, gain(evaluated, theirs)
    assert (one.gain, one.low, one.high) == pytest.approx((other.value, other.low, other.high))


def test_all_of_the_wins_are_kept_when_all_leads_are_taken(evaluated, theirs):
    assert contest(evaluated, theirs, 1.0).wins_kept.ours == pytest.approx(1.0)


def test_segments_part_the_leads(evaluated, theirs):
    found = by_segment(evaluated, theirs, 0.3)["Source"]
    whole = contest(evaluated, theirs, 0.3)
    assert sum(one.leads for one in found) == pytest.approx(whole.leads)
    assert sum(one.wins for one in found) == pytest.approx(whole.wins)
    mean = sum(one.leads * one.log_loss.gain for one in found) / whole.leads
    assert mean == pytest.approx(whole.log_loss.gain)


def test_gains_by_segment_are_means_of_their_leads(evaluated, theirs):
    found = segment_gains(evaluated, theirs, 50)
    contests = {one.name: one for one in by_segment(evaluated, theirs, 0.3)["Source"]}
    assert {one.name for one in found} == {n for n, one in contests.items() if one.wins >= 50}
    for one in found:
        assert one.gain == pytest.approx(contests[one.name].log_loss.gain)
        inner = contests[one.name].log_loss
        assert one.low < inner.low < inner.high < one.high
    assert [one.high for one in found] == sorted(one.high for one in found)


def test_segments_with_few_wins_are_not_judged(evaluated, theirs):
    assert segment_gains(evaluated, theirs, 1e6) == []
    assert segment_gains(dataclasses.replace(evaluated, segments=None), theirs, 1) == []


def test_harm_in_one_segment_is_seen_and_luck_is_not(evaluated):
    web = evaluated.segments["Source"] == "web"
    worse_there = np.where(web, 0.5, evaluated.readiness)
    ours = dataclasses.replace(evaluated, readiness=worse_there)
    found = {one.name: one for one in segment_gains(ours, evaluated.readiness, 50)}
    assert found["web"].high < 0
    assert all(one.gain == 0 for name, one in found.items() if name != "web")


def test_a_part_of_a_window_keeps_every_array_in_step(evaluated):
    rows = np.array([5, 3, 8])
    some = take(evaluated, rows)
    assert some.lead_id.tolist() == evaluated.lead_id[rows].tolist()
    assert some.segments["Source"].tolist() == evaluated.segments["Source"][rows].tolist()
    assert take(dataclasses.replace(evaluated, own_score=None), rows).own_score is None
