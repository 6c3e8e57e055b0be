"""The test of signal: noise is noise, whatever its levels and its accounts."""

import numpy as np
import pytest

from tests.training.rows import out_of_fold
from training.evaluation.signal import MIN_ACCOUNTS, Signal, signal_of
from training.statistics import metrics


def rows(n=1500, seed=0, *, effect=0.0, windows=3):
    rng = np.random.default_rng(seed)
    log_odds, window = rng.normal(size=n), np.sort(rng.integers(0, windows, n))
    y = rng.random(n) < 1 / (1 + np.exp(1 - effect * log_odds))
    return rng, log_odds, y.astype(float), window


def test_the_auc_is_that_within_windows_pooled():
    _, log_odds, y, window = rows(effect=0.6)
    signal = signal_of(out_of_fold(log_odds, y, window))
    centred = log_odds - np.array([log_odds[window == k].mean() for k in range(3)])[window]
    expected = float(metrics.within(y, centred, np.ones(y.size), window))
    assert signal.auc == pytest.approx(expected)
    assert signal.shown


def test_ties_count_half():
    y = np.tile([1.0, 0.0], 100)
    signal = signal_of(out_of_fold(np.zeros(200), y, np.zeros(200, dtype=int)))
    assert signal.auc == 0.5
    assert not signal.shown


def test_the_error_is_that_of_mann_and_whitney_without_clusters():
    errors = []
    for seed in range(20):
        _, log_odds, y, window = rows(400, seed, windows=1)
        signal = signal_of(out_of_fold(log_odds, y, window))
        won = y.sum()
        errors.append(signal.error / np.sqrt(401 / (12 * won * (400 - won))))
    assert np.mean(errors) == pytest.approx(1.0, abs=0.03)


def test_the_level_of_a_window_or_a_cell_is_no_signal():
    rng, log_odds, _, window = rows(3000, windows=2)
    y = (rng.random(3000) < np.array([0.1, 0.6])[window]).astype(float)
    cell = 2 * window + rng.integers(0, 2, 3000)
    signal = signal_of(out_of_fold(log_odds + 5 * window + 3 * cell, y, window, cell=cell))
    assert 0.46 < signal.auc < 0.54
    assert not signal.shown


def test_noise_is_called_signal_as_seldom_as_is_said():
    shown = [signal_of(out_of_fold(*rows(300, seed)[1:])).shown for seed in range(400)]
    assert np.mean(shown) <= 0.025


def test_accounts_that_agree_are_no_evidence_each():
    """Ten copies of every lead: the error is that of the leads, and so is the number."""
    _, log_odds, y, window = rows(400, effect=0.2)
    once = signal_of(out_of_fold(log_odds, y, window))
    again = np.tile(np.arange(400), 10)
    copies = signal_of(out_of_fold(log_odds[again], y[again], window[again], account=again))
    assert copies.error == pytest.approx(once.error)
    assert (copies.won, copies.lost) == pytest.approx((once.won, once.lost))


@pytest.mark.parametrize("accounts", [1, 2, 12])
def test_few_accounts_are_too_few_whatever_they_show(accounts):
    _, log_odds, y, window = rows(effect=3.0)
    account = np.arange(y.size) % accounts
    signal = signal_of(out_of_fold(log_odds, y, window, account=account))
    assert signal.accounts <= accounts
    assert not signal.enough
    assert not signal.shown


def test_a_big_account_counts_for_a_twentieth_of_its_kind():
    rng, log_odds, y, window = rows(2000, effect=0.5)
    account = np.where(rng.random(2000) < 0.4, 0, np.arange(2000))
    signal = signal_of(out_of_fold(log_odds, y, window, account=account))
    small = (y == 1) & (account != 0)
    cap = 0.05 * (y == 1).sum()
    expected = (small.sum() + cap) ** 2 / (small.sum() + cap**2)
    assert signal.won == pytest.approx(expected)


def test_windows_of_one_kind_have_no_auc():
    signal = signal_of(out_of_fold(np.arange(50.0), np.ones(50), np.zeros(50, dtype=int)))
    assert np.isnan(signal.auc)
    assert not signal.shown


@pytest.mark.parametrize(
    ("accounts", "enough"), [(MIN_ACCOUNTS - 0.1, False), (MIN_ACCOUNTS, True)]
)
def test_twenty_five_accounts_of_either_kind_are_enough(accounts, enough):
    for won, lost in ((accounts, 900.0), (900.0, accounts)):
        signal = Signal(0.8, 0.05, won, lost)
        assert signal.enough is enough
        assert signal.shown is enough


@pytest.mark.parametrize(
    ("auc", "shown"), [(0.5 + 0.05 * 2.364, False), (0.5 + 0.05 * 2.366, True)]
)
def test_the_line_is_that_of_student_at_one_in_a_hundred(auc, shown):
    signal = Signal(auc, 0.05, 101.0, 900.0)
    assert signal.shown is shown
    assert signal.p_value == pytest.approx(0.01, abs=2e-4)


def test_so_many_times_the_leads_reach_the_line():
    signal = Signal(0.53, 0.02, 400.0, 900.0)
    more = signal.needed
    assert more > 1
    reached = Signal(0.53, 0.02 / np.sqrt(1.01 * more), 400.0, 900.0)
    missed = Signal(0.53, 0.02 / np.sqrt(0.99 * more), 400.0, 900.0)
    assert reached.shown
    assert not missed.shown
    assert Signal(0.5, 0.02, 400.0, 900.0).needed == np.inf
    assert Signal(0.7, 0.02, 400.0, 900.0).needed == 1.0


def test_the_interval_is_of_ninety_percent_and_stays_a_probability():
    low, high = Signal(0.6, 0.05, 1e6, 1e6).interval
    assert (low, high) == pytest.approx((0.6 - 1.6449 * 0.05, 0.6 + 1.6449 * 0.05), abs=1e-4)
    assert Signal(0.98, 0.05, 50.0, 50.0).interval[1] == 1.0
