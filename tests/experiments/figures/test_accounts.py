"""Shares, sums and medians of leads by account."""

import numpy as np
import pytest

from experiments.figures.accounts import Accounts, interval_of

RNG = np.random.default_rng(0)
MANY = np.arange(2_000)
HALF = MANY % 2 == 0
ALL = np.ones(2_000, dtype=bool)


def test_share_counts_and_lies_in_its_interval():
    share = Accounts(MANY).share(HALF, ALL)
    assert (share.count, share.of, share.value, share.unit) == (1_000, 2_000, 0.5, "leads")
    standard = 1.645 * np.sqrt(0.25 / 2_000)
    assert share.low == pytest.approx(0.5 - standard, abs=0.001)
    assert share.high == pytest.approx(0.5 + standard, abs=0.001)


def test_only_what_lies_in_the_whole_counts():
    share = Accounts(MANY).share(ALL, HALF, "handoffs")
    assert (share.count, share.of, share.unit) == (1_000, 1_000, "handoffs")
    assert Accounts(MANY).shares([ALL, ~HALF], HALF)[0].count == 1_000
    assert Accounts(MANY).shares([ALL, ~HALF], HALF)[1].count == 0


def test_interval_depends_on_accounts_not_on_leads():
    marks = np.repeat(RNG.random(400) < 0.3, 5)
    wide = Accounts(np.repeat(np.arange(400), 5)).share(marks, ALL)
    narrow = Accounts(MANY).share(marks, ALL)
    assert wide.value == narrow.value
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)


def test_sums_are_those_of_the_leads_and_then_of_the_draws():
    values = RNG.normal(1.0, 1.0, (2_000, 2))
    accounts = Accounts(np.repeat(np.arange(200), 10))
    drawn = accounts.sums(values)
    assert drawn[0] == pytest.approx(values.sum(axis=0))
    assert accounts.summed(values).sum(axis=0) == pytest.approx(values.sum(axis=0))
    assert drawn[1:].mean(axis=0) == pytest.approx(values.sum(axis=0), rel=0.02)
    # A sum of 200 accounts of 10 leads of variance 1 and mean 1, each drawn once on average.
    by_account = values.reshape(200, 10, 2).sum(axis=1)
    spread = np.sqrt(200) * by_account.std(axis=0)
    assert drawn[1:].std(axis=0) == pytest.approx(spread, rel=0.1)


def test_median_lies_in_its_interval_and_leaves_out_what_is_not_known():
    values = np.where(HALF, RNG.exponential(1.0, 2_000), np.nan)
    median, nobody = Accounts(MANY).medians(values, [ALL, ~HALF])
    assert median.of == 1_000
    assert median.low < median.value < median.high
    assert median.value == pytest.approx(np.log(2), abs=0.1)
    assert nobody.of == 0
    assert np.isnan(nobody.value)


def test_median_is_the_middle_lead():
    accounts = Accounts(np.arange(5))
    (median,) = accounts.medians(np.array([5.0, 1.0, 4.0, 2.0, 3.0]), [np.ones(5, dtype=bool)])
    assert median.value == 3.0


def test_figure_has_the_percentiles_of_its_draws():
    figure = interval_of(np.r_[7.0, np.arange(101.0)], 3)
    assert (figure.value, figure.of) == (7.0, 3)
    assert (figure.low, figure.high) == pytest.approx((5.0, 95.0))


def test_equal_questions_have_equal_answers():
    values = RNG.normal(size=(2_000, 1))
    first, second = (Accounts(MANY).sums(values) for _ in range(2))
    assert (first == second).all()
