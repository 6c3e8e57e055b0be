"""Platt scaling and its interval."""

import numpy as np
import pytest

from leadgate.model import Calibration
from leadgate.model.calibration import logit, sigmoid


def test_sigmoid_equals_the_formula_and_does_not_overflow():
    z = np.array([-800.0, -3.0, 0.0, 2.0, 800.0])
    np.testing.assert_allclose(
        sigmoid(z), [0, 1 / (1 + np.exp(3)), 0.5, 1 / (1 + np.exp(-2)), 1], atol=1e-15
    )


def test_logit_is_the_inverse_of_sigmoid():
    log_odds = np.array([-30.0, -1.0, 0.0, 4.0])
    np.testing.assert_allclose(logit(sigmoid(log_odds)), log_odds, rtol=1e-12)
    assert logit(0.5) == 0.0


def test_readiness_never_falls_with_the_margin():
    log_odds = np.linspace(-30, 30, 1001)
    assert (np.diff(Calibration(0.4, 0.9).readiness(log_odds)) >= 0).all()


def test_interval_covers_the_true_readiness_as_often_as_it_says():
    """Numbers drawn from the covariance: the interval around them holds the truth in 90 %."""
    rng = np.random.default_rng(0)
    truth, covariance = (0.5, 1.1), np.array([[0.04, -0.01], [-0.01, 0.02]])
    log_odds = np.array([-2.0, 0.0, 1.5])
    expected = Calibration(*truth).readiness(log_odds)
    held = []
    for intercept, slope in rng.multivariate_normal(truth, covariance, 4000):
        low, high = Calibration(intercept, slope, covariance).interval(log_odds)
        held.append((low <= expected) & (expected <= high))
    np.testing.assert_allclose(np.mean(held, axis=0), 0.90, atol=0.02)


def test_interval_holds_the_readiness_and_widens_with_the_level():
    calibration = Calibration(0.1, 0.9, [[0.05, 0.01], [0.01, 0.02]])
    log_odds = np.linspace(-3, 3, 7)
    (low, high), (low50, high50) = (
        calibration.interval(log_odds),
        calibration.interval(log_odds, 0.5),
    )
    readiness = calibration.readiness(log_odds)
    assert (low < low50).all()
    assert (low50 < readiness).all()
    assert (readiness < high50).all()
    assert (high50 < high).all()


def test_interval_is_a_point_without_a_covariance():
    low, high = Calibration(0.2, 1.0).interval(np.array([1.0]))
    assert low == high


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        ((0.0, -1.0), "slope not negative"),
        ((np.nan, 1.0), "finite"),
        ((0.0, 1.0, [[1.0]]), "2 x 2"),
    ],
)
def test_impossible_calibration_is_refused(arguments, fault):
    with pytest.raises(ValueError, match=fault):
        Calibration(*arguments)
