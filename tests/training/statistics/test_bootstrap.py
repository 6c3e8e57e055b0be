"""The bootstrap by account."""

import numpy as np
import pytest

from training.statistics.bootstrap import bootstrap, percentiles, replicates


def test_replicates_move_whole_accounts_and_keep_their_number():
    account = np.array([5, 5, 9, 7, 7, 7])
    weight = np.array([1.0, 2.0, 1.0, 1.0, 1.0, 1.0])
    draws = np.concatenate(list(replicates(account, weight, n=50, seed=1)))
    times = draws / weight
    assert (times[:, 0] == times[:, 1]).all()
    assert (times[:, 3] == times[:, 5]).all()
    assert (times[:, [0, 2, 3]].sum(axis=1) == 3).all()


def test_interval_of_a_mean_has_its_level():
    """Over many samples the 90 % interval of a mean holds the truth nine times in ten."""
    rng = np.random.default_rng(4)
    held = 0
    for seed in range(200):
        sample = rng.normal(size=120)
        low, high = bootstrap(
            lambda w, x=sample: (w @ x) / w.sum(axis=-1), np.arange(120), np.ones(120), seed=seed
        )
        held += low <= 0 <= high
    assert 0.84 <= held / 200 <= 0.95


def test_interval_is_wider_when_rows_of_an_account_agree():
    rng = np.random.default_rng(5)
    account = np.repeat(np.arange(60), 10)
    values = rng.normal(size=60)[account]

    def mean(weight):
        return (weight @ values) / weight.sum(axis=-1)

    low, high = bootstrap(mean, account, np.ones(600))
    low_alone, high_alone = bootstrap(mean, np.arange(600), np.ones(600))
    assert high - low > 2 * (high_alone - low_alone)


def test_bootstrap_repeats():
    args = (lambda w: w @ np.arange(30.0) / w.sum(axis=-1), np.arange(30) // 2, np.ones(30))
    assert bootstrap(*args) == bootstrap(*args)


def test_mostly_undefined_draws_have_no_interval():
    draws = np.array([[1.0, np.nan, np.nan], [1.0, 2.0, np.nan]])
    low, high = percentiles(draws, 0.9)
    assert np.isnan(low[0])
    assert (low[1], high[1]) == pytest.approx((1.05, 1.95))
