"""Weighted metrics equal their definitions, for one weighting and for many at once."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

from leadgate.policy.ranking import ranked
from training.statistics import metrics

RNG = np.random.default_rng(3)
N = 400
P = RNG.beta(2, 5, N).round(2)
Y = (RNG.random(N) < P).astype(float)
W = RNG.choice([0.25, 0.5, 1.0], N)
MANY = np.stack([W, np.ones(N), W * RNG.integers(0, 3, N)])
FIRST = ranked(P, [f"{i:04d}" for i in range(N)])

ALL = {
    "log_loss": lambda w: metrics.log_loss(Y, P, w),
    "brier": lambda w: metrics.brier(Y, P, w),
    "auc": lambda w: metrics.auc(Y, P, w),
    "precision_at": lambda w: metrics.precision_at(Y, FIRST, w, 0.3),
    "lift_at": lambda w: metrics.lift_at(Y, FIRST, w, 0.1),
    "calibration_slope": lambda w: metrics.calibration_slope(Y, P, w),
    "calibration_in_the_large": lambda w: metrics.calibration_in_the_large(Y, P, w),
    "within": lambda w: metrics.within(Y, P, w, np.arange(N) % 3),
}


@pytest.mark.parametrize("name", ALL)
def test_many_weightings_equal_one_at_a_time(name):
    together = ALL[name](MANY)
    assert together.shape == (3,)
    assert together == pytest.approx([float(ALL[name](w)) for w in MANY], rel=1e-9)


@pytest.mark.parametrize("name", ALL)
def test_a_weight_of_two_is_the_row_twice(name):
    twice = np.concatenate([np.arange(N), np.arange(N)])
    doubled = {
        "log_loss": metrics.log_loss(Y[twice], P[twice], np.ones(2 * N)),
        "brier": metrics.brier(Y[twice], P[twice], np.ones(2 * N)),
        "auc": metrics.auc(Y[twice], P[twice], np.ones(2 * N)),
    }
    if name in doubled:
        assert float(ALL[name](np.full(N, 2.0))) == pytest.approx(float(doubled[name]))
    assert float(ALL[name](np.full(N, 2.0))) == pytest.approx(float(ALL[name](np.ones(N))))


def test_metrics_equal_those_of_scikit_learn():
    assert float(metrics.auc(Y, P, W)) == pytest.approx(roc_auc_score(Y, P, sample_weight=W))
    assert float(metrics.brier(Y, P, W)) == pytest.approx(brier_score_loss(Y, P, sample_weight=W))
    inside = np.clip(P, 1e-15, 1 - 1e-15)
    expected = log_loss(Y, inside, sample_weight=W)
    assert float(metrics.log_loss(Y, P, W)) == pytest.approx(expected)


def test_calibration_slope_is_that_of_a_logistic_regression():
    p = np.clip(P, 0.01, 0.99)
    free = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000)
    free.fit(metrics.clipped_logit(p)[:, None], Y, sample_weight=W)
    assert float(metrics.calibration_slope(Y, p, W)) == pytest.approx(free.coef_[0, 0], rel=1e-4)


def test_calibration_slope_of_a_constant_is_not_defined():
    assert np.isnan(metrics.calibration_slope(Y, np.full(N, 0.3), W))


def test_calibration_slope_of_parted_classes_is_not_defined():
    y = np.array([0.0, 0.0, 1.0, 1.0])
    assert np.isnan(metrics.calibration_slope(y, np.array([0.1, 0.2, 0.6, 0.7]), np.ones(4)))


def test_precision_counts_the_part_of_a_lead_above_the_line():
    y, first = np.array([1.0, 0.0, 1.0]), np.arange(3)
    assert float(metrics.precision_at(y, first, np.ones(3), 0.5)) == pytest.approx(1.0 / 1.5)


def test_auc_without_one_class_is_not_defined():
    assert np.isnan(metrics.auc(np.zeros(3), np.arange(3.0), np.ones(3)))


def test_auc_within_windows_ignores_pairs_across_them():
    y = np.array([1.0, 0.0, 1.0, 0.0])
    score = np.array([2.0, 1.0, 0.2, 0.1])
    window = np.array([0, 0, 1, 1])
    assert float(metrics.within(y, score, np.ones(4), window)) == 1.0
    assert float(metrics.auc(y, score, np.ones(4))) == 0.75
