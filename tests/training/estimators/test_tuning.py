"""Hyper-parameters: what may be drawn, and how old snapshots count."""

import json

import numpy as np
import optuna
import pytest

from training.estimators.boosting import Size
from training.estimators.tuning import EXPLAINABLE, Tuning, most_trees


def test_hyper_parameters_survive_json():
    tuning = Tuning(Size(20, 4, 0.1, 3.0, 0.5), 400.0, 2.0, 10, 0.5)
    assert Tuning.from_dict(json.loads(json.dumps(tuning.to_dict()))) == tuning


def test_every_draw_can_be_explained_in_time():
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    for _ in range(100):
        size = Tuning.suggest(study.ask(), 400.0).size
        assert 20 <= size.trees <= most_trees(size.leaves)
    for rarer in (200, 20_000):
        size = Tuning.default(rarer).size
        assert size.trees <= most_trees(size.leaves)


def test_fewer_trees_of_more_leaves_can_be_explained():
    assert most_trees(4) > most_trees(7) > most_trees(12) > 50
    assert most_trees(4) * 4 * 3**2 <= EXPLAINABLE


def test_a_snapshot_of_half_the_age_counts_half():
    order = np.array([0, 50, 100])
    tuning = Tuning(Size(20, 4, 0.1, 3.0), 400.0, half_life=0.5)
    assert tuning.recency(order) == pytest.approx([0.25, 0.5, 1.0])
    assert (Tuning(Size(20, 4, 0.1, 3.0), 400.0).recency(order) == 1).all()


def test_fewer_outcomes_have_fewer_trees():
    tuning = Tuning.default(400.0)
    assert tuning.on(400.0) == tuning
    assert tuning.on(100.0).size.trees == tuning.size.trees // 2
    assert tuning.on(1e9).size.trees == most_trees(4)
