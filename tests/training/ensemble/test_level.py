"""The local level over periods."""

import numpy as np
import pytest

from training.ensemble.level import Mature, local_level, step_variance


def test_a_steady_level_uses_all_periods():
    level = local_level(np.array([0.1, -0.1, 0.05, 0.0]), np.full(4, 0.04))
    assert level.drift == 0.0
    assert level.share == pytest.approx([0.25] * 4)


def test_a_moving_level_uses_the_newest_period():
    level = local_level(np.array([-3.0, -2.0, -1.0, 0.0]), np.full(4, 0.01))
    assert level.drift == pytest.approx(3 * 0.98 / 5)
    assert level.share[-1] > 0.97
    assert level.share.sum() == pytest.approx(1.0)


def test_one_jump_is_no_lasting_drift():
    """After it the level stood still, so all periods since then count."""
    values = np.array([2.0, *[0.0, 0.05] * 5])
    level = local_level(values, np.full(values.size, 0.01))
    assert level.drift < 0.01
    assert level.share[-5:].min() > 0.08


@pytest.mark.parametrize("deviation", [0.0, 0.3, 1.0])
def test_the_variance_of_a_step_is_near_the_true_one(deviation):
    rng = np.random.default_rng(4)
    noise = 0.1
    walks = np.cumsum(rng.normal(0, deviation, (400, 60)), axis=1)
    seen = walks + rng.normal(0, noise, walks.shape)
    variances = [step_variance(walk, np.full(60, noise**2)) for walk in seen]
    assert np.median(variances) == pytest.approx(deviation**2, rel=0.2, abs=0.002)


def test_rows_of_an_account_that_make_up_for_each_other_are_less_than_noise():
    """A win that comes late: the early snapshots of its lead are no wins, the late ones are."""
    rng = np.random.default_rng(0)
    n = 2000
    late = rng.integers(0, 4, n)
    y = (np.arange(4) >= late[:, None]).astype(float).ravel()
    nothing = np.zeros(4 * n, dtype=np.int64)
    account, weight = np.repeat(np.arange(n), 4), np.full(4 * n, 0.25)
    together = Mature(np.arange(4 * n), y, weight, nothing, account)
    levels, offset = np.array([np.log(y.mean() / (1 - y.mean()))]), np.zeros(4 * n)
    rate = y.reshape(n, 4).mean(axis=1)
    expected = rate.var() / (y.mean() * (1 - y.mean()))
    assert together.part_of_noise(levels, offset) == pytest.approx(expected)
    assert expected < 0.5
    alone = Mature(np.arange(4 * n), y, np.ones(4 * n), nothing, np.arange(4 * n))
    assert alone.part_of_noise(levels, offset) == pytest.approx(1.0)
    of_one = Mature(np.arange(4 * n), np.repeat(rate > 0.5, 4) * 1.0, weight * 4, nothing, account)
    assert of_one.part_of_noise(levels, offset) == 1.0
