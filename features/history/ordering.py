"""The order of activities, by sorting packed integers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leadgate.arrays import Bools, Floats, Ints

_WORD = 64
# Below this many rows the plain sort by several keys costs less than packing.
_FEW = 2_000


def order_by(first: Ints, *keys: NDArray[np.integer]) -> Ints:
    """Return the order by several keys, first the most important; equal rows stay in order.

    The first two keys and the row are packed into one 64-bit integer, most significant first, and
    sorted as plain integers, which processors do many at a time. Where the second key needs more
    bits than are left its lowest ones are left out. Rows that are equal so far are then sorted in
    the same way by what was left out and the further keys.

    Parameters
    ----------
    first
        Shape (n,), 0, 1, …: the lead.
    keys
        Arrays of shape (n,), at least one: the instant, and what decides between equal instants.
    """
    n = len(first)
    row_bits = n.bit_length()
    free = _WORD - row_bits - int(first.max(initial=0)).bit_length()
    if n <= _FEW or free < 1:
        return np.lexsort((*reversed(keys), first))
    rest = keys[1:]
    if _ascending(first, keys[0]):
        order = np.arange(n)
        same = (first[1:] == first[:-1]) & (keys[0][1:] == keys[0][:-1])
    else:
        packed, low = _packed(first, keys[0], free, row_bits)
        packed.sort()
        order = (packed & np.uint64((1 << row_bits) - 1)).view(np.int64)
        packed >>= np.uint64(row_bits)
        same = packed[1:] == packed[:-1]
        rest = rest if low is None else (low, *rest)
    if rest and same.any():
        place, run = _runs(same)
        rows = order[place]
        order[place] = rows[order_by(run, *(key[rows] for key in rest))]
    return order


def as_key(values: Floats) -> Ints:
    """Return numbers as integers that are equal where these are, NaN too; shape (n,)."""
    return values.view(np.int64)


def _ascending(first: Ints, second: NDArray[np.integer]) -> bool:
    if (first[1:] < first[:-1]).any():
        return False
    return not ((first[1:] == first[:-1]) & (second[1:] < second[:-1])).any()


def _packed(
    first: Ints, key: NDArray[np.integer], free: int, row_bits: int
) -> tuple[NDArray[np.uint64], Ints | None]:
    """Return both keys and the row in one integer each, and what of the key did not fit."""
    least = key.min()
    bits = (int(key.max()) - int(least)).bit_length()
    left_out = np.uint64(max(0, bits - free))
    # Modulo 2 ** 64, so that the difference of any two keys is right as an unsigned integer.
    since = np.subtract(key, least, dtype=np.int64).view(np.uint64)
    packed = first.astype(np.uint64)
    packed <<= np.uint64(min(bits, free))
    packed |= since >> left_out
    packed <<= np.uint64(row_bits)
    packed |= np.arange(len(first), dtype=np.uint64)
    if left_out == 0:
        return packed, None
    since &= (np.uint64(1) << left_out) - np.uint64(1)
    return packed, since.view(np.int64)


def _runs(same: Bools) -> tuple[Ints, Ints]:
    """Return the places in runs of more than one row, and the number of each one's run."""
    tied = np.zeros(len(same) + 1, dtype=bool)
    tied[1:] |= same
    tied[:-1] |= same
    place = np.flatnonzero(tied)
    begins = np.concatenate([[True], ~same])[place]
    return place, np.cumsum(begins) - 1
