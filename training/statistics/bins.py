"""Bins of about equal size, by quantiles; equal values stay together."""

from __future__ import annotations

from typing import Literal

import numpy as np

from leadgate.arrays import Floats, Ints, Positions


def quantile_edges(values: Floats | Ints, bins: int) -> Floats:
    """Return the inner ends of bins of about equal size: ascending, distinct, at most bins - 1.

    Parameters
    ----------
    values
        Shape (n,); what is not finite is passed over.
    """
    finite = values[np.isfinite(values)]
    if not finite.size:
        return np.empty(0)
    return np.asarray(np.unique(np.quantile(finite, np.arange(1, bins) / bins)))


def bin_of(
    values: Floats | Ints, edges: Floats, side: Literal["left", "right"] = "right"
) -> Positions:
    """Return the bin of each value; shape (n,), 0 up to ``len(edges)``.

    Parameters
    ----------
    side
        Where a value equal to an edge lies: ``right`` of it, in the bin above, or ``left`` of it.
    """
    return np.searchsorted(edges, values, side=side)


def weighted_bins(values: Floats, weight: Floats, bins: int) -> Ints:
    """Return the bin of each value, of about equal weight; shape (n,), codes 0, 1, ..."""
    _, place = np.unique(values, return_inverse=True)
    mass = np.bincount(place, weight)
    middle = (np.cumsum(mass) - mass / 2) / mass.sum()
    code: Ints = np.unique(np.floor(middle * bins), return_inverse=True)[1][place]
    return code
