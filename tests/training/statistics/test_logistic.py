"""Logistic regression: identities, and its covariance by account."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from training.statistics.logistic import fit_logistic, loss_and_residual

N = 500


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(0)
    X = np.column_stack([np.ones(N), rng.normal(size=(N, 2))])
    y = (rng.random(N) < 1 / (1 + np.exp(-X @ [-1.0, 0.5, -2.0]))).astype(float)
    return X, y, rng.uniform(0.2, 3.0, N)


def test_coefficients_are_those_of_scikit_learn(rows):
    X, y, weight = rows
    free = LogisticRegression(C=np.inf, fit_intercept=False, tol=1e-10, max_iter=1000)
    free.fit(X, y, sample_weight=weight)
    assert fit_logistic(X, y, weight).theta == pytest.approx(free.coef_[0], rel=1e-4)


def test_at_the_maximum_the_score_is_zero_and_each_column_keeps_its_wins(rows):
    X, y, weight = rows
    fit = fit_logistic(X, y, weight)
    assert fit.converged
    assert (weight * (y - fit.p)) @ X == pytest.approx([0.0] * 3, abs=1e-8)


def test_many_weightings_equal_one_at_a_time(rows):
    X, y, weight = rows
    many = np.stack([weight, np.ones(N), weight * (np.arange(N) % 3)])
    together = fit_logistic(X, y, many)
    alone = [fit_logistic(X, y, each) for each in many]
    assert together.theta == pytest.approx(np.stack([fit.theta for fit in alone]))
    assert together.hessian == pytest.approx(np.stack([fit.hessian for fit in alone]))
    assert together.converged.tolist() == [True] * 3


def test_an_offset_takes_the_place_of_its_column(rows):
    X, y, weight = rows
    whole = fit_logistic(X, y, weight)
    rest = fit_logistic(X[:, :2], y, weight, X[:, 2] * whole.theta[2])
    assert rest.theta == pytest.approx(whole.theta[:2])
    assert rest.p == pytest.approx(whole.p)


def test_classes_that_a_line_separates_do_not_converge():
    X = np.column_stack([np.ones(4), [-2.0, -1.0, 1.0, 2.0]])
    assert not fit_logistic(X, np.array([0.0, 0.0, 1.0, 1.0]), np.ones(4)).converged
    assert fit_logistic(X, np.array([0.0, 1.0, 0.0, 1.0]), np.ones(4)).converged


def test_the_covariance_is_the_inverse_hessian_where_the_model_is_true(rows):
    """Known truth: with rows of their own and equal weights both estimate one covariance."""
    rng = np.random.default_rng(1)
    X = np.column_stack([np.ones(20_000), rng.normal(size=20_000)])
    y = (rng.random(20_000) < 1 / (1 + np.exp(-X @ [-1.0, 0.7]))).astype(float)
    fit = fit_logistic(X, y, np.ones(20_000))
    robust = fit.covariance(np.arange(20_000))
    assert robust == pytest.approx(np.linalg.inv(fit.hessian), rel=0.1, abs=1e-6)


def test_accounts_that_repeat_their_rows_have_the_covariance_of_single_rows(rows):
    X, y, weight = rows
    single = fit_logistic(X, y, weight).covariance(np.arange(N))
    twice = fit_logistic(np.tile(X, (2, 1)), np.tile(y, 2), np.tile(weight, 2))
    assert twice.covariance(np.tile(np.arange(N), 2)) == pytest.approx(single)


def test_rows_of_a_prior_shrink_and_are_left_out_of_the_scores(rows):
    X, y, weight = rows
    prior = np.concatenate([X, np.eye(3)])
    with_prior = (np.append(y, [0.5] * 3), np.append(weight, [1e6] * 3))
    fit = fit_logistic(prior, *with_prior)
    assert fit.theta == pytest.approx([0.0] * 3, abs=0.01)
    residual = weight * (y - fit.p[:N])
    bread = np.linalg.inv(fit.hessian)
    meat = (X * residual[:, None]).T @ (X * residual[:, None])
    assert fit.covariance(np.arange(N)) == pytest.approx(bread @ meat @ bread)


def test_the_residual_is_the_gradient_of_the_loss(rows):
    _, y, weight = rows
    eta = np.linspace(-3, 3, N)
    loss, residual = loss_and_residual(eta, y, weight)
    p = 1 / (1 + np.exp(-eta))
    assert loss == pytest.approx(-(weight @ (y * np.log(p) + (1 - y) * np.log(1 - p))))
    step = np.zeros(N)
    step[17] = 1e-6
    moved, _ = loss_and_residual(eta + step, y, weight)
    assert (moved - loss) / 1e-6 == pytest.approx(residual[17], abs=1e-4)
