"""Margins of snapshots by fits that have not seen them."""

from __future__ import annotations

from dataclasses import dataclass

from leadgate.arrays import Floats, Ints, Positions
from training.ensemble.anchor import Anchor
from training.ensemble.platt import ENOUGH, effective_n
from training.validation.windows import MIN_OF_A_KIND, Span


@dataclass(frozen=True)
class OutOfFold:
    """Margins of snapshots by fits that have not seen them.

    `log_odds` has shape (n, m), `family` the codes of the m members' families, all else length n
    but `spans`, the forward window of each fold, and `anchors`, the level that would have shipped
    before it, None where nothing showed one; both empty where the folds are no windows.
    """

    log_odds: Floats
    family: Ints
    y: Floats
    weight: Floats
    fold: Ints
    account: Ints
    rows: Positions
    spans: tuple[Span, ...] = ()
    anchors: tuple[Anchor | None, ...] = ()

    @property
    def enough(self) -> bool:
        """Whether there are rows enough, of both kinds, to blend and to calibrate on."""
        kinds = min((self.y == 1).sum(), (self.y == 0).sum())
        return bool(effective_n(self.weight) >= ENOUGH and kinds >= MIN_OF_A_KIND)
