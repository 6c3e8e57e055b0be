"""Certain, suspected, odd: what becomes of a column, and what is said."""

import numpy as np
import pytest

from benchmarks.inputs.leadforge import bare
from benchmarks.inputs.leak_worlds import leak_world
from training.leakage.past import Past
from training.leakage.probe import find_leaks
from training.leakage.suspect import Cost, LeakReport, Suspect

CONFIG = bare([0])


@pytest.fixture(scope="module")
def report():
    return find_leaks(leak_world(4000, 0.2, 0, leaky="strong").history, CONFIG)


@pytest.mark.parametrize("base_rate", [0.05, 0.5])
def test_no_honest_column_is_left_out(base_rate):
    world = leak_world(4000, base_rate, 0)
    assert find_leaks(world.history, CONFIG).suspects == []


def test_one_leak_of_each_kind_is_found_and_nothing_else(report):
    world = leak_world(4000, 0.2, 0, leaky="strong")
    names = {name for names in world.leaks.values() for name in names}
    assert {suspect.name for suspect in report.suspects} == names


def test_certain_leaks_come_first_and_every_class_is_in_the_json(report):
    levels = [suspect.level for suspect in report.suspects]
    assert levels == sorted(levels)
    assert {*levels} == {"certain", "suspected"}
    assert [s.to_dict()["class"] for s in report.suspects] == levels


def test_odd_columns_stay_and_are_said(report):
    assert {column.level for column in report.odd} == {"odd"}
    assert all(column.kept for column in report.odd)
    names = [column.name for column in report.odd]
    assert "Customer Before" in names
    assert not {*names} & {*report.left_out("column")}
    sentence = next(c.sentence() for c in report.odd if c.name == "Customer Before")
    assert sentence.startswith("Customer Before is odd for something known when a lead comes in")


@pytest.mark.parametrize(
    ("cost", "words"),
    [
        (Cost(0.60, 0.85), "that much is lost if it is known when a lead comes in"),
        (Cost(0.60, 0.604), "leaving it out costs nothing"),
        (Cost(0.60, 0.595), "leaving it out costs nothing"),
    ],
)
def test_what_a_suspect_costs_is_said_both_ways(cost, words):
    assert words in cost.sentence()
    assert "AUC 0.60 without it" in cost.sentence()


def test_why_there_is_no_signal_names_what_was_left_out():
    suspects = [
        Suspect("Lost Reason", "column", ("x",), level="certain"),
        Suspect("City", "column", ("y",)),
        Suspect("Budget", "column", ("z",), kept=True),
    ]
    why = LeakReport(suspects).for_no_signal()
    assert "Lost Reason, City" in why
    assert "City is only suspected" in why
    assert "--keep City" in why
    assert "Budget" not in why
    assert LeakReport([]).for_no_signal() == ""


def test_nothing_from_the_test_window_has_a_say():
    world = leak_world(3000, 0.2, 0, leaky="strong")
    history = world.history
    start = Past.of(history, CONFIG).history.until
    before = find_leaks(history, CONFIG)
    late = history.created >= start
    for texts in history.columns.values():
        texts[late] = np.random.default_rng(0).permutation(texts[late])
    swapped = late & (history.won | history.lost)
    history.won[swapped], history.lost[swapped] = history.lost[swapped], history.won[swapped]
    assert find_leaks(history, CONFIG) == before
