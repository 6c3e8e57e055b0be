"""The kernel equals a plain loop, whatever the chunks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features import point_in_time
from features.activities import Activities
from features.point_in_time import blocks
from features.times import NAT

WINDOWS = [2, 5]
GROUP = np.array([0, 1, 1, 2])
N_GROUPS = 2  # the last type counts nowhere

rows = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 12), st.integers(0, 4), st.integers(0, 3)),
    max_size=30,
)
pairs = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 14)), max_size=12)


def build(rows):
    lead, occurred, delay, code = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    names = ["a", "b", "c", "d"]
    return Activities.build(4, lead, occurred, occurred + delay, code, names, delay * 1.0)


def together(activities, pairs):
    lead, as_of = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    counts = np.full((len(pairs), N_GROUPS, len(WINDOWS) + 1), -1)
    last = np.full((len(pairs), N_GROUPS), -1)
    for block in blocks(activities, lead, as_of, GROUP, N_GROUPS, WINDOWS):
        counts[block.rows], last[block.rows] = block.counts, block.last
    return counts, last


def plain_loop(rows, pairs):
    counts = np.zeros((len(pairs), N_GROUPS, len(WINDOWS) + 1), dtype=int)
    last = np.full((len(pairs), N_GROUPS), NAT)
    for snapshot, (lead, as_of) in enumerate(pairs):
        for owner, occurred, delay, code in rows:
            group = GROUP[code]
            if owner != lead or group == N_GROUPS or occurred >= as_of or occurred + delay > as_of:
                continue
            for place, window in enumerate([*WINDOWS, 10**9]):
                counts[snapshot, group, place] += as_of - occurred <= window
            last[snapshot, group] = max(last[snapshot, group], occurred)
    return counts, last


@given(rows, pairs)
def test_blocks_equal_a_plain_loop(rows, pairs):
    for found, wanted in zip(together(build(rows), pairs), plain_loop(rows, pairs), strict=True):
        assert found.tolist() == wanted.tolist()


@pytest.mark.parametrize("chunk", [1, 3, 50])
def test_blocks_do_not_depend_on_the_chunks(monkeypatch, chunk):
    rng = np.random.default_rng(chunk)
    rows = rng.integers(0, [4, 12, 4, 4], (200, 4)).tolist()
    pairs = rng.integers(0, [4, 14], (40, 2)).tolist()
    whole = together(build(rows), pairs)
    monkeypatch.setattr(point_in_time, "CHUNK", chunk)
    for found, wanted in zip(together(build(rows), pairs), whole, strict=True):
        assert found.tolist() == wanted.tolist()


def test_blocks_of_no_snapshots_are_none():
    assert [*blocks(build([]), *np.zeros((2, 0), dtype=np.int64), GROUP, N_GROUPS, WINDOWS)] == []
