"""The members of a blend, fitted on one matrix."""

import numpy as np
import pytest

from features.aggregation.definitions import Feature
from features.feature_set import FeatureSet
from training.dataset.matrix import Matrix
from training.ensemble.members import fit_candidates
from training.estimators.additive import fit_path
from training.estimators.candidates import affordable
from training.estimators.tuning import Tuning


def data(n=1500, seed=0):
    rng = np.random.default_rng(seed)
    X = np.column_stack([rng.normal(size=n), rng.integers(0, 5, n), rng.poisson(1, n)])
    X[rng.random(X.shape) < 0.1] = np.nan
    odds = np.nan_to_num(X[:, 0]) + (X[:, 1] == 2) - 1
    y = (rng.random(n) < 1 / (1 + np.exp(-odds))).astype(float)
    return X, y


def matrix(X, y, period, kinds):
    features = FeatureSet()
    features.features_ = [Feature(f"c{j}", kind, f"c{j}") for j, kind in enumerate(kinds)]
    every, weight = np.arange(len(y)), np.ones(len(y))
    return Matrix(features, X, y, weight, weight, every, period, every)


def test_members_come_in_the_order_of_their_names_and_repeat():
    X, y = data()
    names = affordable(np.repeat([1.0, 0.0], [400, 800]))
    rows = matrix(X, y, np.arange(len(y)) // 500, ("number", "category", "number"))
    first, again = (fit_candidates(rows, names, Tuning.default(400)) for _ in range(2))
    assert [candidate.name for candidate in first] == names
    for before, after in zip(first, again, strict=True):
        assert (before.member.log_odds(X) == after.member.log_odds(X)).all()


def test_without_a_feature_every_member_is_the_base_rate():
    y = np.repeat([1.0, 0.0], [100, 300])
    rows = matrix(np.empty((400, 0)), y, np.zeros(400, dtype=int), ())
    members = fit_candidates(rows, affordable(y)[:-1], Tuning.default(100))
    assert [float(c.member.log_odds(np.empty((1, 0)))[0]) for c in members] == pytest.approx(
        [np.log(1 / 3)] * len(members)
    )


def test_the_members_of_a_family_are_one_path_of_shrinkage():
    X, y = data()
    period = np.zeros(len(y), dtype=int)
    rows = matrix(X, y, period, ("number", "category", "number"))
    names = ["additive strong", "additive medium", "additive weak"]
    members = fit_candidates(rows, names, Tuning.default(400))
    path = fit_path(
        X, y, rows.weight, period, rows.is_category, n_knots=6, deviations=[0.1, 0.3, 1.0]
    )
    for candidate, fit in zip(members, path, strict=True):
        assert candidate.member.log_odds(X) == pytest.approx(fit.member.log_odds(X))
    spread = [np.std(candidate.member.log_odds(X)) for candidate in members]
    assert spread == sorted(spread)
