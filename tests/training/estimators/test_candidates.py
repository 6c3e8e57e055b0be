"""The members to try."""

import numpy as np
import pytest

from training.estimators.additive import fit_path
from training.estimators.boosting import Size, fit_boosted
from training.estimators.candidates import BOOSTED, affordable, alone, fit_candidates, periods
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


def test_members_come_in_the_order_of_their_names_and_repeat():
    X, y, weight = data()
    names = affordable(outcomes(400, 800))
    period = np.arange(len(y)) // 500
    first, again = (
        fit_candidates(X, y, weight, period, [False, True, False], names, Tuning.default(400))
        for _ in range(2)
    )
    assert [candidate.name for candidate in first] == names
    for before, after in zip(first, again, strict=True):
        assert (before.member.log_odds(X) == after.member.log_odds(X)).all()


def test_without_a_feature_every_member_is_the_base_rate():
    y = outcomes(100, 300)
    members = fit_candidates(
        np.empty((400, 0)),
        y,
        np.ones(400),
        np.zeros(400, dtype=int),
        [],
        affordable(y)[:-1],
        Tuning.default(100),
    )
    assert [float(c.member.log_odds(np.empty((1, 0)))[0]) for c in members] == pytest.approx(
        [np.log(1 / 3)] * len(members)
    )


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


def test_the_members_of_a_family_are_one_path_of_shrinkage():
    X, y, weight = data()
    period, category = np.zeros(len(y), dtype=int), [False, True, False]
    names = ["additive strong", "additive medium", "additive weak"]
    members = fit_candidates(X, y, weight, period, category, names, Tuning.default(400))
    path = fit_path(X, y, weight, period, category, n_knots=6, deviations=[0.1, 0.3, 1.0])
    for candidate, fit in zip(members, path, strict=True):
        assert candidate.member.log_odds(X) == pytest.approx(fit.member.log_odds(X))
    spread = [np.std(candidate.member.log_odds(X)) for candidate in members]
    assert spread == sorted(spread)
