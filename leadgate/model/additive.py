"""The additive member: a sum of one piecewise linear function per feature, on the log-odds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from leadgate.arrays import Floats

# Up to this many comparisons one broadcast is quicker than a loop over the features.
_BROADCAST_LIMIT = 100_000


class Shape:
    """A piecewise linear function of one feature, constant beyond its ends.

    A category is the same thing: its knots are the codes 0, 1, 2, ... (see `table`).

    Parameters
    ----------
    knots
        Shape (m,), strictly ascending, m >= 1.
    values
        Shape (m,), the function's value at each knot, in log-odds.
    missing
        The value where the feature is NaN.

    Raises
    ------
    ValueError
        If the knots do not ascend, or the lengths differ, or a number is not finite.
    """

    def __init__(self, knots: ArrayLike, values: ArrayLike, missing: float = 0.0) -> None:
        self.knots: Floats = np.asarray(knots, dtype=np.float64)
        self.values: Floats = np.asarray(values, dtype=np.float64)
        self.missing = float(missing)
        if self.knots.ndim != 1 or not self.knots.size or self.knots.shape != self.values.shape:
            raise ValueError("a shape needs as many values as knots, and at least one")
        if not np.isfinite([*self.knots, *self.values, self.missing]).all():
            raise ValueError("knots and values must be finite")
        if (np.diff(self.knots) <= 0).any():
            raise ValueError("knots must ascend")

    @classmethod
    def table(cls, values: ArrayLike) -> Shape:
        """Return the function of a category: one value per code, the last one for missing."""
        *by_code, missing = np.asarray(values, dtype=np.float64)
        return cls(np.arange(len(by_code)), by_code, missing)

    def to_dict(self) -> dict[str, Any]:
        """Return the shape as JSON values."""
        return {
            "knots": self.knots.tolist(),
            "values": self.values.tolist(),
            "missing": self.missing,
        }


class AdditiveMember:
    """A generalised additive model: log_odds(x) = bias + sum of f_j(x_j).

    Parameters
    ----------
    shapes
        One function per feature, in the order of the matrix.
    bias
        Log-odds where every function is zero.
    """

    def __init__(self, shapes: Sequence[Shape], bias: float) -> None:
        self.shapes = tuple(shapes)
        self.bias = float(bias)
        width = max((s.knots.size for s in self.shapes), default=1)
        size = (len(self.shapes), width)
        # The padding lies beyond every value, so that no value falls into it.
        self._knots, self._values, self._slopes = (
            np.full(size, np.inf),
            np.zeros(size),
            np.zeros(size),
        )
        for j, s in enumerate(self.shapes):
            m = s.knots.size
            self._knots[j, :m], self._values[j, :m] = s.knots, s.values
            self._slopes[j, : m - 1] = np.diff(s.values) / np.diff(s.knots)
        # Where each feature's cells begin, all of them side by side.
        self._first = np.arange(len(self.shapes)) * width
        self._low: Floats = self._knots[:, 0]
        self._high: Floats = np.array([s.knots[-1] for s in self.shapes])
        self._missing: Floats = np.array([s.missing for s in self.shapes])

    def log_odds(self, X: Floats) -> Floats:
        """Return the log-odds of each row; shape (n,)."""
        log_odds: Floats = self.contributions(X).sum(axis=1) + self.bias
        return log_odds

    def contributions(self, X: Floats) -> Floats:
        """Return f_j(x_ij), shape (n, p): with `bias` they sum to the log-odds."""
        if X.shape[0] * self._knots.size <= _BROADCAST_LIMIT:
            values = self._broadcast(X)
        else:
            values = np.empty(X.shape)
            for j, shape in enumerate(self.shapes):
                values[:, j] = np.interp(X[:, j], shape.knots, shape.values)
        return np.where(np.isnan(X), self._missing, values)

    def _broadcast(self, X: Floats) -> Floats:
        clipped = np.minimum(np.maximum(X, self._low), self._high)
        cell = (self._knots <= clipped[:, :, None]).sum(axis=2) - 1
        cell += self._first
        values: Floats = self._slopes.take(cell) * (clipped - self._knots.take(cell))
        values += self._values.take(cell)
        return values

    def to_dict(self) -> dict[str, Any]:
        """Return the member as JSON values."""
        return {"bias": self.bias, "shapes": [shape.to_dict() for shape in self.shapes]}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> AdditiveMember:
        """Read what `to_dict` wrote.

        Raises
        ------
        KeyError, TypeError, ValueError
            If it is not that.
        """
        return cls([Shape(**shape) for shape in values["shapes"]], values["bias"])
