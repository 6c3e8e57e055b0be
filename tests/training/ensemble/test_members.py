"""The members of a blend, fitted on one matrix."""

from dataclasses import replace

import numpy as np
import pytest

from features.aggregation.definitions import Feature
from features.feature_set import FeatureSet
from training.dataset.matrix import Matrix
from training.ensemble.members import fit_members, recipe
from training.estimators.additive import fit_additive
from training.estimators.candidates import ADDITIVE, DEEP, MEMBERS, SHALLOW, WEAK


def data(n=1500, seed=0):
    rng = np.random.default_rng(seed)
    X = np.column_stack([rng.normal(size=n), rng.integers(0, 5, n), rng.poisson(1, n)])
    X[rng.random(X.shape) < 0.1] = np.nan
    odds = np.nan_to_num(X[:, 0]) + (X[:, 1] == 2) - 1
    y = (rng.random(n) < 1 / (1 + np.exp(-odds))).astype(float)
    return X, y


def matrix(X, y, kinds):
    features = FeatureSet()
    features.features_ = [Feature(f"c{j}", kind, f"c{j}") for j, kind in enumerate(kinds)]
    return Matrix(features, X, y, np.ones(len(y)), np.arange(len(y)) % 5)


def test_without_a_feature_every_member_is_the_base_rate():
    y = np.repeat([1.0, 0.0], [100, 300])
    members = fit_members(matrix(np.empty((400, 0)), y, ()))
    base = np.full((1, len(members.names)), np.log(1 / 3))
    assert members.log_odds_of(np.empty((1, 0))) == pytest.approx(base)


def test_the_members_are_those_of_the_recipe_in_its_order():
    X, y = data()
    rows = matrix(X, y, ("number", "category", "number"))
    members = fit_members(rows)
    assert members.names == [ADDITIVE, SHALLOW, DEEP]
    alone = fit_additive(X, y, rows.weight, rows.is_category, n_knots=6, deviation=0.3)
    assert members.log_odds_of(X)[:, 0] == pytest.approx(alone.log_odds(X))


def test_a_column_more_can_cost_the_member_of_weak_shrinkage():
    X, y = data()
    rows = matrix(X, y, ("number", "category", "number"))
    # Knots, codes and the missing value: of three columns some 19 coefficients.
    assert 200 < rows.outcomes < 600
    assert recipe(rows) == (*MEMBERS, WEAK)
    wide = matrix(np.tile(X, 5), y, ("number", "category", "number") * 5)
    assert recipe(wide) == MEMBERS


def test_weak_shrinkage_leaves_effects_larger():
    X, y = data()
    members = fit_members(matrix(X, y, ("number", "category", "number")), [ADDITIVE, WEAK])
    spread = members.log_odds_of(X).std(axis=0)
    assert spread[1] > spread[0]


def test_trees_are_added_to_the_base_rate_and_do_not_keep_it():
    X, y = data()
    members = fit_members(matrix(X, y, ("number", "category", "number")), [SHALLOW, DEEP])
    level = members.log_odds_of(X).mean(axis=0)
    assert (np.abs(level) < 0.5 * abs(np.log(members.rate / (1 - members.rate)))).all()


def test_members_of_two_arms_differ_by_their_contrast():
    X, y = data()
    unworked = np.arange(len(y)) % 3 == 0
    y = np.where(unworked & (np.arange(len(y)) % 2 == 0), 0.0, y)
    rows = replace(matrix(X, y, ("number", "category", "number")), unworked=unworked)
    members = fit_members(rows, [ADDITIVE, SHALLOW])
    assert members.has_arms
    assert (members.rows, members.rate) == ((~unworked).sum(), pytest.approx(y[~unworked].mean()))
    contrast = members.contrast(np.array([0.5, 0.5]))
    assert contrast.log_odds(X).mean() < -0.1
    assert not fit_members(matrix(X, y, ("number", "category", "number")), [ADDITIVE]).has_arms
