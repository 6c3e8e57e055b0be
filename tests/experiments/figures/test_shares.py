"""Shares and medians with intervals by account."""

import numpy as np
import pytest

from experiments.figures.shares import Bootstrap

RNG = np.random.default_rng(0)
MANY = np.arange(2_000)
HALF = np.arange(2_000) % 2 == 0
ALL = np.ones(2_000, dtype=bool)


def test_share_counts_and_lies_in_its_interval():
    (share,) = Bootstrap(MANY).shares([HALF], [ALL])
    assert (share.count, share.of, share.value) == (1_000, 2_000, 0.5)
    standard = 1.645 * np.sqrt(0.25 / 2_000)
    assert share.low == pytest.approx(0.5 - standard, abs=0.004)
    assert share.high == pytest.approx(0.5 + standard, abs=0.004)


def test_only_what_lies_in_the_whole_counts():
    (share,) = Bootstrap(MANY).shares([ALL], [HALF])
    assert (share.count, share.of) == (1_000, 1_000)


def test_leads_of_one_account_are_no_new_evidence():
    leads = RNG.random(400) < 0.3
    each, together = (Bootstrap(np.repeat(np.arange(400), 5)), Bootstrap(np.arange(2_000)))
    marks = np.repeat(leads, 5)
    (wide,), (narrow,) = each.shares([marks], [ALL]), together.shares([marks], [ALL])
    assert wide.value == narrow.value
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)


@pytest.mark.parametrize(("part", "low", "high"), [(~ALL, 0.0, 0.0015), (ALL, 0.9985, 1.0)])
def test_none_and_all_have_an_exact_bound(part, low, high):
    (share,) = Bootstrap(MANY).shares([part], [ALL])
    assert (share.low, share.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_share_of_nobody_is_not_defined():
    (share,) = Bootstrap(MANY).shares([ALL], [~ALL])
    assert (share.count, share.of) == (0, 0)
    assert np.isnan([share.value, share.low, share.high]).all()


def test_median_lies_in_its_interval_and_leaves_out_what_is_not_known():
    values = np.where(HALF, RNG.exponential(1.0, 2_000), np.nan)
    (one,) = Bootstrap(MANY).medians(values, [ALL])
    assert one.of == 1_000
    assert one.low < one.value < one.high
    assert one.value == pytest.approx(np.log(2), abs=0.1)
    (none,) = Bootstrap(MANY).medians(values, [~ALL])
    assert none.of == 0
    assert np.isnan(none.value)


def test_equal_questions_have_equal_answers():
    first, second = (Bootstrap(MANY).shares([HALF], [ALL]) for _ in range(2))
    assert first == second
