"""Partial pooling of win rates."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.statistics.pooling import pool, shrunken_rate


def rates(counts):
    leads = np.array([n for n, _ in counts], dtype=float)
    wins = np.array([min(n, w) for n, w in counts], dtype=float)
    return wins, leads


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 60)), min_size=1, max_size=8))
def test_a_pooled_rate_lies_between_its_own_and_that_of_all(counts):
    wins, leads = rates(counts)
    pooled = pool(wins, leads)
    raw = wins / leads
    low, high = np.minimum(raw, pooled.overall), np.maximum(raw, pooled.overall)
    assert ((low - 1e-12 <= pooled.rate) & (pooled.rate <= high + 1e-12)).all()
    share = pooled.shrinkage
    assert pooled.rate == pytest.approx((1 - share) * raw + share * pooled.overall)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=2, max_size=8))
def test_the_fewer_leads_the_more_shrinkage_and_the_wider_the_interval(counts):
    wins, leads = rates([(40, 10), *counts])
    pooled = pool(wins, leads)
    order = np.argsort(leads)
    assert (np.diff(pooled.shrinkage[order]) <= 1e-12).all()
    assert ((pooled.low < pooled.rate) & (pooled.rate < pooled.high)).all()


def test_a_segment_without_a_lead_has_the_overall_rate():
    pooled = pool(np.array([6.0, 2.0, 0.0]), np.array([15.0, 15.0, 0.0]))
    assert pooled.shrinkage[2] == 1.0
    assert pooled.rate[2] == pytest.approx(pooled.overall)
    assert pooled.variance[2] > pooled.variance[:2].max()


def test_equal_segments_shrink_most_towards_the_overall_rate():
    pooled = pool(np.full(5, 6.0), np.full(5, 20.0))
    assert pooled.rate == pytest.approx([pooled.overall] * 5, abs=0.005)
    assert (pooled.shrinkage > 0.5).all()


def test_segments_that_differ_keep_their_own_rates():
    pooled = pool(np.array([50.0, 450.0]), np.array([1000.0, 1000.0]))
    assert (pooled.shrinkage < 0.01).all()
    assert pooled.rate == pytest.approx([0.05, 0.45], abs=0.003)


def test_thirty_leads_do_not_give_wild_rates():
    """Three of three won may be random: a lead like them is not taken for certain."""
    pooled = pool(np.array([3.0, 6.0]), np.array([3.0, 27.0]))
    assert 0.3 < pooled.rate[0] < 0.75
    assert pooled.shrinkage[0] > 0.4


def test_pooled_rates_lose_less_than_raw_ones_and_than_that_of_all():
    """Known truth: the squared error over many exports of 36 leads."""
    rng = np.random.default_rng(0)
    losses = []
    for _ in range(300):
        truth = 1 / (1 + np.exp(1.0 - 0.6 * rng.normal(size=4)))
        leads = rng.multinomial(36, rng.dirichlet(np.full(4, 2.0))).astype(float)
        wins = rng.binomial(leads.astype(int), truth).astype(float)
        pooled = pool(wins, leads)
        raw = np.where(leads > 0, wins / np.maximum(leads, 1), pooled.overall)
        of_all = np.full(4, pooled.overall)
        losses.append([leads @ (p - truth) ** 2 for p in (pooled.rate, raw, of_all)])
    pooled, raw, of_all = np.mean(losses, axis=0)
    assert pooled < 0.9 * raw
    assert pooled < 0.9 * of_all


def test_the_interval_holds_the_truth():
    rng = np.random.default_rng(1)
    held = []
    for _ in range(300):
        truth = 1 / (1 + np.exp(1.0 - 0.5 * rng.normal(size=4)))
        leads = np.array([5.0, 8.0, 10.0, 14.0])
        pooled = pool(rng.binomial(leads.astype(int), truth).astype(float), leads)
        held.append((pooled.low <= truth) & (truth <= pooled.high))
    assert 0.86 <= np.mean(held) <= 0.98


def test_the_shrunken_rate_is_never_certain():
    assert shrunken_rate(0, 50) == pytest.approx(0.5 / 51)
    assert shrunken_rate(50, 50) < 1.0
