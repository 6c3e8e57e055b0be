"""Packed sorting orders like a sort by all keys."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.history import ordering
from features.history.ordering import as_key, order_by

LARGEST = np.iinfo(np.int64).max


def ordered(columns):
    """Return the order, and that of a plain sort in which equal rows stay in order."""
    columns = [np.array(column, dtype=np.int64) for column in columns]
    return order_by(*columns).tolist(), np.lexsort(columns[::-1]).tolist()


@pytest.fixture(autouse=True)
def always_packed(monkeypatch):
    monkeypatch.setattr(ordering, "_FEW", 0)


@given(
    st.lists(
        st.tuples(
            st.integers(0, 3),
            st.sampled_from([-LARGEST - 1, -1, 0, 1, LARGEST]) | st.integers(0, 5),
            st.integers(-2, 2),
            st.sampled_from([0, 1 << 40]),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_order_by_equals_a_sort_by_every_key(rows):
    order, wanted = ordered(zip(*rows, strict=True))
    assert order == wanted


@pytest.mark.parametrize("word", [12, 16, 20, 30])
def test_order_by_is_right_when_few_bits_are_left(monkeypatch, word):
    """With a short word the instants are left out bit by bit."""
    monkeypatch.setattr(ordering, "_WORD", word)
    rng = np.random.default_rng(word)
    columns = [rng.integers(0, high, 400) for high in (5, 1 << 20, 3)]
    order, wanted = ordered(columns)
    assert order == wanted


def test_order_by_leaves_sorted_rows_in_place():
    lead = np.repeat(np.arange(50), 4)
    assert order_by(lead, np.arange(200)).tolist() == [*range(200)]


def test_order_by_of_no_rows_is_empty():
    none = np.zeros(0, dtype=np.int64)
    assert order_by(none, none).tolist() == []


def test_as_key_takes_missing_numbers_for_equal():
    key = as_key(np.array([np.nan, 1.5, np.nan, 1.5]))
    assert key[0] == key[2]
    assert key[1] == key[3]
    assert key[0] != key[1]
