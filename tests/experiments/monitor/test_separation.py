"""One classifier for all columns, on accounts that it was not fitted on."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from experiments.monitor.error_rate import OF_DRIFT, of_look
from experiments.monitor.separation import (
    MATTERS,
    MIN_ACCOUNTS,
    Separation,
    _out_of_fold,
    auc_with_error,
    refitted,
    separate,
)
from leadgate.model.calibration import reach

N = 600


def leads(seed, *, moved=0.0, together=False, accounts=300):
    rng = np.random.default_rng(seed)
    X, now = rng.normal(size=(N, 4)), np.arange(N) % 2 == 0
    X[now, 0] += moved
    if together:
        # Each column alone is as before; what they say together is not.
        X[now, 1] = np.abs(X[now, 1]) * np.sign(X[now, 2])
    account = rng.integers(0, accounts, N)
    return X, now, account, account % 5


def test_leads_of_one_law_cannot_be_told_apart():
    apart = [separate(*leads(seed), look=1) for seed in range(20)]
    assert not any(a.alarming for a in apart)
    assert np.mean([a.low <= 0.5 <= a.high for a in apart]) >= 0.8
    assert abs(np.mean([a.value for a in apart]) - 0.5) < 0.02


def test_a_column_that_moved_is_seen():
    apart = separate(*leads(1, moved=1.5), look=1)
    assert apart.alarming
    assert apart.low < apart.value < apart.high
    assert apart.value > 0.75


def test_columns_that_moved_only_beside_each_other_are_seen():
    assert separate(*leads(2, together=True), look=1).alarming


def test_a_copy_of_the_account_is_no_difference():
    """An account whose leads are all of now is told apart only by those who have seen it."""
    rng = np.random.default_rng(3)
    account = np.repeat(np.arange(60), 10)
    X = rng.normal(size=(60, 4))[account]
    assert not separate(X, account % 2 == 0, account, account % 5, look=1).alarming


def test_too_few_accounts_are_not_compared():
    X, now, _, part = leads(4)
    account = np.where(now, np.arange(N) // 2 % (MIN_ACCOUNTS - 1), 1_000 + np.arange(N))
    assert separate(X, now, account, part, look=1) is None
    account = np.where(now, np.arange(N) // 2 % MIN_ACCOUNTS, 1_000 + np.arange(N))
    assert separate(X, now, account, part, look=1) is not None
    assert separate(X, now, account, np.zeros(N, dtype=np.int64), look=1) is None


def test_interval_stays_among_the_areas_there_are():
    X, now, _, _ = leads(7)
    X[now, 0] += 2.5
    few = np.arange(90)
    apart = separate(X[:90], now[:90], few, few % 5, look=1)
    assert 0.9 < apart.value < 1
    assert apart.high == 1


def test_bound_falls_with_the_looks():
    first, later = (separate(*leads(5, moved=0.6), look=look) for look in (1, 24))
    assert (first.value, first.low) == (later.value, later.low)
    assert later.bound < first.bound < first.low
    error = (first.high - first.low) / 2 / reach(0.9)
    sure = reach(1 - 2 * of_look(24, OF_DRIFT))
    assert later.bound == pytest.approx(later.value - sure * error)


@pytest.mark.parametrize(
    ("value", "bound", "alarms"),
    [(0.7, 0.5, False), (0.7, 0.501, True), (MATTERS, 0.52, False), (MATTERS + 1e-9, 0.52, True)],
)
def test_alarm_where_they_differ_for_sure_and_by_what_matters(value, bound, alarms):
    assert Separation(value, 0.6, 0.8, bound).alarming is alarms


def test_area_is_that_of_scikit_learn_with_ties_and_pooled_over_parts():
    rng = np.random.default_rng(6)
    score, now = rng.integers(0, 8, N) / 8 + 0.0, rng.random(N) < 0.3
    account = np.arange(N)
    alone = np.zeros(N, dtype=np.int64)
    assert auc_with_error(score, now, account, alone)[0] == pytest.approx(roc_auc_score(now, score))
    part = np.arange(N) % 3
    pairs = [(now[part == k].sum() * (~now[part == k]).sum()) for k in range(3)]
    each = [roc_auc_score(now[part == k], score[part == k]) for k in range(3)]
    pooled = np.average(each, weights=pairs)
    assert auc_with_error(score, now, account, part)[0] == pytest.approx(pooled)


def test_error_grows_with_the_fits_of_the_parts():
    assert refitted(5) == 1.5
    assert refitted(2) == pytest.approx(np.sqrt(3))
    assert refitted(1) == 1
    X, now, account, part = leads(5, moved=0.6)
    apart = separate(X, now, account, part, look=1)
    error = (apart.high - apart.low) / 2 / reach(0.9)
    placed = auc_with_error(_out_of_fold(X, now, part), now, account, part)
    assert error == pytest.approx(1.5 * placed[1])
    assert apart.value == placed[0]


def test_error_is_that_of_repeated_samples_and_of_accounts():
    def drawn(seed):
        rng = np.random.default_rng(seed)
        account = np.repeat(np.arange(60), 4)
        now = account % 2 == 0
        score = rng.normal(size=60)[account] + 0.3 * rng.normal(size=240) + 0.5 * now
        return auc_with_error(score, now, account, np.zeros(240, dtype=np.int64))

    values, errors = np.array([drawn(seed) for seed in range(300)]).T
    assert errors.mean() == pytest.approx(values.std(), rel=0.12)
