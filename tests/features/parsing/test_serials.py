import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from features.parsing.serials import serial_numbers


def numbers(*texts):
    return serial_numbers(np.array(texts, dtype=object)).tolist()


def test_numbers_are_taken_as_they_are():
    assert numbers("3", "1.5", "20") == [3.0, 1.5, 20.0]


def test_ids_with_one_prefix_are_numbered_from_the_smallest():
    assert numbers("L00299", "L00298", "L01000") == [1.0, 0.0, 702.0]


def test_long_ids_keep_their_order():
    first = 5_805_028_000_056_864_695
    assert numbers(*(f"zcrm_{first + i}" for i in (0, 2, 1))) == [0.0, 2.0, 1.0]
    assert numbers(*(str(first + i) for i in (0, 2, 1))) == [0.0, 2.0, 1.0]


def test_what_is_no_serial_number_has_no_place():
    assert np.isnan(numbers("A1", "B2")).all()
    assert np.isnan(numbers("a", "b")).all()
    assert np.isnan(numbers("1", "", "x")[1:]).all()


@given(st.lists(st.integers(0, 10**19), min_size=2, unique=True), st.sampled_from(["", "L-", "7a"]))
def test_the_order_of_counted_ids_is_kept(counted, prefix):
    near = [number % 10**6 + 10**18 for number in counted]
    values = np.array(numbers(*(f"{prefix}{number}" for number in near)))
    assert (np.sign(np.diff(values)) == np.sign(np.diff(np.array(near, dtype=object)))).all()
