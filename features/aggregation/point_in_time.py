"""Activities as they were known at each snapshot: counts, recencies, sums and decayed counts.

The only implementation, for one snapshot as for a million.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.history.activities import Activities
from features.history.csr import expand, position
from leadgate.arrays import Bools, Floats, Ints

# Pairs of a snapshot and an activity handled at once: their arrays stay in the processor's cache.
CHUNK = 1 << 17

# Cells of a table that still stays there; beyond, sorting costs less.
_CELLS = 8 * CHUNK

NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, eq=False)
class Pairs:
    """Some snapshots, each paired with the activities of its lead that are known at it.

    Attributes
    ----------
    rows
        Which snapshots; `n` of them.
    snapshot
        Shape (m,), ascending: 0 for the first of `rows`.
    activity
        Shape (m,), positions in the activities, oldest first within a snapshot.
    age
        Shape (m,), microseconds since the activity occurred.
    """

    rows: slice
    n: int
    snapshot: Ints
    activity: Ints
    age: Ints
    _buckets: dict[tuple[int, ...], Ints] = field(default_factory=dict, init=False)

    def counts(
        self,
        windows: Sequence[int],
        code: NDArray[np.integer] | None = None,
        n_codes: int = 1,
        weight: Floats | None = None,
    ) -> NDArray[Any]:
        """Count the activities within each window and ever, by code.

        Parameters
        ----------
        windows
            Lengths in microseconds, ascending; an activity as old as a window is within it.
        code
            Shape (m,), ``0 … n_codes - 1``; None: every activity has code 0.
        weight
            Shape (m,): summed up instead of counting.

        Returns
        -------
        ndarray of shape (windows + 1, n, n_codes)
        """
        cell = self._cell(code, n_codes)
        n_cells = self.n * n_codes
        shape = (len(windows) + 1, self.n, n_codes)
        if windows:
            cell = cell + self._bucket(tuple(windows)) * n_cells
        totals: NDArray[Any] = np.bincount(cell, weight, minlength=shape[0] * n_cells)
        totals = totals.reshape(shape)
        for shorter, longer in pairwise(totals):
            longer += shorter
        return totals

    def youngest(self, code: NDArray[np.integer], n_codes: int) -> Ints:
        """Return the age of the last activity by code, shape (n, n_codes); `NEVER` where none."""
        youngest = np.full(self.n * n_codes, NEVER)
        np.minimum.at(youngest, self._cell(code, n_codes), self.age)
        return youngest.reshape(self.n, n_codes)

    def newest(self, code: NDArray[np.integer], n_codes: int) -> Bools:
        """Mark the last activity of each snapshot and code; shape (m,)."""
        cell, m = self._cell(code, n_codes), len(self.activity)
        if self.n * n_codes <= _CELLS:
            last = np.zeros(self.n * n_codes, dtype=np.int64)
            np.maximum.at(last, cell, np.arange(m))
            marked: Bools = last[cell] == np.arange(m)
            return marked
        marked = np.zeros(m, dtype=bool)
        marked[m - 1 - np.unique(cell[::-1], return_index=True)[1]] = True
        return marked

    def ends(self, count: Ints) -> tuple[Ints, Ints, Ints]:
        """Return the ages of the first, the last and the last but one activity, shape (n,) each.

        `NEVER` where there is none; `count` is the number of activities of each snapshot.
        """
        m = len(self.age)
        padded = np.full(m + 3, NEVER)
        padded[2:-1] = self.age
        if self.n == 1:
            return padded[2:3], padded[m + 1 : m + 2], padded[m : m + 1]
        stop = np.cumsum(count) + 2
        some = count > 0
        return (
            np.where(some, padded[stop - count], NEVER),
            np.where(some, padded[stop - 1], NEVER),
            np.where(count > 1, padded[stop - 2], NEVER),
        )

    def _bucket(self, windows: tuple[int, ...]) -> Ints:
        """Return how many of the windows each activity is too old for; shape (m,)."""
        bucket = self._buckets.get(windows)
        if bucket is None:
            outside = (self.age > windows[0]).view(np.int8)
            for window in windows[1:]:
                outside += self.age > window
            bucket = self._buckets[windows] = outside.astype(np.int64)
        return bucket

    def _cell(self, code: NDArray[np.integer] | None, n_codes: int) -> NDArray[np.integer]:
        if code is None:
            return self.snapshot
        return code if self.n == 1 else self.snapshot * n_codes + code


def known_pairs(activities: Activities, lead: Ints, as_of: Ints) -> Iterator[Pairs]:
    """Pair snapshots with what is known at them, some snapshots at a time.

    An activity is known when ``occurred < as_of`` and ``recorded <= as_of``.

    Parameters
    ----------
    activities
        Of all leads.
    lead, as_of
        Shape (n,), the snapshots.

    Yields
    ------
    Pairs
        Together all snapshots, in order.
    """
    if len(lead) == 1:
        yield _pairs_of_one(activities, int(lead[0]), int(as_of[0]))
        return
    start = activities.ptr[lead]
    end = position(activities.occurred, start, activities.ptr[lead + 1], as_of, inclusive=False)
    length = end - start
    for rows in _chunks(length):
        snapshot, activity = expand(start[rows], length[rows])
        at = as_of[rows][snapshot]
        recorded = activities.recorded[activity] <= at
        if not recorded.all():
            snapshot, activity, at = snapshot[recorded], activity[recorded], at[recorded]
        age = at - activities.occurred[activity]
        yield Pairs(rows, rows.stop - rows.start, snapshot, activity, age)


def _pairs_of_one(activities: Activities, lead: int, as_of: int) -> Pairs:
    """Pair one snapshot: what lays out many would take most of the time of a request's features."""
    begin, end = activities.ptr[lead : lead + 2].tolist()
    occurred, recorded = activities.occurred[begin:end], activities.recorded[begin:end]
    (place,) = ((occurred < as_of) & (recorded <= as_of)).nonzero()
    snapshot = np.zeros(len(place), dtype=np.int64)
    return Pairs(slice(0, 1), 1, snapshot, place + begin, as_of - occurred[place])


def _chunks(length: Ints) -> Iterator[slice]:
    """Cut the snapshots into runs of about `CHUNK` pairs, and of at most as many snapshots."""
    n = len(length)
    if 0 < n < CHUNK and n + length.sum() <= CHUNK:
        yield slice(0, n)
        return
    # Snapshots without activities take room in the result, so that they count as one pair.
    total = np.cumsum(np.maximum(length, 1))
    begin = 0
    while begin < n:
        done = int(total[begin - 1]) if begin else 0
        stop = int(np.searchsorted(total, done + CHUNK, side="right"))
        stop = max(stop, begin + 1)
        yield slice(begin, stop)
        begin = stop
