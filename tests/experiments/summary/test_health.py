"""The health of a model when it was trained: no more is said than its interval holds."""

import math
from types import SimpleNamespace

import pytest

from experiments.summary.health import health_of
from training.evaluation.evaluated import Metric


def trained(low, value, high, verdict="better"):
    ratio = Metric(value, low, high, 1.0)
    return SimpleNamespace(metrics={"calibration_in_the_large": ratio}, verdict=verdict)


@pytest.mark.parametrize(
    ("low", "high", "ok", "says"),
    [
        (0.82, 1.23, True, "healthy when trained"),
        (1.0, 1.23, True, "healthy when trained"),
        (0.5, 2.5, True, "healthy when trained"),
        (0.4, 2.5, None, "not known yet"),
        (1.03, 1.45, None, "watch it: it may predict too many wins"),
        (0.7, 0.95, None, "watch it: it may predict too few wins"),
        (1.11, 1.45, False, "look closer: it predicts too many wins"),
        (0.6, 0.89, False, "look closer: it predicts too few wins"),
        (math.nan, math.nan, None, "not known yet"),
    ],
)
def test_health_is_what_the_interval_holds(low, high, ok, says):
    health = health_of(trained(low, (low + high) / 2, high))
    assert health.ok is ok
    assert health.line.startswith(says)


def test_a_model_without_signal_has_no_health():
    assert health_of(trained(0.9, 1.0, 1.1, verdict="no_signal")).ok is None
