"""The test window period by period."""

import dataclasses

import numpy as np
import pytest

from training.evaluation.over_time import over_time
from training.statistics import metrics


def test_periods_add_up_to_the_window(evaluated):
    slices = over_time(evaluated, 0.2)
    assert [part.name for part in slices] == [f"2024-{m:02d}" for m in range(1, 13)]
    leads = np.array([part.leads for part in slices])
    assert leads.sum() == pytest.approx(evaluated.weight.sum())
    assert leads @ [part.won.value for part in slices] == pytest.approx(
        evaluated.weight @ evaluated.y
    )
    losses = [part.log_loss.value for part in slices]
    whole = metrics.log_loss(evaluated.y, evaluated.readiness, evaluated.weight)
    assert leads @ losses / leads.sum() == pytest.approx(float(whole))


def test_figures_lie_in_their_intervals_and_calibration_is_expected_over_won(evaluated):
    for part in over_time(evaluated, 0.2):
        for metric in (part.won, part.in_the_large, part.auc, part.log_loss):
            assert metric.low <= metric.value <= metric.high
        assert part.in_the_large.value == pytest.approx(part.expected / part.won.value)


def test_a_month_that_is_promised_too_much_shows(evaluated):
    months = evaluated.as_of.view("datetime64[us]").astype("datetime64[M]")
    june = months == np.datetime64("2024-06")
    p = np.where(june, np.minimum(2.5 * evaluated.readiness, 0.99), evaluated.readiness)
    slices = over_time(dataclasses.replace(evaluated, readiness=p), 0.2)
    assert [part.name for part in slices if part.in_the_large.low > 1.5] == ["2024-06"]


def test_a_period_of_one_kind_has_no_auc(evaluated):
    months = evaluated.as_of.view("datetime64[us]").astype("datetime64[M]")
    y = np.where(months == np.datetime64("2024-03"), 0.0, evaluated.y)
    march = over_time(dataclasses.replace(evaluated, y=y), 0.2)[2]
    assert np.isnan(march.auc.value)
    assert np.isnan(march.in_the_large.value)
    assert march.won.value == 0.0
