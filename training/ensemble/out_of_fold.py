"""Margins of snapshots by fits that have not seen them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.ensemble.anchor import Anchor
from training.ensemble.platt import ENOUGH, effective_n
from training.validation.windows import MIN_OF_A_KIND, Span

Float = NDArray[np.float64]
Int = NDArray[np.int64]


@dataclass(frozen=True)
class OutOfFold:
    """Margins of snapshots by fits that have not seen them.

    `margins` has shape (n, m), `family` the codes of the m members' families, all else length n but
    `spans`, the forward window of each fold, and `anchors`, the level that would have shipped
    before it, None where nothing showed one; both empty where the folds are no windows.
    """

    margins: Float
    family: Int
    y: Float
    weight: Float
    fold: Int
    account: Int
    rows: NDArray[np.intp]
    spans: tuple[Span, ...] = ()
    anchors: tuple[Anchor | None, ...] = ()

    @property
    def enough(self) -> bool:
        """Whether there are rows enough, of both kinds, to blend and to calibrate on."""
        kinds = min((self.y == 1).sum(), (self.y == 0).sum())
        return bool(effective_n(self.weight) >= ENOUGH and kinds >= MIN_OF_A_KIND)
