import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.parsing.times import NAT, US_PER_DAY
from features.profiling.readings.horizon import CHOICES, DEFAULT, Horizon


def horizon(created, took, won=None):
    created = np.asarray(created, dtype=np.int64) * US_PER_DAY
    closed = created + (np.asarray(took) * US_PER_DAY).astype(np.int64)
    return Horizon.of(created, closed, np.ones(len(created), dtype=bool) if won is None else won)


@pytest.mark.parametrize(
    ("days", "expected"), [(30, 30), (30.5, 60), (60, 60), (91, 180), (400, 365)]
)
def test_the_shortest_choice_that_covers_most_wins_is_taken(days, expected):
    made = horizon(np.arange(2000), np.full(2000, days))
    assert made.days == expected


def test_the_reason_names_how_many_wins_it_covers():
    took = np.where(np.arange(2000) % 10 == 0, 200, 20)
    assert horizon(np.arange(2000), took).why == "90% of the wins came within so many days"


def test_a_small_export_gets_a_horizon_that_leaves_enough_to_evaluate():
    created = np.arange(120)
    took = np.where(created < 20, 100, 20)
    made = horizon(created, took, created % 2 == 0)
    assert made.days == 30
    assert made.why.endswith("within so many days, and the data are too short for more")


def test_without_closing_times_the_default_stays():
    nothing = np.full(5, NAT)
    assert Horizon.of(nothing, nothing, np.ones(5, dtype=bool)).days == DEFAULT


@given(st.lists(st.tuples(st.integers(0, 700), st.integers(0, 700), st.booleans()), max_size=40))
def test_any_leads_get_one_of_the_choices(rows):
    created, took, won = (np.array(column) for column in zip(*rows, strict=True)) if rows else (
        np.zeros(0), np.zeros(0), np.zeros(0, dtype=bool)
    )  # fmt: skip
    assert horizon(created, took, won.astype(bool)).days in CHOICES
