"""Trees of either arm, against LightGBM asked with the arm as a column."""

import lightgbm
import numpy as np
import pytest

from leadgate.model import BoostedMember
from training.estimators.arm_trees import arm_trees


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(0)
    n = 3000
    X = rng.normal(size=(n, 4))
    X[:, 2] = rng.integers(0, 12, n)
    X[rng.random((n, 4)) < 0.1] = np.nan
    arm = (rng.random(n) < 0.5) * 1.0
    odds = np.nan_to_num(X[:, 0]) * (1 - arm) + 2 * arm * np.isin(X[:, 2], [1, 5, 7]) - arm
    return X, arm, (rng.random(n) < 1 / (1 + np.exp(-odds))) * 1.0


def fitted(rows, leaves, trees=60):
    X, arm, y = rows
    both = lightgbm.Dataset(np.column_stack([X, arm]), y, categorical_feature=[2])
    params = {"objective": "binary", "num_leaves": leaves, "verbose": -1, "feature_fraction": 0.6}
    return lightgbm.train(params | {"num_threads": 1}, both, trees)


@pytest.mark.parametrize("leaves", [2, 4, 16])
def test_the_trees_of_an_arm_predict_what_the_model_does_for_it(rows, leaves):
    booster = fitted(rows, leaves)
    trees, X = arm_trees(booster.model_to_string()), rows[0]
    worked, unworked = (
        booster.predict(np.column_stack([X, np.full(len(X), arm)]), raw_score=True)
        for arm in (0.0, 1.0)
    )
    assert (BoostedMember(trees.worked).log_odds(X) == worked).all()
    parts = (BoostedMember(t).log_odds(X) for t in (trees.asking_unworked, trees.asking_worked))
    difference = np.subtract(*parts)
    assert difference == pytest.approx(unworked - worked, abs=1e-12)


def test_their_shapley_values_are_exact(rows):
    trees, X = arm_trees(fitted(rows, 8).model_to_string()), rows[0][:300]
    for text in vars(trees).values():
        member = BoostedMember(text)
        contributions = member.contributions(X)
        assert contributions == pytest.approx(member._explained(X)[:, :-1], abs=1e-12)
        assert contributions.sum(axis=1) + member.bias == pytest.approx(member.log_odds(X))


def test_trees_that_never_ask_for_the_arm_have_no_contrast(rows):
    X, _, y = rows
    nothing = np.zeros(len(X))
    trees = arm_trees(fitted((X, nothing, y), 4, 5).model_to_string())
    assert (trees.asking_worked, trees.asking_unworked) == ("", "")
