"""Several weak leaks, which only together say who wins."""

import numpy as np
import pytest

from benchmarks.inputs.leadforge import bare
from benchmarks.inputs.leak_worlds import leak_world
from training.leakage.past import Past
from training.leakage.probe import find_leaks
from training.leakage.together import WeakLeaks

CONFIG = bare([0])


@pytest.fixture(scope="module")
def world():
    return leak_world(4000, 0.2, 1, leaky="near")


def test_weak_leaks_of_one_moment_are_found_and_honest_flags_are_not(world):
    (leaks,) = world.leaks.values()
    report = find_leaks(world.history, CONFIG)
    assert sorted(report.left_out("column")) == leaks
    (why,) = {suspect.reasons[0] for suspect in report.suspects}
    assert "6 columns that are filled for few leads" in why
    assert "a model of the columns: AUC 0.9" in why


def test_one_weak_column_is_no_leak(world):
    past = Past.of(world.history, CONFIG)
    texts = past.history.columns
    assert WeakLeaks({"Detail A": texts["Detail A"]}, past.labelled).find() == ([], "")


def test_the_same_column_twice_is_one_mark(world):
    past = Past.of(world.history, CONFIG)
    texts = past.history.columns["Detail A"]
    assert WeakLeaks({"A": texts, "B": texts}, past.labelled).find() == ([], "")


def test_honest_flags_are_no_leaks_together(world):
    past = Past.of(world.history, CONFIG)
    honest = {name: past.history.columns[name] for name in world.honest}
    assert WeakLeaks(honest, past.labelled).find() == ([], "")


def test_too_few_wins_say_nothing(world):
    past = Past.of(world.history, CONFIG)
    labelled = past.labelled
    labelled.y[np.flatnonzero(labelled.y == 1)[9:]] = 0
    assert WeakLeaks(past.history.columns, labelled).find() == ([], "")
