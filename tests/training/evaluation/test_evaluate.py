"""The evaluation on the test window, beside the baselines."""

import dataclasses

import numpy as np
import pytest

from features.tables import load_tables
from leadgate.metrics import METRICS
from tests.training.exports import config_of, flat_leads
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.evaluation.evaluate import evaluate, gain, own_score, view
from training.fit import fit_for_window
from training.statistics import metrics
from training.validation.windows import test_window as newest

SETTINGS = Settings(("Rating",), (), 30.0, (0.0,))


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    config = config_of(tmp_path_factory.mktemp("export"), flat_leads(1200))
    sample = Sample.of(load_tables(config).history(), SETTINGS)
    window = newest(sample.snapshots.order, sample.labels.evaluation_weight)
    fit = fit_for_window(sample, window, SETTINGS)
    own = own_score(sample, sample.before(window, SETTINGS), fit.rows, "Rating")
    evaluated = view(sample, fit.rows, fit.readiness(sample), ["Source", "Absent"], own)
    return sample, window, evaluate(evaluated, sample, window, fit.oof, base_rate=0.3, share=0.4)


def test_the_evaluated_rows_are_the_mature_ones_of_the_window(case):
    sample, window, evaluation = case
    order = evaluation.evaluated.order
    assert order.min() >= window.start
    assert order.size == sample.evaluated(window).size
    assert set(evaluation.evaluated.segments) == {"Source"}


def test_every_metric_has_its_interval_and_baseline(case):
    _, _, evaluation = case
    assert tuple(evaluation.metrics) == METRICS
    for name, metric in evaluation.metrics.items():
        assert metric.low <= metric.value <= metric.high, name
        assert np.isnan(metric.baseline) == (name == "calibration_slope")
    assert evaluation.metrics["auc"].low > 0.6


def test_metrics_are_those_of_the_evaluated_rows(case):
    _, _, evaluation = case
    evaluated = evaluation.evaluated
    expected = metrics.log_loss(evaluated.y, evaluated.readiness, evaluated.weight)
    assert evaluation.metrics["log_loss"].value == pytest.approx(float(expected))
    assert evaluation.gain.value == pytest.approx(
        evaluation.metrics["log_loss"].baseline - evaluation.metrics["log_loss"].value
    )


def test_newest_first_and_the_own_score_stand_beside(case):
    _, _, evaluation = case
    assert evaluation.baselines["newest_first"]["auc"] == pytest.approx(0.5, abs=0.12)
    assert 0.5 < evaluation.baselines["own_score"]["auc"] < evaluation.metrics["auc"].value


def test_a_score_in_words_ranks_by_what_was_known_before_the_window(tmp_path):
    """Outcomes known since the window began are turned round: the words keep their ranks."""
    leads = flat_leads(600)
    leads["Rating"] = np.where(leads["Rating"] > 0, "warm", "cold")
    sample = Sample.of(load_tables(config_of(tmp_path, leads)).history(), SETTINGS)
    window = newest(sample.snapshots.order, sample.labels.evaluation_weight)
    late = sample.history.closed >= window.start
    won, lost = sample.history.won, sample.history.lost
    turned = dataclasses.replace(
        sample.history, won=np.where(late, lost, won), lost=np.where(late, won, lost)
    )
    rows = sample.evaluated(window)
    results = []
    for seen in (sample, Sample.of(turned, SETTINGS)):
        own = own_score(seen, seen.before(window, SETTINGS), rows, "Rating")
        results.append(view(seen, rows, np.full(rows.size, 0.5), [], own))
    result, other = results
    assert (late & (sample.history.created < window.start)).sum() > 5
    np.testing.assert_array_equal(result.lead_id, other.lead_id)
    assert (result.y != other.y).mean() > 0.9
    np.testing.assert_array_equal(result.own_score, other.own_score)
    words = sample.history.columns["Rating"][sample.history.index_of(result.lead_id)]
    assert result.own_score[words == "warm"].min() > result.own_score[words == "cold"].max()


def test_windows_come_oldest_first_and_end_with_the_test_window(case):
    _, window, evaluation = case
    starts = [window.start for window in evaluation.windows]
    assert starts == sorted(starts)
    assert evaluation.windows[-1].name == "test"
    assert evaluation.windows[-1].start == window.start
    assert evaluation.windows[-1].rows == evaluation.evaluated.y.size


def test_windows_count_leads_and_wins_of_whom_there_is_a_snapshot(case):
    _, _, evaluation = case
    last = evaluation.windows[-1]
    assert 0.5 < last.auc < 1
    assert last.leads == np.unique(evaluation.evaluated.lead_id).size
    assert last.wins == (evaluation.evaluated.y == 1).sum()
    assert evaluation.signal.shown
    assert evaluation.pooled_auc.low < evaluation.signal.auc < evaluation.pooled_auc.high


def test_gain_over_the_own_readiness_is_zero(evaluated):
    measured = gain(evaluated, evaluated.readiness)
    assert (measured.value, measured.low, measured.high) == (0.0, 0.0, 0.0)


def test_gain_over_a_constant_is_that_of_the_truth(evaluated):
    measured = gain(evaluated, np.full(evaluated.y.size, 0.2))
    assert 0 < measured.low < measured.value < measured.high
