"""The distribution of a score among the leads that come in, and the lines that it gives."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from leadgate.arrays import Floats

# The line is often a score that many leads share; the last bit must not hold some of them back.
_ROUNDING = 1e-9
_GRID = np.linspace(0.0, 1.0, 1001)


def quantiles(values: Floats) -> tuple[float, ...]:
    """Return the quantiles that a policy keeps, ascending, evenly spaced from 0 to 1."""
    return tuple(np.quantile(values, _GRID).tolist())


class Scores:
    """Quantiles of a score, evenly spaced from 0 to 1.

    Parameters
    ----------
    values
        Ascending.
    """

    def __init__(self, values: Sequence[float]) -> None:
        self._values: Floats = np.asarray(values)
        self._places: Floats = np.linspace(0.0, 1.0, self._values.size)
        n = self._values.size
        chances = np.maximum(self._values, 0.0)
        # The mean of the scores before each place, 0 before the first.
        self._means: Floats = np.concatenate([[0.0], np.cumsum(chances) / np.arange(1, n + 1)])

    def line(self, share: float) -> float:
        """Return the score that a share of the leads reach, or fewer where many are equal."""
        values, n = self._values, self._values.size
        line = float(np.interp(1.0 - share, self._places, values))
        if (n - np.searchsorted(values, line)) / n > share + 1.0 / n:
            above = np.searchsorted(values, line, side="right")
            if above == n:
                return _moved(float(values[-1]), _ROUNDING)
            line = float(values[above])
        return _moved(line, -_ROUNDING)

    def mean_below(self, line: float) -> float:
        """Return the mean of the scores below a line, those below 0 as 0; 0 where none is."""
        return float(self._means[np.searchsorted(self._values, line)])


def _moved(line: float, by: float) -> float:
    """Return a line moved up by a part of itself, or down where the part is negative."""
    return line * (1.0 + by) if line >= 0 else line * (1.0 - by)
