"""Rows of many leads in one array: row `i` of lead `k` lies in ``ptr[k] <= i < ptr[k + 1]``."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from leadgate.arrays import Ints


def pointers(lead: Ints, n_leads: int) -> Ints:
    """Return where each lead's rows begin, of shape (n_leads + 1,), for rows sorted by lead."""
    ptr = np.zeros(n_leads + 1, dtype=np.int64)
    np.cumsum(np.bincount(lead, minlength=n_leads), out=ptr[1:])
    return ptr


def owners(ptr: Ints) -> Ints:
    """Return the lead of each row, the inverse of `pointers`."""
    return np.repeat(np.arange(len(ptr) - 1), np.diff(ptr))


def expand(start: Ints, length: Ints) -> tuple[Ints, Ints]:
    """Lay out segments one after the other.

    Returns
    -------
    segment, row
        Of shape (length.sum(),): the segment, and its rows from `start` on.
    """
    segment = np.repeat(np.arange(len(start)), length)
    first = start - (np.cumsum(length) - length)
    return segment, np.arange(len(segment)) + first[segment]


def distinct_pairs(lead: Ints, code: NDArray[np.integer]) -> tuple[Ints, Ints]:
    """Return each pair of a lead and a code once, ascending; never a table of all pairs."""
    n_codes = int(code.max(initial=0)) + 1
    pairs = np.unique(lead * np.int64(n_codes) + code)
    return pairs // n_codes, pairs % n_codes


def position(times: Ints, low: Ints, high: Ints, at: Ints, *, inclusive: bool) -> Ints:
    """Find the end of each segment's rows that come before an instant.

    A binary search in every segment at once.

    Parameters
    ----------
    times
        Ascending within each segment.
    low, high
        Shape (n,): the segments ``times[low:high]``.
    at
        Shape (n,): the instants.
    inclusive
        Whether a row at the instant itself comes before it.

    Returns
    -------
    ndarray of shape (n,)
        ``low <= p <= high`` such that the rows ``low … p - 1`` come before.
    """
    if len(low) == 1:
        side: Literal["left", "right"] = "right" if inclusive else "left"
        return low + np.int64(np.searchsorted(times[low[0] : high[0]], at[0], side))
    before = np.less_equal if inclusive else np.less
    low, high = low.copy(), high.copy()
    last = max(len(times) - 1, 0)
    for _ in range(int((high - low).max(initial=0)).bit_length()):
        middle = (low + high) >> 1
        right = before(times[np.minimum(middle, last)], at) & (low < high)
        np.copyto(low, middle + 1, where=right)
        np.copyto(high, middle, where=~right)
    return low
