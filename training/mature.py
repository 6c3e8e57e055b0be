"""The snapshots that show the level: all whose outcome had to be known."""

from __future__ import annotations

import numpy as np

from training.candidates import periods
from training.level import Mature
from training.recipe import Sample

# The level of so many rows is known to a hundredth.
MOST_ROWS = 40_000


def mature(sample: Sample) -> Mature:
    """Return the mature snapshots of a sample, an even sample of them where there are many.

    The windows that judge hold those of accounts that the fits before them have not seen, often a
    fifth of all. Where the base rate stands is no matter of what a fit has seen, so all count.
    """
    rows = np.flatnonzero(sample.labels.judge_weight > 0)
    rows = rows[:: max(1, -(-rows.size // MOST_ROWS))]
    order, y = sample.snapshots.order[rows], sample.labels.y[rows]
    return Mature(
        rows=rows,
        y=y,
        weight=sample.labels.judge_weight[rows],
        period=periods(order, y, np.ones(rows.size, dtype=bool)),
        account=sample.account[rows],
    )
