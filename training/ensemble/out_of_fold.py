"""Log-odds of snapshots by fits that have not seen their accounts, nor the time they lie in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from leadgate.arrays import Bools, Floats, Ints, Positions
from training.statistics.clusters import cluster_sums, effective_n
from training.validation.windows import Window

# With fewer effective accounts of either kind weights and a slope cost more than they bring. As
# many as signal is tested with.
ENOUGH = 25.0


@dataclass(frozen=True)
class OutOfFold:
    """Log-odds of snapshots by fits that have not seen them.

    `log_odds` has shape (n, m), `names` and `windows` say of which members and windows; all else
    has length n. `window` is the position in `windows`, `cell` a code of window and account fold:
    the rows of a cell have one fit, and cells ascend with time.
    """

    log_odds: Floats
    names: Sequence[str]
    y: Floats
    weight: Floats
    cell: Ints
    window: Ints
    account: Ints
    rows: Positions
    windows: tuple[Window, ...]

    @property
    def enough(self) -> bool:
        """Whether there are accounts enough, of either kind, to blend and to calibrate on.

        A lead has several snapshots and an account several leads: none of them says as much again.
        """
        kinds = (self.y == 1, self.y == 0)
        sums = [cluster_sums(self.weight[kind], self.account[kind]) for kind in kinds]
        return min(effective_n(of_kind) for of_kind in sums) >= ENOUGH

    def with_same_time(self, other: OutOfFold) -> OutOfFold:
        """Return the rows of the windows with others of their fits' own time.

        Most rows are then there twice, so each counts half.
        """
        return replace(
            self,
            log_odds=np.concatenate([self.log_odds, other.log_odds]),
            y=np.concatenate([self.y, other.y]),
            account=np.concatenate([self.account, other.account]),
            rows=np.concatenate([self.rows, other.rows]),
            weight=np.concatenate([self.weight, other.weight]) / 2,
            cell=np.concatenate([self.cell, self.cell.max() + 1 + other.cell]),
            window=np.concatenate([self.window, other.window + len(self.windows)]),
            windows=(*self.windows, *other.windows),
        )

    def take(self, rows: Bools) -> OutOfFold:
        """Return some of the rows, by mask."""
        arrays = ("log_odds", "y", "weight", "window", "account", "rows")
        some = {name: getattr(self, name)[rows] for name in arrays}
        return replace(self, **some, cell=np.unique(self.cell[rows], return_inverse=True)[1])
