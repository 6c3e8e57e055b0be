"""An even sample: as many of the rows as are enough, spread over all of them."""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from leadgate.arrays import Ints, Positions

Rows = TypeVar("Rows", Ints, Positions)


def even_sample(rows: Rows, most: int) -> Rows:
    """Return one of each of `most` equal stretches of the rows, all where these are fewer.

    Sorted by time or by account it holds all of these alike; shape (m,). Which one of a stretch is
    drawn with a fixed seed: every k-th row would be of the same few ages of each lead, wherever k
    and the number of ages share a factor.
    """
    if rows.size <= most:
        return rows
    edges = np.arange(most + 1) * rows.size // most
    drawn = edges[:-1] + np.random.default_rng(0).integers(np.diff(edges))
    some: Rows = rows[drawn]
    return some
