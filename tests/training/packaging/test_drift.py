"""Whether leads moved: rarely an alarm without drift, and one with it."""

import numpy as np
import pytest
from scipy.stats import chi2

from training.packaging.drift import Drift, Shift, drift
from training.packaging.reference import READINESS, counts, edges

RNG = np.random.default_rng(5)


def reference(columns, accounts):
    binned = {}
    for name, column in columns.items():
        ends = edges(column)
        binned[name] = {"edges": ends.tolist(), "counts": counts(ends, column).tolist()}
    return {"accounts": accounts, "columns": binned}


def columns(n, shift=0.0, missing=0.1):
    drawn = {f"x{k}": RNG.normal(shift if k == 0 else 0.0, 1.0, n) for k in range(20)}
    drawn["kind"] = RNG.integers(0, 4, n).astype(float)
    drawn["x1"][RNG.random(n) < missing] = np.nan
    return {READINESS: RNG.beta(1, 5, n), **drawn}


def test_bins_hold_every_value_and_the_missing_ones():
    values = np.array([1.0, 2.0, 2.0, np.nan, 3.0])
    assert edges(values).tolist() == [2.0, 3.0]
    assert counts(edges(values), values).tolist() == [1, 2, 1, 1]
    many = RNG.normal(size=1_000)
    assert counts(edges(many), many).tolist() == [100] * 10 + [0]
    assert counts(edges(many), many + 100).tolist() == [0] * 9 + [1_000, 0]


def test_column_of_one_value_or_none_has_no_edges():
    assert edges(np.ones(5)).size == 0
    assert counts(edges(np.full(3, np.nan)), np.full(3, np.nan)).tolist() == [0, 3]


def test_index_is_what_random_variation_gives_without_drift():
    before = columns(4_000)
    looks = [drift(reference(before, 4_000), columns(1_000), 1_000) for _ in range(20)]
    shifts = [s for look in looks for s in (look.readiness, *look.columns) if s.name != "kind"]
    # The half lead of each bin and the draw of the reference itself leave some play.
    assert np.mean([s.psi / s.expected for s in shifts]) == pytest.approx(1.0, abs=0.2)
    assert sum(bool(look.alarming) for look in looks) <= 1


def test_leads_of_few_accounts_say_little():
    before, now = columns(4_000), columns(1_000)
    few, many = (drift(reference(before, 4_000), now, n) for n in (20, 1_000))
    assert few.readiness.psi == many.readiness.psi
    assert few.readiness.high > 10 * many.readiness.high


def test_drift_is_named_first():
    moves = drift(reference(columns(4_000), 4_000), columns(1_000, shift=1.0), 1_000)
    assert [shift.name for shift in moves.alarming] == ["x0"]
    assert moves.columns[0].name == "x0"
    assert not moves.readiness.alarming


def test_values_that_went_missing_are_drift():
    moves = drift(reference(columns(4_000), 4_000), columns(1_000, missing=0.8), 1_000)
    assert [shift.name for shift in moves.alarming] == ["x1"]


def test_sure_but_small_movements_are_no_alarm():
    before, now = columns(200_000), columns(200_000, shift=0.05)
    moves = drift(reference(before, 200_000), now, 200_000)
    moved = next(shift for shift in moves.columns if shift.name == "x0")
    assert moved.psi > moved.high
    assert moves.alarming == []


def test_without_a_reference_there_is_no_drift():
    assert drift({}, columns(10), 10) is None
    assert drift(reference(columns(100), 100), columns(10), 0) is None


def two_bins(readiness=(50, 50), moved=(30, 10), spare=0):
    """The reference of 40 accounts: the readiness, and a column of two bins and an empty one."""
    columns_ = {
        READINESS: {"edges": [], "counts": list(readiness)},
        "moved": {"edges": [0.0, 5.0], "counts": [*moved, spare, 0]},
    }
    return {"accounts": 40, "columns": columns_}


def looked_at(accounts=20):
    values = {READINESS: np.full(100, 0.1), "moved": np.r_[np.full(10, -1.0), np.full(30, 1.0)]}
    values[READINESS][:50] = np.nan
    return drift(two_bins(), values, accounts)


def test_index_is_the_sum_over_the_bins_that_hold_anything():
    (moved,) = looked_at().columns
    p, q = np.array([30.5, 10.5]) / 41, np.array([10.5, 30.5]) / 41
    assert moved.psi == pytest.approx(((q - p) * np.log(q / p)).sum())
    assert looked_at().readiness.psi == pytest.approx(0.0)


def test_null_band_is_that_of_both_numbers_of_accounts_and_all_columns():
    noise = 1 / 40 + 1 / 20
    (moved,) = looked_at().columns
    assert moved.expected == pytest.approx(noise)
    assert moved.high == pytest.approx(chi2.ppf(1 - 0.01 / 2, 1) * noise)
    assert (looked_at().accounts, looked_at().then) == (20, 40)


def test_column_of_one_bin_never_moves():
    single = {"accounts": 9, "columns": {READINESS: {"edges": [], "counts": [7, 0]}}}
    look = drift(single, {READINESS: np.full(5, 0.3)}, 4)
    assert look.readiness == Shift(READINESS, 0.0, 0.0, 0.0)
    assert look.columns == []


@pytest.mark.parametrize(
    ("psi", "expected", "high", "alarms"),
    [
        (1.0, 0.5, 1.0, False),
        (1.01, 0.5, 1.0, True),
        (0.1, 0.0, 0.05, False),
        (0.11, 0.0, 0.05, True),
        (0.3, 0.25, 0.28, False),
        (0.3, 0.1, 0.4, False),
    ],
)
def test_alarm_needs_a_sure_and_a_large_movement(psi, expected, high, alarms):
    assert Shift("x", psi, expected, high).alarming is alarms


def test_alarming_lists_the_readiness_first():
    loud, calm = Shift("a", 2.0, 0.0, 1.0), Shift("b", 0.0, 0.0, 1.0)
    readiness = Shift(READINESS, 3.0, 0.0, 1.0)
    assert Drift(1, 1, readiness, [loud, calm]).alarming == [readiness, loud]


def test_columns_are_listed_by_how_far_they_moved_beyond_their_band():
    names = ("b", "a", "far")
    before = {name: {"edges": [0.0], "counts": [50, 50, 0]} for name in names}
    reference_ = {
        "accounts": 100,
        "columns": {READINESS: two_bins()["columns"][READINESS]} | before,
    }
    even = np.r_[np.full(20, -1.0), np.full(20, 1.0)]
    now = {READINESS: np.full(4, 0.1), "a": even, "b": even, "far": np.full(40, 1.0)}
    assert [shift.name for shift in drift(reference_, now, 100).columns] == ["far", "a", "b"]


def test_a_column_of_few_bins_is_listed_before_one_of_many_that_moved_as_far():
    """Random variation alone moves many bins further, so that the same distance says less."""
    few = {"edges": [0.0], "counts": [250, 250, 0]}
    many = {"edges": [0.0, *range(1, 9)], "counts": [*[50] * 10, 0]}
    reference_ = {
        "accounts": 500,
        "columns": {READINESS: two_bins()["columns"][READINESS], "few": few, "many": many},
    }
    half, tenths = np.array([-1.0, 1.0]), np.arange(-0.5, 9.0)
    now = {
        READINESS: np.full(4, 0.1),
        "few": np.repeat(half, [20, 80]),
        "many": np.repeat(tenths, [*[4] * 5, *[16] * 5]),
    }
    moved = drift(reference_, now, 100)
    assert [shift.name for shift in moved.columns] == ["few", "many"]
    assert moved.columns[0].psi == pytest.approx(moved.columns[1].psi, rel=0.2)
