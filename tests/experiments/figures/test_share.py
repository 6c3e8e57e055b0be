"""A share and its interval: exact, by account, and never without room for chance."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from experiments.figures.share import Share
from training.statistics.binomial import effective_leads

ONES = np.ones(12)
ACCOUNTS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=12)


def share_of(counts, sizes):
    return Share.of_accounts(np.asarray(counts, float), np.asarray(sizes, float))


def coverage(accounts, size, chance, correlation, draws=400):
    """In how many of some seeded draws the interval holds the true share."""
    rng = np.random.default_rng(11)
    held = 0
    for _ in range(draws):
        own = np.full(accounts, chance)
        if correlation:
            concentration = 1 / correlation - 1
            own = rng.beta(chance * concentration, (1 - chance) * concentration, accounts)
        share = share_of(rng.binomial(size, own), np.full(accounts, size))
        held += share.low <= chance <= share.high
    return held / draws


@given(ACCOUNTS)
def test_interval_holds_the_share_within_0_and_1_and_has_a_width(accounts):
    sizes = np.array([max(pair) for pair in accounts])
    share = share_of([min(pair) for pair in accounts], sizes)
    assert share.of == sizes.sum()
    if share.of:
        assert 0 <= share.low <= share.value <= share.high <= 1
        assert share.high - share.low > 0


@pytest.mark.parametrize(("count", "of"), [(0, 12), (1, 12), (5, 12), (12, 12), (70, 1_000)])
def test_interval_is_the_exact_binomial_where_every_lead_has_its_own_account(count, of):
    share = share_of(np.arange(of) < count, np.ones(of))
    exact = binomtest(count, of).proportion_ci(0.90, method="exact")
    assert (share.count, share.of, share.value) == (count, of, count / of)
    assert (share.low, share.high) == pytest.approx((exact.low, exact.high))


@pytest.mark.parametrize(("chance", "of"), [(0.07, 12), (0.07, 40), (0.3, 300)])
def test_interval_holds_the_truth_of_independent_leads(chance, of):
    # Counts are whole, so the exact interval holds it more often than 90 % when they are small.
    assert coverage(of, 1, chance, 0.0) >= 0.89


@pytest.mark.parametrize(
    ("accounts", "size", "chance", "correlation"),
    [(12, 5, 0.07, 0.3), (40, 5, 0.07, 0.3), (150, 5, 0.3, 0.3), (40, 5, 0.07, 0.0)],
)
def test_interval_holds_the_truth_of_leads_that_share_accounts(accounts, size, chance, correlation):
    assert 0.87 <= coverage(accounts, size, chance, correlation) <= 0.995


def test_leads_of_one_account_are_no_new_evidence():
    won = np.random.default_rng(0).random(400) < 0.3
    five = share_of(5 * won, np.full(400, 5))
    once = share_of(won, np.ones(400))
    assert five.value == once.value
    assert effective_leads(5.0 * won, np.full(400, 5.0)) == pytest.approx(400, rel=0.02)
    assert five.high - five.low == pytest.approx(once.high - once.low, rel=0.02)


def test_few_accounts_widen_the_interval():
    won, leads = np.array([9.0, 11.0]), np.array([20.0, 20.0])
    assert effective_leads(won, leads) < 4
    assert effective_leads(np.array([20.0]), np.array([40.0])) == 1.0


@pytest.mark.parametrize("count", [0.0, 5.0])
def test_none_or_all_rest_on_the_number_of_accounts(count):
    assert effective_leads(np.full(7, count), np.full(7, 5.0)) == 7.0
    bound = 0.05 ** (1 / 7)
    share = share_of(np.full(7, count), np.full(7, 5.0))
    ends = (0.0, 1 - bound) if count == 0 else (bound, 1.0)
    assert (share.low, share.high) == pytest.approx(ends)


def test_accounts_without_leads_do_not_count():
    with_empty = share_of([1, 0, 0, 2], [3, 0, 4, 5])
    assert with_empty == share_of([1, 0, 2], [3, 4, 5])


def test_share_of_nobody_is_not_defined():
    share = share_of([0, 0], [0, 0])
    assert (share.count, share.of) == (0, 0)
    assert np.isnan([share.value, share.low, share.high]).all()


def test_json_has_the_keys_of_the_design():
    share = Share.of_accounts(ONES, ONES, "handoffs")
    assert share.unit == "handoffs"
    assert share_of([1], [2]).unit == "leads"
    assert list(share.to_dict()) == ["count", "of", "value", "low", "high"]
    assert share.to_dict()["high"] == 1.0
