"""Covariances and standard errors that hold where the leads of an account go together."""

import numpy as np
import pytest

from training.statistics.sandwich import mean_with_error, sandwich

N = 300


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(0)
    return rng.normal(size=N), rng.uniform(0.2, 3.0, size=N)


def test_a_mean_is_the_sandwich_of_a_constant(rows):
    values, weight = rows
    account = np.arange(N) // 3
    mean, error = mean_with_error(values, weight, account)
    assert mean == pytest.approx(np.average(values, weights=weight))
    hessian = np.array([[weight.sum()]])
    covariance = sandwich(np.ones((N, 1)), weight * (values - mean), hessian, account)
    assert error**2 == pytest.approx(covariance[0, 0])


def test_leads_of_their_own_are_independent(rows):
    values, _ = rows
    _, error = mean_with_error(values, np.ones(N), np.arange(N))
    assert error == pytest.approx(values.std() / np.sqrt(N))


def test_leads_seen_twice_in_their_account_tell_nothing_more(rows):
    values, weight = rows
    once = mean_with_error(values, weight, np.arange(N))
    twice = mean_with_error(
        np.tile(values, 2), np.tile(weight, 2), np.tile(np.arange(N), 2) + 1_000_000
    )
    assert twice == pytest.approx(once)


def test_one_account_alone_shows_no_error(rows):
    _, error = mean_with_error(*rows, np.zeros(N, dtype=np.int64))
    assert error == pytest.approx(0.0, abs=1e-12)
