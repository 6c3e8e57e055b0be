"""Segments of one array are searched and laid out like lists of lists."""

import bisect

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from features.history.csr import expand, owners, pointers, position

lists = st.lists(st.lists(st.integers(0, 9), max_size=6).map(sorted), min_size=1, max_size=6)


def flat(segments):
    ptr = np.cumsum([0, *map(len, segments)])
    return ptr, np.array([value for segment in segments for value in segment], dtype=np.int64)


@given(lists, st.data())
def test_position_equals_bisect_in_each_segment(segments, data):
    ptr, values = flat(segments)
    which = np.array(data.draw(st.lists(st.integers(0, len(segments) - 1), max_size=8)), dtype=int)
    at = np.array(
        data.draw(st.lists(st.integers(-1, 10), min_size=len(which), max_size=len(which))),
        dtype=np.int64,
    )
    for inclusive, find in ((True, bisect.bisect_right), (False, bisect.bisect_left)):
        ends = position(values, ptr[which], ptr[which + 1], at, inclusive=inclusive)
        wanted = [ptr[k] + find(segments[k], moment) for k, moment in zip(which, at, strict=True)]
        assert ends.tolist() == wanted


@given(lists)
def test_pointers_and_owners_are_inverse(segments):
    ptr, _ = flat(segments)
    assert pointers(owners(ptr), len(segments)).tolist() == ptr.tolist()


@given(lists)
def test_expand_lists_every_row_of_every_segment(segments):
    ptr, values = flat(segments)
    chosen = np.arange(len(segments))[::-1]
    segment, row = expand(ptr[chosen], np.diff(ptr)[chosen])
    assert values[row].tolist() == flat(segments[::-1])[1].tolist()
    assert segment.tolist() == owners(flat(segments[::-1])[0]).tolist()
