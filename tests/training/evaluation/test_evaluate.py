"""The evaluation on the test window, beside the baselines."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from features import LeadHistory
from features.tables import load_tables
from leadgate.metrics import METRICS
from tests.training.exports import config_of, flat_leads
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.ensemble.search import Effort
from training.evaluation.evaluate import Ranked, evaluate, evaluated_window, gain, pooled_auc
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
    return sample, window, evaluate(
        sample, window, fit.fitted, fit.oof, SETTINGS,
        base_rate=0.3, share=0.4, own_score="Rating", segments=["Source", "Absent"],
    )  # fmt: skip


def test_the_judged_rows_are_the_mature_ones_of_the_window(case):
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


def test_metrics_are_those_of_the_judged_rows(case):
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
    fit = fit_for_window(sample, window, SETTINGS, effort=Effort(trials=0))
    result, other = (
        evaluated_window(seen, window, fit.fitted, SETTINGS, own_score="Rating", segments=[])
        for seen in (sample, Sample.of(turned, SETTINGS))
    )
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


def few_accounts(n=900):
    """Leads of three accounts, seen at two ages: windows whose accounts were all fitted on."""
    rng = np.random.default_rng(0)
    day = pd.Timedelta(days=1)
    created = pd.Timestamp("2025-01-01T09:00:00Z") + np.arange(n) * 365 * day / n
    ids = [f"L{i:04d}" for i in range(n)]
    accounts = [f"A{i}" for i in rng.integers(0, 3, n)]
    size, won = rng.normal(size=n).round(2), rng.random(n) < 0.4
    outcome = np.where(won, "won", "lost")
    leads = {"lead_id": ids, "created_at": created, "account_id": accounts, "size": size}
    visits = {"lead_id": ids, "occurred_at": created + day, "type": "visit"}
    outcomes = {"lead_id": ids, "outcome": outcome, "closed_at": created + 30 * day}
    return LeadHistory.from_tables(
        pd.DataFrame(leads), pd.DataFrame(visits), outcomes=pd.DataFrame(outcomes)
    )


def test_a_window_that_nobody_judges_shifts_no_other():
    settings = Settings((), (), None, (0.0, 20.0))
    sample = Sample.of(few_accounts(), settings)
    window = newest(sample.snapshots.order, sample.labels.evaluation_weight)
    fit = fit_for_window(sample, window, settings, effort=Effort(trials=0))
    measured = evaluate(
        sample, window, fit.fitted, fit.oof, settings,
        base_rate=0.4, share=0.5, own_score=None, segments=[],
    )  # fmt: skip
    earlier = sample.before(window, settings)
    rows = {result: earlier.evaluated(result).size for result, _ in fit.fits}
    assert 0 in rows.values()
    expected = [(result.start, result.end, n) for result, n in rows.items() if n]
    assert [(result.start, result.end, result.rows) for result in measured.windows[:-1]] == expected


def test_pooled_auc_of_noise_does_not_depend_on_the_level_of_windows():
    """Two windows with other base rates and other levels of the margin: no signal in either."""
    rng = np.random.default_rng(2)
    window = np.repeat([0, 1], 1500)
    y = (rng.random(3000) < np.array([0.1, 0.6])[window]).astype(float)
    rows = Ranked(y, rng.normal(size=3000) + 5 * window, np.ones(3000), np.arange(3000), window)
    measured = pooled_auc(rows)
    assert measured.low < 0.5 < measured.high
    assert float(metrics.auc(y, rows.log_odds, rows.weight)) > 0.7


def test_gain_over_the_own_readiness_is_zero(evaluated):
    measured = gain(evaluated, evaluated.readiness)
    assert (measured.value, measured.low, measured.high) == (0.0, 0.0, 0.0)


def test_gain_over_a_constant_is_that_of_the_truth(evaluated):
    measured = gain(evaluated, np.full(evaluated.y.size, 0.2))
    assert 0 < measured.low < measured.value < measured.high
