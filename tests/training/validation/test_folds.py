"""The cross-validator: forward in time, accounts on one side, nothing known too late."""

import doctest
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, check_cv, cross_val_score

from leadgate.errors import DataError
from training import ForwardSplit
from training.validation import folds

DAY0 = pd.Timestamp("2026-01-01T09:00:00Z")


def snapshots(seed, n_accounts=150, leads=3, ages=(0, 20, 40)):
    """Return rows of leads seen at several ages, but not after they closed."""
    rng = np.random.default_rng(seed)
    n = n_accounts * leads
    created = rng.integers(0, 300, n)
    lead = np.repeat(np.arange(n), len(ages))
    age = np.tile(ages, n)
    closes, won = rng.integers(1, 90, n), rng.random(n) < 0.3
    kept = age < closes[lead]
    lead, age = lead[kept], age[kept]
    return {
        "lead": lead,
        "as_of": created[lead] + age,
        "known_at": (created + closes)[lead] + rng.integers(0, 10, len(lead)),
        "reach": created[lead] + max(ages),
        "y": won[lead],
        "account": rng.integers(0, n_accounts, n)[lead],
    }


def splits(rows, groups="account", reach="reach"):
    split = ForwardSplit(rows["as_of"], rows["known_at"], rows.get(reach))
    return list(split.split(None, rows["y"], rows[groups]))


@given(st.integers(0, 10_000), st.sampled_from(["reach", "none"]))
@settings(max_examples=40, deadline=None)
def test_what_is_judged_is_later_and_of_other_accounts(seed, reach):
    rows = snapshots(seed)
    windows = splits(rows, reach=reach)
    assert windows
    for fit, evaluated in windows:
        start = rows["as_of"][evaluated].min()
        assert rows["as_of"][fit].max() < start
        assert rows["known_at"][fit].max() < start
        assert not set(rows["account"][fit]) & set(rows["account"][evaluated])
    ends = [(rows["as_of"][j].min(), rows["as_of"][j].max()) for _, j in windows]
    assert all(first[1] < second[0] for first, second in pairwise(ends))


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_the_order_of_the_rows_changes_nothing(seed):
    rows = snapshots(seed)
    shuffled = np.random.default_rng(seed).permutation(len(rows["y"]))
    mixed = {name: values[shuffled] for name, values in rows.items()}
    for (fit, evaluated), (fit_, judged_) in zip(splits(rows), splits(mixed), strict=True):
        assert np.array_equal(fit, np.sort(shuffled[fit_]))
        assert np.array_equal(evaluated, np.sort(shuffled[judged_]))


def test_equal_input_gives_equal_windows():
    first, second = splits(snapshots(1)), splits(snapshots(1))
    assert all(np.array_equal(a, b) for a, b in zip(sum(first, ()), sum(second, ()), strict=True))


def test_who_closed_early_is_not_left_over_for_the_fit():
    """Taking out whoever is seen in the window keeps those that had closed before it."""
    n, ages = 3000, np.arange(0, 100, 20)
    created = np.random.default_rng(2).integers(0, 300, n)
    won = np.arange(n) % 3 == 0
    lead = np.repeat(np.arange(n), len(ages))
    age = np.tile(ages, n)
    # A win closes early, a loss late: who is still open at a window's start tends to lose.
    kept = age < np.where(won, 10, 90)[lead]
    lead, as_of = lead[kept], (created[lead] + age)[kept]
    rows = {"as_of": as_of, "known_at": as_of, "y": won[lead], "lead": lead}
    rate = {}
    for reach in ("reach", "none"):
        windows = splits({**rows, "reach": created[lead] + 80}, "lead", reach)
        fits = [(fit, as_of[evaluated].min()) for fit, evaluated in windows]
        late = [won[np.unique(lead[f[created[lead[f]] >= start - 60]])] for f, start in fits]
        rate[reach] = np.concatenate(late).mean()
    assert rate["reach"] == pytest.approx(won.mean(), abs=0.04)
    assert rate["none"] > won.mean() + 0.2


def test_datetimes_are_read_as_instants():
    rows = snapshots(3)
    dated = dict(rows)
    for name in ("as_of", "known_at", "reach"):
        dated[name] = pd.Series(DAY0 + pd.to_timedelta(rows[name], unit="D"))
    whole = {n: rows[n] * 86_400_000_000 + DAY0.value // 1000 for n in ("as_of", "known_at")}
    whole["reach"] = rows["reach"] * 86_400_000_000 + DAY0.value // 1000
    for first, second in zip(splits(dated), splits({**rows, **whole}), strict=True):
        assert np.array_equal(first[0], second[0])
        assert np.array_equal(first[1], second[1])


def test_scikit_learn_takes_it():
    rows = snapshots(4)
    X = np.random.default_rng(4).normal(size=(len(rows["y"]), 2)) + rows["y"][:, None]
    split = ForwardSplit(rows["as_of"], rows["known_at"], rows["reach"])
    assert check_cv(split, rows["y"], classifier=True) is split
    scores = cross_val_score(
        LogisticRegression(), X, rows["y"], groups=rows["account"], cv=split, scoring="roc_auc"
    )
    assert len(scores) == split.get_n_splits(X, rows["y"], rows["account"]) == 4
    assert (scores > 0.7).all()
    words = np.where(rows["y"], "won", "lost")
    search = GridSearchCV(LogisticRegression(), {"C": [0.01, 1.0]}, cv=split)
    assert search.fit(X, words, groups=rows["account"]).n_splits_ == 4


def test_the_example_is_true():
    assert doctest.testmod(folds) == doctest.TestResults(failed=0, attempted=11)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"known_at": np.arange(3)}, "one a row"),
        ({"y": np.zeros(1350, dtype=bool)}, "1 classes"),
        ({"known_at": np.full(1350, 10_000)}, "No window"),
    ],
)
def test_rows_that_cannot_be_split_are_refused(change, message):
    rows = snapshots(5, ages=(0, 20, 40))
    n = len(rows["y"])
    change = {name: values[:n] for name, values in change.items()}
    with pytest.raises(DataError, match=message):
        splits({**rows, **change})
