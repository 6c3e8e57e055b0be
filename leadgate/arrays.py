"""The types of arrays, named once, and the order of texts in an array."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Texts = NDArray[np.object_]
Positions = NDArray[np.intp]
Codes = NDArray[np.int32]


def text_order(texts: Texts | Sequence[str]) -> Positions:
    """Return the positions of texts in ascending order of code points; equal ones stay in order.

    Python strings are compared where they lie. In an array of fixed width every text would take
    the room of the longest: 20,000 texts of which one has 10,000 characters take 800 MB.
    """
    keys = texts.tolist() if isinstance(texts, np.ndarray) else texts
    return np.array(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.intp)
