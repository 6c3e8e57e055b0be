"""What a model has to beat."""

import numpy as np
import pytest

from training.ensemble.assemble import Shown
from training.ensemble.base_rate import base_rate_model
from training.ensemble.level import Mature
from training.evaluation.baselines import of_base_rate, of_ranking, score_values


def text(*values):
    return np.array(values, dtype=object)


def test_with_few_judged_rows_the_base_rate_is_that_of_all_leads():
    model = base_rate_model(None, 20.0, 99.0)
    assert float(model.readiness(np.empty((1, 0)))[0]) == pytest.approx(20.5 / 100)
    assert not model.has_signal
    low, high = model.interval(np.empty((1, 0)))
    assert low[0] < 0.205 < high[0]


def test_the_base_rate_follows_the_newest_windows():
    rng = np.random.default_rng(0)
    fold = np.repeat([0, 1, 2], 2000)
    y = (rng.random(6000) < np.array([0.1, 0.2, 0.4])[fold]).astype(float)
    mature = Mature(np.arange(6000), y, np.ones(6000), fold, np.arange(6000))
    model = base_rate_model(Shown(mature, np.zeros(6000)), y.sum(), 6000.0)
    assert float(model.readiness(np.empty((1, 0)))[0]) == pytest.approx(0.4, abs=0.04)


def test_a_constant_ranks_nobody(evaluated):
    figures = of_base_rate(evaluated, 0.2)
    assert figures["auc"] == 0.5
    assert figures["lift_10"] == 1.0
    share = np.average(evaluated.y, weights=evaluated.weight)
    assert figures["precision_at_capacity"] == pytest.approx(share)
    assert figures["calibration_in_the_large"] == pytest.approx(0.2 / share)


def test_leads_without_a_score_rank_last(evaluated):
    score = np.where(evaluated.y == 1, 1.0, np.nan)
    assert of_ranking(evaluated, score, 0.1)["auc"] == 1.0
    assert of_ranking(evaluated, score, 0.05)["precision_at_capacity"] == pytest.approx(1.0)


def test_a_score_in_numbers_is_itself():
    values = score_values(text("3", "", "10.5"), text(), np.empty(0), np.empty(0))
    assert values[[0, 2]].tolist() == [3.0, 10.5]
    assert np.isnan(values[1])


def test_a_score_in_words_ranks_as_earlier_leads_of_that_word_won():
    earlier = text("hot", "hot", "cold", "cold")
    values = score_values(
        text("cold", "hot", "warm", ""), earlier, np.array([1.0, 1, 0, 1]), np.ones(4)
    )
    assert values[:2].tolist() == [0.5, 1.0]
    assert np.isnan(values[2:]).all()
