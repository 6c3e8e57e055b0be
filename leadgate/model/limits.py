"""The limits of what a model knows: beyond them a lead gets `review` and no readiness."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, Self

import numpy as np

from leadgate.arrays import Floats, Ints, Positions, Texts
from leadgate.jsonfile import JsonValues
from leadgate.model.calibration import logit, reach

UNKNOWN = "nothing is known of the lead"
UNSURE = "too uncertain: the interval of its readiness is wider than those seen in training"
# Names of one sentence.
_MANY = 3
_NO_NUMBERS: tuple[float | None, ...] = ()


@dataclass(frozen=True)
class Limits(JsonValues):
    """What the leads of training were like; `limits.json` of a bundle.

    Attributes
    ----------
    fields
        The columns of the matrix that hold fields of a lead.
    categories
        Those of them that hold codes, of which 0 stands for a value that is rare or new.
    understood
        A lead has at least so many fields that are known and neither rare nor new.
    low, high
        Of each column, the values between which a model can be asked; None: everywhere. Empty
        where no column has limits.
    width
        The widest interval of readiness, on the log-odds; None for any.
    """

    fields: tuple[int, ...] = ()
    categories: tuple[int, ...] = ()
    understood: int = 0
    low: tuple[float | None, ...] = _NO_NUMBERS
    high: tuple[float | None, ...] = _NO_NUMBERS
    width: float | None = None

    def doubts(self, X: Floats, band: Floats, names: Sequence[str]) -> Texts:
        """Return why a lead cannot be scored; "" where it can.

        Parameters
        ----------
        X
            Shape (n, p), the features.
        band
            Shape (n, 3): readiness, low and high.
        names
            Of the columns, shape (p,).

        Returns
        -------
        ndarray of shape (n,)
            Sentences that hold names of fields and no value of them.
        """
        doubts = np.full(len(X), "", dtype=object)
        if self.width is not None:
            doubts[interval_width(band) > self.width] = UNSURE
        columns, low, high = self._ends
        if columns.size:
            x = X[:, columns]
            outside = (x < low) | (x > high)
            for row in np.flatnonzero(outside.any(axis=1)):
                strange = [names[column] for column in columns[outside[row]]]
                doubts[row] = f"far outside of what training has seen: {_listed(strange)}"
        if self.understood:
            count = self.count(X)
            for number in set(count[count < self.understood].tolist()):
                doubts[count == number] = (
                    f"too little is known of the lead: {number} of {len(self.fields)} fields are "
                    f"known and common, {self.understood} are needed"
                )
        doubts[np.isnan(X).all(axis=1)] = UNKNOWN
        return doubts

    def widened(self, variance: float) -> Self:
        """Return the limits for intervals whose squared half width grew by so much of a variance.

        Those that were too wide stay so, and no other becomes it.
        """
        if self.width is None:
            return self
        square = self.width**2 + (2.0 * reach(0.90)) ** 2 * variance
        return replace(self, width=math.sqrt(max(square, 0.0)))

    def count(self, X: Floats) -> Ints:
        """Return how many fields are known and neither rare nor new; shape (n,)."""
        fields, categories = self._positions
        filled = (~np.isnan(X[:, fields])).sum(axis=1)
        return np.asarray(filled - (X[:, categories] == 0).sum(axis=1))

    @cached_property
    def _positions(self) -> tuple[Positions, Positions]:
        """Return `fields` and `categories`, ready to take columns with."""
        return np.array(self.fields, dtype=np.intp), np.array(self.categories, dtype=np.intp)

    @cached_property
    def _ends(self) -> tuple[Positions, Floats, Floats]:
        """Return the columns with limits, and these."""
        low = np.array([-np.inf if v is None else v for v in self.low], dtype=np.float64)
        high = np.array([np.inf if v is None else v for v in self.high], dtype=np.float64)
        columns = np.flatnonzero(np.isfinite(low) | np.isfinite(high))
        return columns, low[columns], high[columns]

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote.

        Raises
        ------
        ValueError
            If it is not that.
        """
        if values.keys() != {field.name for field in fields(cls)}:
            raise ValueError("limits have other names")
        return super().from_dict(values)


def interval_width(band: Floats) -> Floats:
    """Return how wide intervals are on the log-odds; shape (n,)."""
    ends = np.minimum(np.maximum(band[:, 1:], 1e-15), 1 - 1e-15)
    low, high = logit(ends).T
    return np.asarray(high - low)


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MANY} more" if len(names) > _MANY else ""
    return f"{', '.join(names[:_MANY])}{more}"
