"""Weak leaks that a close changes, found by the leads that are still open."""

import dataclasses

import numpy as np
import pytest

from benchmarks.inputs.leadforge import bare
from benchmarks.inputs.weak_leak_worlds import Nature, weak_world
from training.leakage.changed_by_close import ENOUGH_OF_A_KIND, Changed, changed_by_close
from training.leakage.past import Past
from training.leakage.probe import find_leaks

CONFIG = bare([0])
NATURE = Nature(leads=6_000, base_rate=0.5)


def changed(world, horizon_days=None, names=None):
    past = Past.of(world.history, CONFIG)
    names = names or past.whole.columns
    return changed_by_close({k: past.whole.columns[k] for k in names}, past, horizon_days)


@pytest.fixture(scope="module")
def counters():
    return weak_world(NATURE, 1, "counters")


@pytest.mark.parametrize("leaky", ["counters", "flags", "mixed", "moment", "growing"])
def test_weak_leaks_are_found_and_honest_columns_are_not(leaky, counters):
    world = counters if leaky == "counters" else weak_world(NATURE, 1, leaky)
    report = find_leaks(world.history, CONFIG)
    left_out = set(report.left_out("column"))
    assert not left_out & set(world.honest)
    assert len(left_out) >= 5


@pytest.mark.parametrize(
    "traits",
    [
        {"strength": 2.6},
        {"drift": 1.5, "strength": 1.6},
        {"never_closed": 0.3, "strength": 1.6},
        {"hasty": 0.4, "strength": 2.0},
    ],
)
def test_honest_columns_are_no_leaks_however_much_they_decide(traits):
    world = weak_world(dataclasses.replace(NATURE, **traits), 2)
    assert changed(world).names == ()


def test_what_is_found_is_said_with_what_would_be_claimed(counters):
    result = changed(counters)
    assert result.sure
    assert result.with_them > 0.9 > 0.8 > result.without
    assert "these 6 columns (" in result.sentence
    assert f"{result.without:.2f} without them" in result.sentence


def test_one_column_alone_is_said_in_the_singular(counters):
    result = changed(counters, names=["Source", "Count 1"])
    assert result.names == ("Count 1",)
    assert "what it holds" in result.sentence


def test_outcomes_of_the_test_window_decide_nothing(counters):
    history, past = counters.history, Past.of(counters.history, CONFIG)
    newest = np.setdiff1d(np.flatnonzero(history.won | history.lost), past.place)
    won, lost = history.won.copy(), history.lost.copy()
    won[newest], lost[newest] = history.lost[newest], history.won[newest]
    turned = dataclasses.replace(counters, history=dataclasses.replace(history, won=won, lost=lost))
    assert changed(turned) == changed(counters)


def test_without_open_leads_or_dates_nothing_is_said(counters):
    history = counters.history
    closed = history.won | history.lost
    everything = dataclasses.replace(history, lost=~history.won)
    assert changed(dataclasses.replace(counters, history=everything)) == Changed()
    undated = np.where(history.lost & closed, np.iinfo(np.int64).min, history.closed)
    no_dates = dataclasses.replace(history, closed=undated)
    assert changed(dataclasses.replace(counters, history=no_dates)) == Changed()


def test_half_of_the_evidence_makes_columns_odd_and_keeps_them():
    world = weak_world(Nature(leads=2_000, base_rate=0.3), 0, "moment")
    result = changed(world)
    assert not result.sure
    report = find_leaks(world.history, CONFIG)
    assert set(result.names) <= {column.name for column in report.odd}
    assert not set(result.names) & set(report.left_out("column"))


def test_fewer_than_fifty_of_a_kind_are_too_few(counters):
    past = Past.of(counters.history, CONFIG)
    wins = np.flatnonzero(past.labelled.y == 1)
    past.labelled.y[wins[ENOUGH_OF_A_KIND - 1 :]] = 0
    assert changed_by_close(past.whole.columns, past, None) == Changed()
