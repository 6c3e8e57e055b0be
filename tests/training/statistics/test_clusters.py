"""Covariances and standard errors that hold where the leads of an account go together."""

import numpy as np
import pytest

from training.statistics.clusters import (
    cluster_sums,
    design_effect,
    effective_n,
    mean_with_error,
    sandwich,
)

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


def test_leads_seen_twice_in_their_account_add_no_information(rows):
    values, weight = rows
    once = mean_with_error(values, weight, np.arange(N))
    twice = mean_with_error(
        np.tile(values, 2), np.tile(weight, 2), np.tile(np.arange(N), 2) + 1_000_000
    )
    assert twice == pytest.approx(once)


def test_one_account_alone_shows_no_error(rows):
    _, error = mean_with_error(*rows, np.zeros(N, dtype=np.int64))
    assert error == pytest.approx(0.0, abs=1e-12)


def test_leads_of_one_account_that_agree_count_as_one():
    residual = np.repeat([0.5, -0.5, 0.5, -0.5], 5)
    assert design_effect(residual, np.ones(20), np.repeat(np.arange(4), 5)) == pytest.approx(5.0)
    assert design_effect(residual, np.ones(20), np.arange(20)) == pytest.approx(1.0)
    assert design_effect(np.zeros(20), np.ones(20), np.arange(20)) == 1.0


def test_snapshots_of_one_lead_count_as_one_lead():
    residual = np.repeat([0.5, -0.5], 4)
    assert design_effect(residual, np.full(8, 0.25), np.repeat([0, 1], 4)) == pytest.approx(1.0)


def test_effective_n_counts_equal_weights_as_rows():
    assert effective_n(np.full(7, 0.3)) == pytest.approx(7.0)
    assert effective_n(np.array([1.0, 0.0, 0.0])) == pytest.approx(1.0)


def test_cluster_sums_keep_the_order_of_the_accounts():
    account = np.array([7, 2, 7])
    assert cluster_sums(np.array([1.0, 2.0, 4.0]), account).tolist() == [2.0, 5.0]
    columns = np.array([[1.0, 10.0], [2.0, 20.0], [4.0, 40.0]])
    assert cluster_sums(columns, account).tolist() == [[2.0, 20.0], [5.0, 50.0]]
