"""The base rate of each segment as a model."""

import numpy as np
import pytest

from training.segments.segment_model import segment_model
from training.segments.segments import Outcomes, Segment, segment_rates


def outcomes_of(*codes, y):
    n = len(y)
    segments = [
        Segment(f"column {j}", j, [*(f"v{k}" for k in range(max(code) + 1)), "not known"], code)
        for j, code in enumerate(map(np.array, codes))
    ]
    return Outcomes(np.arange(n), np.array(y, dtype=float), np.ones(n), segments)


def test_one_column_gives_its_pooled_rates_exactly():
    rng = np.random.default_rng(0)
    outcomes = outcomes_of(rng.integers(0, 3, 30), y=rng.integers(0, 2, 30))
    (rates,) = segment_rates(outcomes)
    model = segment_model(outcomes, [rates], 2)
    X = np.array([[0.0, 7.0], [1.0, np.nan], [2.0, 0.0], [np.nan, 1.0]])
    assert model.readiness(X) == pytest.approx(rates.pooled.rate, abs=1e-9)


def test_the_interval_holds_that_of_every_value():
    rng = np.random.default_rng(1)
    outcomes = outcomes_of(rng.integers(0, 3, 30), rng.integers(0, 2, 30), y=rng.integers(0, 2, 30))
    rates = segment_rates(outcomes)
    for rate in rates:
        alone = Outcomes(
            outcomes.lead, outcomes.y, outcomes.weight, [outcomes.segments[rates.index(rate)]]
        )
        model = segment_model(alone, [rate], 2)
        X = np.full((len(rate.values), 2), np.nan)
        X[:-1, alone.segments[0].column] = np.arange(len(rate.values) - 1)
        low, high = model.interval(X)
        assert (low <= rate.pooled.low + 1e-9).all()
        assert (high >= rate.pooled.high - 1e-9).all()


def test_two_columns_that_are_the_same_do_not_count_twice():
    rng = np.random.default_rng(2)
    code = rng.integers(0, 3, 36)
    y = (rng.random(36) < np.array([0.1, 0.4, 0.8])[code]).astype(float)
    X = np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]])
    once = outcomes_of(code, y=y)
    alone = segment_model(once, segment_rates(once), 2).readiness(X)
    both = outcomes_of(code, code, y=y)
    together = segment_model(both, segment_rates(both), 2).readiness(X)
    raw = np.array([y[code == k].mean() for k in range(3)])
    overall = both.rate
    assert (np.abs(together - overall) <= np.abs(raw - overall) + 1e-9).all()
    assert together == pytest.approx(alone, abs=0.12)


def test_contributions_and_bias_sum_to_the_log_odds():
    rng = np.random.default_rng(3)
    outcomes = outcomes_of(rng.integers(0, 3, 30), rng.integers(0, 2, 30), y=rng.integers(0, 2, 30))
    model = segment_model(outcomes, segment_rates(outcomes), 3)
    X = np.column_stack([rng.integers(0, 3, 9), rng.integers(0, 2, 9), rng.normal(size=9)]) * 1.0
    p = model.readiness(X)
    explained = model.contributions(X).sum(axis=1) + model.bias
    assert explained == pytest.approx(np.log(p / (1 - p)))
    assert (model.contributions(X)[:, 2] == 0).all()
