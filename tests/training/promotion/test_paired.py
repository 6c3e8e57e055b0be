"""Paired differences: identities, and what is known of them."""

import dataclasses

import numpy as np
import pytest

from training.evaluation.evaluate import gain
from training.promotion.paired import by_segment, contest, segment_gains, take
from training.statistics import metrics
from training.statistics.metrics import log_loss

FIGURES = ("log_loss", "auc", "wins_kept")


@pytest.fixture(scope="module")
def theirs(evaluated):
    """The truth, blurred on the log-odds."""
    noise = np.random.default_rng(3).normal(0, 0.8, evaluated.y.size)
    return 1 / (1 + np.exp(-metrics.clipped_logit(evaluated.readiness) - noise))


def test_a_model_gains_nothing_over_itself(evaluated):
    compared = contest(evaluated, evaluated.readiness, 0.3)
    for name in FIGURES:
        figure = getattr(compared, name)
        assert (figure.gain, figure.low, figure.high) == (0.0, 0.0, 0.0)
        assert figure.theirs == figure.ours


def test_the_truth_gains_over_a_blurred_one(evaluated, theirs):
    compared = contest(evaluated, theirs, 0.3)
    for name in FIGURES:
        figure = getattr(compared, name)
        assert figure.low > 0
        assert figure.low < figure.gain < figure.high
        assert abs(figure.ours - figure.theirs) == pytest.approx(figure.gain)
    assert compared.log_loss.theirs == log_loss(evaluated.y, theirs, evaluated.weight)


def test_the_other_way_round_it_loses_as_much(evaluated, theirs):
    here = contest(evaluated, theirs, 0.3)
    there = contest(dataclasses.replace(evaluated, readiness=theirs), evaluated.readiness, 0.3)
    for name in FIGURES:
        assert getattr(there, name).gain == pytest.approx(-getattr(here, name).gain)
        assert getattr(there, name).low == pytest.approx(-getattr(here, name).high, abs=2e-3)


def test_the_log_loss_is_that_of_the_evaluation(evaluated, theirs):
    figure, other = contest(evaluated, theirs, 0.3).log_loss, gain(evaluated, theirs)
    assert (figure.gain, figure.low, figure.high) == pytest.approx(
        (other.value, other.low, other.high)
    )


def test_all_of_the_wins_are_kept_when_all_leads_are_taken(evaluated, theirs):
    assert contest(evaluated, theirs, 1.0).wins_kept.ours == pytest.approx(1.0)


def test_segments_part_the_leads(evaluated, theirs):
    compared = by_segment(evaluated, theirs, 0.3)["Source"]
    whole = contest(evaluated, theirs, 0.3)
    assert sum(figure.leads for figure in compared) == pytest.approx(whole.leads)
    assert sum(figure.wins for figure in compared) == pytest.approx(whole.wins)
    mean = sum(figure.leads * figure.log_loss.gain for figure in compared) / whole.leads
    assert mean == pytest.approx(whole.log_loss.gain)


def test_gains_by_segment_are_means_of_their_leads(evaluated, theirs):
    compared = segment_gains(evaluated, theirs, 50)
    contests = {figure.name: figure for figure in by_segment(evaluated, theirs, 0.3)["Source"]}
    assert {figure.name for figure in compared} == {
        n for n, figure in contests.items() if figure.wins >= 50
    }
    for figure in compared:
        assert figure.gain == pytest.approx(contests[figure.name].log_loss.gain)
        inner = contests[figure.name].log_loss
        assert figure.low < inner.low < inner.high < figure.high
    assert [figure.high for figure in compared] == sorted(figure.high for figure in compared)


def test_segments_with_few_wins_are_not_judged(evaluated, theirs):
    assert segment_gains(evaluated, theirs, 1e6) == []
    assert segment_gains(dataclasses.replace(evaluated, segments=None), theirs, 1) == []


def test_harm_in_one_segment_is_seen_and_luck_is_not(evaluated):
    web = evaluated.segments["Source"] == "web"
    worse_there = np.where(web, 0.5, evaluated.readiness)
    ours = dataclasses.replace(evaluated, readiness=worse_there)
    compared = {figure.name: figure for figure in segment_gains(ours, evaluated.readiness, 50)}
    assert compared["web"].high < 0
    assert all(figure.gain == 0 for name, figure in compared.items() if name != "web")


def test_a_part_of_a_window_keeps_every_array_in_step(evaluated):
    rows = np.array([5, 3, 8])
    some = take(evaluated, rows)
    assert some.lead_id.tolist() == evaluated.lead_id[rows].tolist()
    assert some.segments["Source"].tolist() == evaluated.segments["Source"][rows].tolist()
    assert take(dataclasses.replace(evaluated, own_score=None), rows).own_score is None
