"""The members of the recipe."""

import numpy as np
import pytest

from training.estimators.boosting import Size, fit_boosted
from training.estimators.candidates import DEEP, MEMBERS, SHALLOW, WEAK, member_names, tree_size


def data(n=1500, seed=0):
    rng = np.random.default_rng(seed)
    X = np.column_stack([rng.normal(size=n), rng.integers(0, 5, n), rng.poisson(1, n)])
    X[rng.random(X.shape) < 0.1] = np.nan
    odds = np.nan_to_num(X[:, 0]) + (X[:, 1] == 2) - 1
    y = (rng.random(n) < 1 / (1 + np.exp(-odds))).astype(float)
    return X, y, np.ones(n)


@pytest.mark.parametrize(
    ("outcomes", "shallow", "deep"), [(9, 40, 80), (100, 80, 150), (10_000, 300, 150)]
)
def test_the_number_of_trees_grows_with_the_root_of_the_outcomes(outcomes, shallow, deep):
    assert tree_size(SHALLOW, outcomes).trees == shallow
    assert tree_size(DEEP, outcomes).trees == deep
    assert (tree_size(SHALLOW, outcomes).leaves, tree_size(DEEP, outcomes).leaves) == (4, 8)


@pytest.mark.parametrize(
    ("outcomes", "coefficients", "weak"), [(999.9, 100, False), (1000, 100, True), (50, 0, False)]
)
def test_weak_shrinkage_takes_ten_leads_of_the_rarer_class_for_each_coefficient(
    outcomes, coefficients, weak
):
    assert member_names(outcomes, coefficients) == ((*MEMBERS, WEAK) if weak else MEMBERS)


def test_trees_do_not_keep_the_offset_of_the_fit():
    X, y, weight = data()
    level = np.log(y.mean() / (1 - y.mean()))
    shift = np.full(len(y), level)
    member = fit_boosted(X, y, weight, shift, [False, True, False], Size(5, 4, 1.0, 0.6, rate=0.1))
    assert member.log_odds(X).mean() == pytest.approx(0.0, abs=0.1)
    assert abs(level) > 0.3


def test_trees_split_categories():
    rng = np.random.default_rng(1)
    X = rng.integers(0, 6, (3000, 1)).astype(float)
    y = (rng.random(3000) < np.where(X[:, 0] == 3, 0.7, 0.1)).astype(float)
    level = np.full(3000, np.log(y.mean() / (1 - y.mean())))
    member = fit_boosted(X, y, np.ones(3000), level, [True], tree_size(SHALLOW, 400))
    assert member.log_odds(np.array([[3.0]]))[0] > member.log_odds(np.array([[1.0]]))[0] + 1.0
