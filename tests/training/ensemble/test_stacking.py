"""The blend's weights and its slope."""

import dataclasses

import numpy as np
import pytest

from tests.training.rows import out_of_fold
from training.ensemble.calibration import PRIOR_SLOPE
from training.ensemble.stacking import stack


def rows(n=6000, seed=0, windows=4):
    rng = np.random.default_rng(seed)
    truth = rng.normal(size=n)
    window = np.sort(rng.integers(0, windows, n))
    y = (rng.random(n) < 1 / (1 + np.exp(-truth + window))).astype(float)
    return rng, truth, y, window


def stacked(*members, y, window, **given):
    return stack(out_of_fold(np.column_stack(members), y, window, **given))


def test_a_member_of_noise_gets_little_beside_a_good_one():
    rng, truth, y, window = rows()
    result = stacked(truth, rng.normal(size=truth.size), y=y, window=window)
    assert result.share.sum() == pytest.approx(1.0)
    assert result.share[0] > 0.95


def test_equal_members_share_equally_and_the_slope_stays():
    _, truth, y, window = rows()
    result = stacked(truth, truth, y=y, window=window)
    assert result.share == pytest.approx([0.5, 0.5], abs=1e-3)
    assert result.slope.mean == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize("scale", [0.5, 2.0])
def test_half_of_what_the_windows_say_of_the_slope_is_believed(scale):
    _, truth, y, window = rows(20_000)
    result = stacked(truth / scale, y=y, window=window)
    assert result.slope.mean == pytest.approx(1 + (scale - 1) / 2, abs=0.06)


@pytest.mark.parametrize("now", [1.0, 1.5])
def test_the_slope_is_half_that_of_both_where_there_are_rows_of_the_same_time(now):
    """Windows of fits that spread too wide, beside rows of a fit that does not, or too little."""
    _, truth, y, window = rows(20_000)
    _, other, y_now, one = rows(20_000, seed=1, windows=1)
    same = out_of_fold(other / now, y_now, one)
    result = stack(out_of_fold(truth * 2, y, window), same)
    apart = stack(out_of_fold(truth * 2, y, window)).slope.mean
    between = 2 * result.slope.mean - apart
    assert apart == pytest.approx(0.75, abs=0.03)
    assert 0.5 < between < now


def test_rows_of_the_same_time_have_no_say_in_the_shares():
    rng, truth, y, window = rows()
    noise = rng.normal(size=truth.size)
    windows = out_of_fold(np.column_stack([truth, noise]), y, window)
    same = out_of_fold(np.column_stack([noise, truth]), y, window)
    assert stack(windows, same).share == pytest.approx(stack(windows).share)


def test_a_slope_is_sure_by_far_where_rows_are_many():
    _, truth, y, window = rows(20_000)
    assert stacked(truth, y=y, window=window).slope.variance < PRIOR_SLOPE.variance / 100


def test_a_slope_is_no_surer_than_before_any_window():
    _, truth, y, window = rows(60)
    oof = dataclasses.replace(out_of_fold(truth / 10, y, window), weight=np.full(60, 5.0))
    assert stack(oof).slope.variance <= PRIOR_SLOPE.variance


def test_members_that_rank_the_wrong_way_share_alike_with_a_slope_of_zero():
    _, truth, y, window = rows()
    result = stacked(-truth, -2 * truth, y=y, window=window)
    assert result.share.tolist() == [0.5, 0.5]
    assert (result.slope.mean, result.slope.variance) == (0.0, 0.0)


def test_too_few_accounts_leave_the_members_alike():
    _, truth, y, window = rows(50)
    result = stacked(truth, -truth, y=y, window=window)
    assert result.share.tolist() == [0.5, 0.5]
    assert result.slope == PRIOR_SLOPE
    assert not result.enough
    assert stack(None).share == pytest.approx([1 / 3] * 3)
    assert stack(None, names=["a", "b"]).share == pytest.approx([0.5, 0.5])


def test_many_rows_of_few_accounts_are_few():
    _, truth, y, window = rows(2000)
    assert not out_of_fold(truth, y, window, account=np.arange(2000) % 20).enough
    assert out_of_fold(truth, y, window).enough


def test_with_too_little_in_the_windows_rows_of_the_same_time_weigh_the_members():
    rng, truth, y, window = rows()
    members = np.column_stack([truth, rng.normal(size=truth.size)])
    same = out_of_fold(members, y, window)
    few = same.take(np.arange(truth.size) % 150 == 0)
    assert not few.enough
    for windows in (few, None):
        result = stack(windows, same)
        assert result.share[0] > 0.95
        # Less than 1 by the ridge, as one member is all of the blend.
        assert 0.8 < result.slope.mean < 1.05


def test_what_all_rows_of_a_cell_have_in_common_says_nothing_about_a_member():
    """A member that knows the base rate of the window, and no lead in it, is of no use."""
    _, truth, y, window = rows()
    alone = stacked(truth, 0 * truth, y=y, window=window)
    knows = stacked(truth, -5.0 * window, y=y, window=window)
    assert knows.share == pytest.approx(alone.share, abs=1e-3)
    moved = stacked(truth + 3.0 * window, 0 * truth, y=y, window=window)
    assert moved.share == pytest.approx(alone.share, abs=1e-3)
    assert moved.slope.mean == pytest.approx(alone.slope.mean, abs=1e-3)


def test_two_halves_of_the_truth_do_better_together():
    rng, truth, y, window = rows()
    half = rng.normal(size=truth.size)
    result = stacked(truth - half, half, y=y, window=window)
    assert (result.share > 0.3).all()


def test_few_rows_hold_the_weights_near_each_other():
    rng, truth, y, window = rows(150)
    few = stacked(truth, truth + rng.normal(size=150), y=y, window=window)
    rng, truth, y, window = rows(20_000)
    many = stacked(truth, truth + rng.normal(size=20_000), y=y, window=window)
    assert many.share[0] > few.share[0]
    assert many.share[0] > 0.8
