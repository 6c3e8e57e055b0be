"""Whether leads moved: rarely an alarm without drift, and one with it."""

import numpy as np
import pytest

from experiments.monitor.drift import drift
from training.packaging.reference import READINESS, counts, edges

RNG = np.random.default_rng(5)


def reference(columns, accounts):
    found = {}
    for name, column in columns.items():
        ends = edges(column)
        found[name] = {"edges": ends.tolist(), "counts": counts(ends, column).tolist()}
    return {"accounts": accounts, "columns": found}


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


def test_index_is_what_chance_gives_without_drift():
    known = columns(4_000)
    found = [drift(reference(known, 4_000), columns(1_000), 1_000) for _ in range(20)]
    shifts = [s for one in found for s in (one.readiness, *one.columns) if s.name != "kind"]
    # The half lead of each bin and the draw of the reference itself leave some play.
    assert np.mean([s.psi / s.expected for s in shifts]) == pytest.approx(1.0, abs=0.2)
    assert sum(bool(one.alarming) for one in found) <= 1


def test_leads_of_few_accounts_say_little():
    known, now = columns(4_000), columns(1_000)
    few, many = (drift(reference(known, 4_000), now, n) for n in (20, 1_000))
    assert few.readiness.psi == many.readiness.psi
    assert few.readiness.high > 10 * many.readiness.high


def test_drift_is_named_first():
    found = drift(reference(columns(4_000), 4_000), columns(1_000, shift=1.0), 1_000)
    assert [shift.name for shift in found.alarming] == ["x0"]
    assert found.columns[0].name == "x0"
    assert not found.readiness.alarming


def test_values_that_went_missing_are_drift():
    found = drift(reference(columns(4_000), 4_000), columns(1_000, missing=0.8), 1_000)
    assert [shift.name for shift in found.alarming] == ["x1"]


def test_sure_but_small_movements_are_no_alarm():
    known, now = columns(200_000), columns(200_000, shift=0.05)
    found = drift(reference(known, 200_000), now, 200_000)
    moved = next(shift for shift in found.columns if shift.name == "x0")
    assert moved.psi > moved.high
    assert found.alarming == []


def test_without_a_reference_there_is_no_drift():
    assert drift({}, columns(10), 10) is None
    assert drift(reference(columns(100), 100), columns(10), 0) is None
