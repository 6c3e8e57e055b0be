"""Partial pooling of win rates."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.segments.pooling import design_effect, pool, shrunken_rate


def rates(counts):
    leads = np.array([n for n, _ in counts], dtype=float)
    wins = np.array([min(n, w) for n, w in counts], dtype=float)
    return wins, leads


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 60)), min_size=1, max_size=8))
def test_a_pooled_rate_lies_between_its_own_and_that_of_all(counts):
    wins, leads = rates(counts)
    found = pool(wins, leads)
    raw = wins / leads
    low, high = np.minimum(raw, found.overall), np.maximum(raw, found.overall)
    assert ((low - 1e-12 <= found.rate) & (found.rate <= high + 1e-12)).all()
    share = found.borrowed
    assert found.rate == pytest.approx((1 - share) * raw + share * found.overall)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=2, max_size=8))
def test_the_fewer_leads_the_more_is_borrowed_and_the_wider_the_interval(counts):
    wins, leads = rates([(40, 10), *counts])
    found = pool(wins, leads)
    order = np.argsort(leads)
    assert (np.diff(found.borrowed[order]) <= 1e-12).all()
    assert ((found.low < found.rate) & (found.rate < found.high)).all()


def test_a_segment_without_a_lead_borrows_everything():
    found = pool(np.array([6.0, 2.0, 0.0]), np.array([15.0, 15.0, 0.0]))
    assert found.borrowed[2] == 1.0
    assert found.rate[2] == pytest.approx(found.overall)
    assert found.variance[2] > found.variance[:2].max()


def test_equal_segments_keep_the_rate_of_all_and_borrow_most_of_it():
    found = pool(np.full(5, 6.0), np.full(5, 20.0))
    assert found.rate == pytest.approx([found.overall] * 5, abs=0.005)
    assert (found.borrowed > 0.5).all()


def test_segments_that_differ_keep_their_own_rates():
    found = pool(np.array([50.0, 450.0]), np.array([1000.0, 1000.0]))
    assert (found.borrowed < 0.01).all()
    assert found.rate == pytest.approx([0.05, 0.45], abs=0.003)


def test_thirty_leads_do_not_give_wild_rates():
    """Three of three won, by chance as likely as not: a lead like them is not taken for certain."""
    found = pool(np.array([3.0, 6.0]), np.array([3.0, 27.0]))
    assert 0.3 < found.rate[0] < 0.75
    assert found.borrowed[0] > 0.4


def test_pooled_rates_lose_less_than_raw_ones_and_than_that_of_all():
    """Known truth: the squared error over many exports of 36 leads."""
    rng = np.random.default_rng(0)
    losses = []
    for _ in range(300):
        truth = 1 / (1 + np.exp(1.0 - 0.6 * rng.normal(size=4)))
        leads = rng.multinomial(36, rng.dirichlet(np.full(4, 2.0))).astype(float)
        wins = rng.binomial(leads.astype(int), truth).astype(float)
        found = pool(wins, leads)
        raw = np.where(leads > 0, wins / np.maximum(leads, 1), found.overall)
        of_all = np.full(4, found.overall)
        losses.append([leads @ (p - truth) ** 2 for p in (found.rate, raw, of_all)])
    pooled, raw, of_all = np.mean(losses, axis=0)
    assert pooled < 0.9 * raw
    assert pooled < 0.9 * of_all


def test_the_interval_holds_the_truth():
    rng = np.random.default_rng(1)
    held = []
    for _ in range(300):
        truth = 1 / (1 + np.exp(1.0 - 0.5 * rng.normal(size=4)))
        leads = np.array([5.0, 8.0, 10.0, 14.0])
        found = pool(rng.binomial(leads.astype(int), truth).astype(float), leads)
        held.append((found.low <= truth) & (truth <= found.high))
    assert 0.86 <= np.mean(held) <= 0.98


def test_leads_of_one_account_that_agree_count_as_one():
    residual = np.repeat([0.5, -0.5, 0.5, -0.5], 5)
    assert design_effect(residual, np.ones(20), np.repeat(np.arange(4), 5)) == pytest.approx(5.0)
    assert design_effect(residual, np.ones(20), np.arange(20)) == pytest.approx(1.0)
    assert design_effect(np.zeros(20), np.ones(20), np.arange(20)) == 1.0


def test_snapshots_of_one_lead_count_as_one_lead():
    residual = np.repeat([0.5, -0.5], 4)
    assert design_effect(residual, np.full(8, 0.25), np.repeat([0, 1], 4)) == pytest.approx(1.0)


def test_the_shrunken_rate_is_never_certain():
    assert shrunken_rate(0, 50) == pytest.approx(0.5 / 51)
    assert shrunken_rate(50, 50) < 1.0
