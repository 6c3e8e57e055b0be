"""The additive member finds the functions that made the data."""

import numpy as np
import pytest

from training.estimators.additive import Basis, fit_additive, fit_arms


def data(seed=0, n=6000):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    code = rng.integers(0, 4, n).astype(float)
    x[rng.random(n) < 0.1] = np.nan
    X = np.column_stack([x, code, rng.normal(size=n)])
    return X, rng


def fitted(X, y, deviation=1.0, *, weight=None):
    weight = np.ones(len(y)) if weight is None else weight
    return fit_additive(X, y, weight, [False, True, False], n_knots=6, deviation=deviation)


def sigmoid(eta):
    return 1 / (1 + np.exp(-eta))


def test_hats_sum_to_one_for_every_value():
    X, _ = data()
    basis = Basis.fit(X, [False, True, False], 6)
    design = basis.design(X).toarray()
    for start, end in zip(basis.starts[:-1], basis.starts[1:], strict=True):
        assert design[:, start:end].sum(axis=1) == pytest.approx(np.ones(len(X)))
    assert (design >= 0).all()


def test_a_code_beyond_the_training_ones_does_not_break_the_design():
    X, _ = data()
    basis = Basis.fit(X, [False, True, False], 6)
    X[0, 1] = 99.0
    assert np.isfinite(basis.design(X).toarray()).all()


def test_it_finds_a_bent_function_a_table_and_the_missing_value():
    X, rng = data(n=30_000)
    x, code = X[:, 0], X[:, 1]
    truth = (
        np.where(np.isnan(x), 0.8, np.abs(np.nan_to_num(x)))
        + np.array([0, 1, -1, 0.5])[code.astype(int)]
    )
    y = (rng.random(len(x)) < sigmoid(truth - 1.5)).astype(float)
    member = fitted(X, y)
    error = member.log_odds(X) - (truth - 1.5)
    assert np.sqrt(np.mean(error**2)) < 0.12


def test_the_member_is_the_optimum_of_the_penalised_loss():
    X, rng = data(n=800)
    y = (rng.random(800) < 0.4).astype(float)
    member = fitted(X, y, 0.3)
    residual = y - sigmoid(member.log_odds(X))
    assert residual.sum() == pytest.approx(0.0, abs=0.05)


def test_a_smaller_deviation_shrinks_the_functions():
    X, rng = data()
    y = (rng.random(len(X)) < sigmoid(np.nan_to_num(X[:, 0]))).astype(float)
    spread = [fitted(X, y, deviation).log_odds(X).std() for deviation in (0.03, 0.3, 3.0)]
    assert spread == sorted(spread)
    assert spread[0] < 0.5 * spread[2]


def test_weights_count_as_repetition():
    X, rng = data(n=500)
    y = (rng.random(500) < 0.4).astype(float)
    times = rng.integers(1, 3, 500)
    weighted = fitted(X, y, 0.5, weight=times.astype(float))
    again = np.repeat(np.arange(500), times)
    repeated = fitted(X[again], y[again], 0.5)
    assert [s.values.size for s in weighted.shapes] == [s.values.size for s in repeated.shapes]
    assert weighted.log_odds(X) == pytest.approx(repeated.log_odds(X), abs=0.1)


def test_a_count_that_is_mostly_zero_has_knots_beyond_zero():
    rng = np.random.default_rng(0)
    X = rng.poisson(0.1, (2000, 1)).astype(float)
    assert Basis.fit(X, [False], 6).knots[0].size >= 2


def test_a_column_of_nothing_has_one_knot():
    assert Basis.fit(np.full((50, 1), np.nan), [False], 6).knots[0].tolist() == [0.0]


def test_two_arms_share_their_effects_and_have_a_level_each():
    rng = np.random.default_rng(3)
    x = rng.normal(size=(6000, 1))
    unworked = rng.random(6000) < 0.5
    odds = 1.2 * x[:, 0] - 1.5 * unworked
    y = (rng.random(6000) < 1 / (1 + np.exp(-odds))).astype(float)
    member, shift = fit_arms(x, y, np.ones(6000), unworked, [False], n_knots=6, deviation=1.0)
    assert shift == pytest.approx(-1.5, abs=0.15)
    at = member.log_odds(np.array([[-1.0], [1.0]]))
    assert np.diff(at) == pytest.approx(2.4, abs=0.3)
    # An arm without a win is held by its prior.
    _, none = fit_arms(
        x, np.where(unworked, 0.0, y), np.ones(6000), unworked, [False], n_knots=6, deviation=1.0
    )
    assert -20 < none < -5
