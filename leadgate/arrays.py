"""The types of arrays: what a column of numbers, texts or positions is called everywhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Texts = NDArray[np.object_]
Positions = NDArray[np.intp]
Codes = NDArray[np.int32]
