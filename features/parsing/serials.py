"""Serial numbers: ids that were counted up, as they are or behind one prefix."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from features.parsing.values import number_column
from leadgate.arrays import Floats, Texts

_SERIAL = re.compile(r"(.*?)([0-9]+)")


def serial_numbers(texts: Texts) -> Floats:
    """Return ids as numbers that keep their order.

    Parameters
    ----------
    texts
        Canonical text: numbers, or numbers behind a prefix that all have in common (``L00299``).

    Returns
    -------
    ndarray of shape (n,)
        Numbers as they are; of ids with a prefix, and of those too long for a float, how far they
        are from the smallest. NaN where there is none.
    """
    given = pd.Series(texts, dtype="str")
    numbers = number_column(texts)
    filled = (given != "").to_numpy()
    if np.isfinite(numbers[filled]).all() and not (np.abs(numbers[filled]) > 2**53).any():
        return numbers
    parts = given[filled].str.extract(f"^{_SERIAL.pattern}$")
    if parts[1].isna().any() or parts[0].nunique() > 1:
        return numbers
    counted = [int(digits) for digits in parts[1]]
    first = min(counted, default=0)
    result = np.full(len(given), np.nan)
    result[filled] = [float(number - first) for number in counted]
    return result
