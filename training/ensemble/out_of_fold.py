"""Log-odds of snapshots by fits that have not seen them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from leadgate.arrays import Bools, Floats, Ints, Positions
from training.ensemble.anchor import Anchor
from training.statistics.clusters import effective_n, mean_with_error
from training.validation.windows import Window, holds_both

# With fewer effective rows a slope and levels cost more than they bring (docs/decisions/0007).
ENOUGH = 100.0


@dataclass(frozen=True)
class OutOfFold:
    """Log-odds of snapshots by fits that have not seen them.

    `log_odds` has shape (n, m), `family` the codes of the m members' families, all else length n,
    `fold` being 0, 1, ... in the order of time, but `windows`, the forward window of each fold, and
    `anchors`, the base-rate offset that would have shipped before it, None where nothing showed
    one; both empty where the folds are no windows.
    """

    log_odds: Floats
    family: Ints
    y: Floats
    weight: Floats
    fold: Ints
    account: Ints
    rows: Positions
    windows: tuple[Window, ...] = ()
    anchors: tuple[Anchor | None, ...] = ()

    @property
    def enough(self) -> bool:
        """Whether there are rows enough, of both kinds, to blend and to calibrate on."""
        return effective_n(self.weight) >= ENOUGH and holds_both(self.y)

    def take(self, rows: Bools) -> OutOfFold:
        """Return some of the rows, by mask."""
        arrays = ("log_odds", "y", "weight", "fold", "account", "rows")
        return replace(self, **{name: getattr(self, name)[rows] for name in arrays})

    def mean(self, values: Floats) -> tuple[float, float]:
        """Return the weighted mean of a value of each row, and its standard error by account."""
        return mean_with_error(values, self.weight, self.account)
