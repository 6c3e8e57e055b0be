"""Forward windows."""

import numpy as np
import pytest

from training.validation.windows import (
    MIN_OF_A_KIND,
    Window,
    disjoint_windows,
    earliest_cut,
    forward_windows,
)
from training.validation.windows import test_window as newest

N = 1000
ORDER = np.arange(N)
ONES = np.ones(N)
Y = (ORDER % 5 == 0).astype(float)


def test_the_test_window_is_the_newest_fifth_of_the_mature():
    mature = np.where(ORDER < 900, 1.0, 0.0)
    assert newest(ORDER, mature) == Window(720, 900)


def test_equal_instants_stay_together():
    order = np.repeat([0, 1, 2], [400, 500, 100])
    assert newest(order, ONES) == Window(1, 3)


def test_a_crowd_at_the_start_is_never_the_test_window():
    order = np.repeat([0, 1], [900, 100])
    assert newest(order, ONES) == Window(1, 2)


def test_one_instant_has_no_test_window():
    assert newest(np.zeros(N, dtype=np.int64), ONES) is None


def test_forward_windows_are_equal_and_follow_each_other():
    windows = forward_windows(ORDER, Y, ONES, 200)
    assert [(s.start, s.end) for s in windows] == [(200, 400), (400, 600), (600, 800), (800, 1000)]


def test_forward_windows_get_fewer_until_each_holds_both_kinds():
    few = np.zeros(N)
    few[[*range(210, 600, 20), *range(610, 1000, 30)]] = 1.0
    windows = forward_windows(ORDER, few, ONES, 200)
    assert 1 <= len(windows) < 4
    assert all(few[s.holds(ORDER)].sum() >= MIN_OF_A_KIND for s in windows)


def test_no_window_without_both_kinds():
    assert forward_windows(ORDER, np.zeros(N), ONES, 200) == []


def test_the_first_cut_comes_after_ten_of_each_kind():
    cut = earliest_cut(ORDER, Y, ORDER, ONES)
    assert cut is not None
    labelled = Y[cut > ORDER]
    assert (labelled == 1).sum() >= MIN_OF_A_KIND
    assert cut == pytest.approx(0.2 * N, abs=10)


def test_no_cut_where_one_kind_is_missing():
    assert earliest_cut(ORDER, np.zeros(N), ORDER, ONES) is None


def test_the_first_cut_leaves_most_of_the_mature_to_judge():
    known_at = ORDER + 700
    cut = earliest_cut(known_at, Y, ORDER, np.where(ORDER < 800, 1.0, 0.0))
    assert cut == known_at[Y == 1][MIN_OF_A_KIND - 1] + 1


def test_a_disjoint_window_is_later_than_its_fit_and_of_other_accounts():
    rng = np.random.default_rng(0)
    order = np.sort(rng.integers(0, 300, 600))
    known_at = order + rng.integers(0, 40, 600)
    y = (rng.random(600) < 0.3).astype(float)
    account = rng.integers(0, 150, 600)
    trials = disjoint_windows(order, known_at, y, account)
    assert 2 <= len(trials) <= 4
    for fit, inside in trials:
        start = order[inside].min()
        assert known_at[fit].max() < start
        assert not set(account[fit]) & set(account[inside])
    rows = np.concatenate([inside for _, inside in trials])
    assert (rows == np.arange(rows[0], 600)).all()
    # One account of everything leaves nothing to fit on.
    assert disjoint_windows(order, known_at, y, np.zeros(600, dtype=np.int64)) == []
