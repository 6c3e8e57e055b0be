"""The periods of a fit: stretches of time whose levels no feature is to explain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Bool = NDArray[np.bool_]

MOST = 12
MOST_YOUNG = 3
LEAST_ROWS = 20
# How far the log-odds of a period are expected to lie from those of the others.
DEVIATION = 0.2
# Of young snapshots only the outcomes that came early are known: they may be nearly all wins, the
# more so the younger. What their levels say is no matter of the features.
YOUNG_DEVIATION = 10.0


@dataclass(frozen=True)
class Periods:
    """The period of each row, and how far the effect of each may lie from the others.

    `code` has shape (n,), values 0, 1, ... in the order of time; `deviation` has shape (k,), the
    prior deviation of each effect on the log-odds.
    """

    code: Int
    deviation: Float

    @classmethod
    def of(cls, order: Int, y: Float, mature: Bool) -> Periods:
        """Divide the time of the mature rows into up to twelve periods, the young into three."""
        if mature.all() or not mature.any():
            return cls.alike(divided(order, y))
        young = ~mature
        code = np.empty(order.size, dtype=np.int64)
        code[mature] = divided(order[mature], y[mature])
        first = int(code[mature].max()) + 1
        count = int(np.clip(young.sum() // LEAST_ROWS, 1, MOST_YOUNG))
        code[young] = first + _parts(order[young], count)
        deviation = np.full(int(code.max()) + 1, DEVIATION)
        deviation[first:] = YOUNG_DEVIATION
        return cls(code, deviation)

    @classmethod
    def alike(cls, code: Int) -> Periods:
        """Return periods of mature rows."""
        return cls(code, np.full(int(code.max(initial=0)) + 1, DEVIATION))

    @property
    def count(self) -> int:
        """How many periods there are."""
        return self.deviation.size

    def take(self, rows: NDArray[np.intp] | slice) -> Periods:
        """Return some of the rows; a period may be left without one."""
        return Periods(self.code[rows], self.deviation)


def divided(order: Int, y: Float) -> Int:
    """Divide mature rows into up to twelve periods of as many rows; shape (n,), codes 0, 1, ...

    Each has twenty of the rarer kind on average.
    """
    rarer = min((y == 1).sum(), (y == 0).sum())
    return _parts(order, int(np.clip(rarer // LEAST_ROWS, 1, MOST)))


def _parts(order: Int, count: int) -> Int:
    edges = np.quantile(order, np.arange(1, count) / count)
    place = np.searchsorted(edges, order, side="right")
    codes: Int = np.unique(place, return_inverse=True)[1].astype(np.int64)
    return codes
