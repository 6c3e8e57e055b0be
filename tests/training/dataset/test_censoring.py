"""Kaplan-Meier of the censoring, and the weights that follow from it."""

import numpy as np
import pytest

from training.dataset.censoring import censoring_survival, inverse_probability


def sample(seed: int, n: int = 4000) -> tuple[np.ndarray, ...]:
    """Return times to the outcome, times watched, and weights that depend on the latter."""
    rng = np.random.default_rng(seed)
    waits = np.minimum(rng.exponential(30.0, n), 60.0)
    watched = rng.uniform(0.0, 200.0, n)
    return waits, watched, 1.0 + (watched < 50)


def test_survival_is_the_true_one_without_outcomes():
    _, watched, weight = sample(1)
    survival = censoring_survival(watched, np.ones(watched.size, dtype=bool), weight)
    at = np.array([10.0, 80.0, 150.0])
    expected = [(weight * (watched >= t)).sum() / weight.sum() for t in at]
    assert survival.before(at) == pytest.approx(expected)


def test_survival_is_one_before_the_first_censoring():
    survival = censoring_survival(
        np.array([1.0, 2.0, 3.0]), np.array([False, True, False]), np.ones(3)
    )
    assert survival.before([0.5, 1.5, 2.0, 2.5]).tolist() == [1.0, 1.0, 1.0, 0.5]


@pytest.mark.parametrize("seed", range(5))
def test_observed_weights_stand_for_everyone(seed: int):
    waits, watched, weight = sample(seed)
    is_observed = waits <= watched
    ipcw = inverse_probability(np.minimum(waits, watched), ~is_observed, weight)
    assert weight @ ipcw == pytest.approx(weight.sum(), rel=1e-9)
    assert (ipcw[is_observed] >= 1.0).all()
    assert (ipcw[~is_observed] == 0.0).all()


@pytest.mark.parametrize("seed", range(5))
def test_weighted_mean_is_that_of_the_uncensored_sample(seed: int):
    waits, watched, weight = sample(seed)
    is_observed = waits <= watched
    ipcw = inverse_probability(np.minimum(waits, watched), ~is_observed, weight)
    quick = waits < 20
    truth = np.average(quick, weights=weight)
    assert np.average(quick, weights=ipcw * weight) == pytest.approx(truth, rel=0.04)
    assert np.average(quick[is_observed], weights=weight[is_observed]) > 1.08 * truth


def test_no_weight_is_above_the_clip():
    observed, censored = np.arange(100.0), np.arange(100) < 99
    assert inverse_probability(observed, censored, np.ones(100)).max() == 20.0


def test_at_equal_times_outcomes_come_first():
    """So the censoring is estimated among those who are left, and bears on later ones only."""
    observed, censored = np.array([1.0, 1.0, 2.0]), np.array([False, True, False])
    survival = censoring_survival(observed, censored, np.ones(3))
    assert survival.values.tolist() == [0.5, 0.5]
    assert inverse_probability(observed, censored, np.ones(3)).tolist() == [1.0, 0.0, 2.0]


def test_survival_depends_on_the_ratios_of_the_weights_only():
    waits, watched, weight = sample(3, 50)
    observed, censored = np.minimum(waits, watched), watched < waits
    whole = censoring_survival(observed, censored, weight)
    small = censoring_survival(observed, censored, weight / 100)
    assert small.values == pytest.approx(whole.values)
    last = censoring_survival(np.array([1.0, 2.0]), np.array([False, True]), np.full(2, 0.5))
    assert last.values.tolist() == [1.0, 0.0]
