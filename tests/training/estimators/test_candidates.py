"""The members to try."""

import numpy as np
import pytest

from training.estimators.boosting import Size, fit_boosted
from training.estimators.candidates import BOOSTED, affordable, alone, periods
from training.estimators.tuning import Tuning


def data(n=1500, seed=0):
    rng = np.random.default_rng(seed)
    X = np.column_stack([rng.normal(size=n), rng.integers(0, 5, n), rng.poisson(1, n)])
    X[rng.random(X.shape) < 0.1] = np.nan
    odds = np.nan_to_num(X[:, 0]) + (X[:, 1] == 2) - 1
    y = (rng.random(n) < 1 / (1 + np.exp(-odds))).astype(float)
    return X, y, np.ones(n)


def outcomes(won, lost):
    return np.repeat([1.0, 0.0], [won, lost])


@pytest.mark.parametrize(
    ("won", "count", "trees"),
    [(12, 4, []), (100, 6, []), (400, 7, [BOOSTED])],
)
def test_more_outcomes_bear_more_members(won, count, trees):
    names = affordable(outcomes(won, 5000))
    assert len(names) == count
    assert [name for name in names if name == BOOSTED] == trees
    assert names[alone(names)] == "additive medium"


def test_trees_do_not_keep_the_offset_of_the_fit():
    X, y, weight = data()
    level = np.log(y.mean() / (1 - y.mean()))
    shift = np.full(len(y), level)
    member = fit_boosted(X, y, weight, shift, [False, True, False], Size(5, 4, 0.1, 1.0))
    assert member.log_odds(X).mean() == pytest.approx(0.0, abs=0.1)
    assert abs(level) > 0.3


def test_trees_split_categories():
    rng = np.random.default_rng(1)
    X = rng.integers(0, 6, (3000, 1)).astype(float)
    y = (rng.random(3000) < np.where(X[:, 0] == 3, 0.7, 0.1)).astype(float)
    level = np.full(3000, np.log(y.mean() / (1 - y.mean())))
    member = fit_boosted(X, y, np.ones(3000), level, [True], Tuning.default(400).size)
    assert member.log_odds(np.array([[3.0]]))[0] > member.log_odds(np.array([[1.0]]))[0] + 1.0


def test_periods_hold_as_many_mature_rows_and_the_young_belong_to_the_last():
    order = np.arange(1000)
    y = (order % 4 == 0).astype(float)
    mature = order < 800
    code = periods(order, y, mature)
    counts = np.bincount(code[mature])
    assert counts.size == 10
    assert np.ptp(counts) <= 1
    assert (code[~mature] == code.max()).all()


def test_few_outcomes_have_one_period():
    code = periods(np.arange(100), outcomes(10, 90), np.ones(100, dtype=bool))
    assert (code == 0).all()
