"""The tabled Shapley values against LightGBM's own, tree by tree and row by row."""

import lightgbm
import numpy as np
import pytest

from leadgate.model import BoostedMember, tabled
from leadgate.model.tabled import TabledTrees
from leadgate.model.trees import Forest

N, P = 3000, 9
CATEGORIES = [6, 7, 8]


def _data(seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(N, P))
    X[:, 3] = X[:, 3].round()
    X[:, CATEGORIES] = rng.integers(0, 40, (N, 3))
    X[rng.random(X.shape) < 0.15] = np.nan
    X[:, 5] = np.nan_to_num(X[:, 5])
    effect = np.nan_to_num(X[:, 0] * X[:, 1] + X[:, 3]) + (X[:, 6] % 3 == 1)
    return X, (rng.random(N) < 1 / (1 + np.exp(-effect))).astype(float)


def _text(X, y, trees=20, **params):
    settings = {"objective": "binary", "num_leaves": 15, "max_depth": 5, "verbose": -1,
                "num_threads": 1, "min_data_in_leaf": 20, "seed": 0}  # fmt: skip
    data = lightgbm.Dataset(X, y, categorical_feature=CATEGORIES, params={"verbose": -1})
    return lightgbm.train(settings | params, data, trees).model_to_string()


def _of_lightgbm(text, X):
    explained = lightgbm.Booster(model_str=text).predict(X, pred_contrib=True, num_threads=1)
    return explained[:, :-1]


@pytest.mark.parametrize("rows", [5, N])
@pytest.mark.parametrize(
    "params",
    [{}, {"zero_as_missing": True}, {"use_missing": False}, {"num_leaves": 40, "max_depth": 10}],
    ids=["default", "zero is missing", "nothing is missing", "deep"],
)
def test_values_are_those_of_lightgbm(params, rows):
    X, y = _data()
    text = _text(X, y, **params)
    # Codes that training has not seen, among them impossible ones, go their own way.
    X[:4, 6] = [-1.0, 39.0, 200.0, 2.7]
    contributions = TabledTrees(Forest(text), P).contributions(X[:rows], threads=2)
    np.testing.assert_allclose(contributions, _of_lightgbm(text, X[:rows]), rtol=0, atol=1e-9)


def test_values_add_up_to_the_margin():
    X, y = _data(1)
    member = BoostedMember(_text(X, y))
    total = member.contributions(X).sum(axis=1) + member.bias
    np.testing.assert_allclose(total, member.log_odds(X), rtol=0, atol=1e-9)


def test_a_few_rows_are_explained_as_among_many():
    X, y = _data(2)
    member = BoostedMember(_text(X, y))
    np.testing.assert_allclose(
        member.contributions(X[:7]), member.contributions(X)[:7], rtol=0, atol=1e-12
    )


def test_rows_are_explained_alike_in_many_parts_by_two_threads(monkeypatch):
    X, y = _data(3)
    trees = TabledTrees(Forest(_text(X, y)), P)
    whole = trees.contributions(X)
    monkeypatch.setattr(tabled, "_CHUNK", 700)
    np.testing.assert_array_equal(trees.contributions(X, threads=2), whole)


def test_trees_without_a_condition_move_nothing():
    X, y = _data(3)
    member = BoostedMember(_text(X, y, trees=3, min_data_in_leaf=N))
    assert not member.contributions(X).any()
    np.testing.assert_allclose(member.bias, member.log_odds(X[:1])[0])


def test_trees_that_are_too_deep_are_left_to_lightgbm():
    X, y = _data(4)
    text = _text(X, y, trees=10, num_leaves=60, max_depth=-1, min_data_in_leaf=2)
    member = BoostedMember(text)
    assert member._tabled is None
    np.testing.assert_allclose(member.contributions(X[:50]), _of_lightgbm(text, X[:50]))


def test_two_threads_predict_what_one_does():
    X, y = _data()
    text, many = _text(X, y), np.concatenate([X, X[::-1], X])
    log_odds = BoostedMember(text, threads=2).log_odds(many)
    assert (log_odds == BoostedMember(text).log_odds(many)).all()
