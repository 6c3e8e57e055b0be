"""How far a property tells two groups of leads of the same time apart."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.statistics.contrast import NOTHING, Contrast

N = 4000


def contrast(first, second, period=None, account=None):
    n = len(first)
    period = np.zeros(n, dtype=int) if period is None else period
    account = np.arange(n) if account is None else account
    return Contrast(("won leads", "lost ones"), first, second, period, account)


def groups(share=0.5, seed=0):
    rng = np.random.default_rng(seed)
    won = rng.random(N) < share
    return rng, won, contrast(won, ~won)


def test_shares_and_divergence_are_those_of_the_definition():
    won = np.arange(2000) < 1000
    inside = np.zeros(2000, dtype=bool)
    inside[:420] = inside[1000:1010] = True
    divergence = contrast(won, ~won).of(inside)
    assert (divergence.first, divergence.second) == pytest.approx((0.42, 0.01))
    p, q = 0.42, 0.01
    exact = p * np.log(p / q) + (1 - p) * np.log((1 - p) / (1 - q))
    assert 0.7 * exact < divergence.low < exact
    assert divergence.ensures


def test_the_base_rate_does_not_matter():
    values = []
    for share in (0.5, 0.05):
        rng = np.random.default_rng(1)
        won = rng.random(100_000) < share
        inside = rng.random(100_000) < np.where(won, 0.4, 0.01)
        values.append(contrast(won, ~won).of(inside).low)
    assert values[0] == pytest.approx(values[1], rel=0.1)


def test_a_property_of_losses_alone_says_hardly_anything():
    rng, won, both = groups()
    divergence = both.of(~won & (rng.random(N) < 0.3))
    assert divergence.first == 0
    assert divergence.low == 0
    absent = both.of(won | (rng.random(N) < 0.7))
    assert not absent.ensures


def test_a_column_that_moved_with_the_calendar_as_the_base_rate_did_says_nothing():
    late = np.arange(N) >= N // 2
    won = np.random.default_rng(2).random(N) < np.where(late, 0.6, 0.02)
    assert contrast(won, ~won).of(late).low > 0.1
    assert contrast(won, ~won, late.astype(int)).of(late).low == 0


def test_leads_of_a_large_account_are_not_counted_one_by_one():
    rng, won, both = groups()
    inside = rng.random(N) < np.where(won, 0.4, 0.05)
    account = np.where(np.arange(N) < 3000, 0, np.arange(N))
    assert contrast(won, ~won, account=account).of(inside).low < both.of(inside).low


def test_fewer_than_ten_accounts_of_a_kind_say_nothing():
    won = np.arange(200) < 9
    few = contrast(won, ~won)
    assert not few.enough
    assert few.of(won) == NOTHING
    assert contrast(np.arange(200) < 10, np.arange(200) >= 10).enough


def test_the_values_that_ensure_the_first_group_are_learned():
    rng, won, both = groups()
    code = np.where(won & (rng.random(N) < 0.6), rng.integers(0, 2, N), rng.integers(2, 12, N))
    inside = both.ensuring(code)
    assert inside[code < 2].all()
    assert not inside[code >= 2].any()


@pytest.mark.parametrize("values", [2, 16, 300, N])
def test_noise_of_any_number_of_values_ensures_nothing(values):
    rng, _, both = groups(0.1)
    assert both.of(both.ensuring(rng.integers(0, values, N))).low < 0.02


@given(st.integers(0, 2**32 - 1), st.floats(0.02, 0.98), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_the_bound_is_finite_and_never_negative(seed, share, p, q):
    rng = np.random.default_rng(seed)
    won = rng.random(300) < share
    divergence = contrast(won, ~won, rng.integers(0, 3, 300)).of(
        rng.random(300) < np.where(won, p, q)
    )
    assert 0 <= divergence.low < np.inf
    assert divergence.second <= divergence.most <= 1
