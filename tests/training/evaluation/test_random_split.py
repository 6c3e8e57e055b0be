"""A split at random shows more than the forward one where time moves what leads do."""

import numpy as np
import pytest

from training.ensemble.out_of_fold import OutOfFold
from training.evaluation.random_split import MAX_ROWS, random_split
from training.statistics import metrics
from training.validation.windows import Window


def rows_of(n, signal, windows=1, seed=0):
    """Snapshots whose log-odds show their outcome so far, in windows of equal length."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n).astype(float)
    window = np.arange(n) * windows // n
    return OutOfFold(
        log_odds=(signal * y + rng.normal(size=n))[:, None] * [1.0, 1.0],
        names=("a", "b"),
        y=y,
        weight=rng.uniform(0.5, 1.0, n),
        cell=window,
        window=window,
        account=np.arange(n) // 2,
        rows=np.arange(n),
        windows=tuple(Window(k, k + 1) for k in range(windows)),
    )


def test_both_are_the_auc_of_the_members_alike():
    oof, now = rows_of(900, 0.5, windows=3), rows_of(600, 1.5, seed=1)
    split = random_split(oof, now)
    last = slice(600, 900)
    expected = metrics.auc(oof.y[last], oof.log_odds[last, 0], oof.weight[last])
    assert split.forward.value == pytest.approx(float(expected))
    assert split.random.value == pytest.approx(
        float(metrics.auc(now.y, now.log_odds[:, 0], now.weight))
    )
    assert split.gap == pytest.approx(split.random.value - split.forward.value)


def test_a_gap_is_sure_where_the_intervals_are_apart():
    assert random_split(rows_of(600, 0.3), rows_of(600, 2.0, seed=1)).surely
    assert not random_split(rows_of(600, 1.0), rows_of(600, 1.0, seed=1)).surely


def test_where_nothing_was_fitted_before_there_is_no_split_to_compare():
    assert random_split(rows_of(90, 1.0), None) is None


def test_many_rows_are_sampled():
    split = random_split(rows_of(300, 1.0), rows_of(2 * MAX_ROWS, 1.0, seed=1))
    assert split.random.value == pytest.approx(0.76, abs=0.02)
    assert split.random.low < split.random.value < split.random.high
