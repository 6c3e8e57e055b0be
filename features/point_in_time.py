"""Activities as they were known at each snapshot: counts in windows and the last time, by group.

The only implementation, for one snapshot as for a million.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.activities import Activities
from features.ragged import Int, expand, position
from features.times import NAT

# Pairs of a snapshot and an activity handled at once: their arrays stay in the processor's cache.
CHUNK = 1 << 18


@dataclass(frozen=True)
class Block:
    """What was known at some snapshots.

    Attributes
    ----------
    rows
        Which snapshots.
    counts
        Shape (rows, groups, windows + 1): activities within each window, and ever.
    last
        Shape (rows, groups): the last instant; `NAT` where there is none.
    """

    rows: slice
    counts: NDArray[np.intp]
    last: Int


def blocks(
    activities: Activities,
    lead: Int,
    as_of: Int,
    group: Int,
    n_groups: int,
    windows: Sequence[int],
) -> Iterator[Block]:
    """Count, for each snapshot, the activities known at it.

    An activity is known when ``occurred < as_of`` and ``recorded <= as_of``, and lies within a
    window when ``as_of - occurred <= window``. Every snapshot is paired with the earlier activities
    of its lead, a chunk of pairs at a time.

    Parameters
    ----------
    activities
        Of all leads.
    lead, as_of
        Shape (n,), the snapshots.
    group
        Shape (n_types,), the group ``0 … n_groups - 1`` of each type; `n_groups` for types that
        count nowhere.
    windows
        Lengths in microseconds, ascending.

    Yields
    ------
    Block
        Together all snapshots, in order.
    """
    start = activities.ptr[lead]
    end = position(activities.occurred, start, activities.ptr[lead + 1], as_of, inclusive=False)
    length = end - start
    for rows in _chunks(length):
        segment, pair = expand(start[rows], length[rows])
        at = as_of[rows]
        occurred = activities.occurred[pair]
        moment = at[segment]
        of_type = group[activities.type[pair]]
        # What was not recorded yet counts nowhere.
        of_type = np.where(activities.recorded[pair] <= moment, of_type, n_groups)
        cell = segment * (n_groups + 1) + of_type
        shape = (len(at), n_groups + 1)
        yield Block(
            rows,
            _counts(cell, moment - occurred, windows, shape)[:, :n_groups],
            _last(cell, occurred, shape)[:, :n_groups],
        )


def _counts(
    cell: Int, age: Int, windows: Sequence[int], shape: tuple[int, int]
) -> NDArray[np.intp]:
    n_buckets = len(windows) + 1
    bucket = cell * n_buckets
    for window in windows:
        bucket += age > window
    counts = np.bincount(bucket, minlength=shape[0] * shape[1] * n_buckets)
    return np.cumsum(counts.reshape(*shape, n_buckets), axis=2)


def _last(cell: Int, occurred: Int, shape: tuple[int, int]) -> Int:
    last = np.full(shape[0] * shape[1], NAT)
    np.maximum.at(last, cell, occurred)
    return last.reshape(shape)


def _chunks(length: Int) -> Iterator[slice]:
    """Cut the snapshots into runs of about `CHUNK` pairs, and of at most as many snapshots."""
    n = len(length)
    # Snapshots without activities take room in the result, so that they count as one pair.
    total = np.cumsum(np.maximum(length, 1))
    begin = 0
    while begin < n:
        done = int(total[begin - 1]) if begin else 0
        stop = int(np.searchsorted(total, done + CHUNK, side="right"))
        stop = max(stop, begin + 1)
        yield slice(begin, stop)
        begin = stop
