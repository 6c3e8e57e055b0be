"""The snapshots that show the base-rate offset: all whose outcome had to be known."""

from __future__ import annotations

import numpy as np

from leadgate.arrays import Floats, Ints, Positions
from training.dataset.even_sample import even_sample
from training.dataset.sample import Sample
from training.dataset.unworked import Unworked
from training.ensemble.level import Mature
from training.statistics.bins import bin_of, quantile_edges

# So many rows show the offset to a hundredth.
MOST_ROWS = 40_000
MAX_PERIODS, OF_RARER = 12, 20


def mature(sample: Sample) -> Mature:
    """Return the mature snapshots of a sample, an even sample of them where there are many.

    Where the base rate stands is no matter of what a fit has seen, so all count.
    """
    labels, order = sample.labels, sample.snapshots.order
    rows = even_sample(np.flatnonzero(labels.evaluation_weight > 0), MOST_ROWS)
    return _in_periods(rows, labels.y, labels.evaluation_weight, order, sample.account)


def all_known(sample: Sample | Unworked) -> Mature:
    """Return every snapshot whose outcome is known, mature or not, as one period.

    For what is too little to show more than one level; where there are many, an even sample.
    """
    labels = sample.labels
    rows = even_sample(np.flatnonzero(labels.weight > 0), MOST_ROWS)
    nothing: Ints = np.zeros(rows.size, dtype=np.int64)
    return Mature(rows, labels.y[rows], labels.weight[rows], nothing, sample.account[rows])


def _in_periods(rows: Positions, y: Floats, weight: Floats, order: Ints, account: Ints) -> Mature:
    y, order, weight = y[rows], order[rows], weight[rows]
    return Mature(rows, y, weight, periods(order, y, weight), account[rows])


def periods(order: Ints, y: Floats, weight: Floats) -> Ints:
    """Divide the time into up to twelve periods; shape (n,), codes 0, 1, ...

    Each has as many rows, and twenty leads of the rarer class among them on average.
    """
    rarer = min(weight @ y, weight @ (1 - y))
    count = int(np.clip(rarer // OF_RARER, 1, MAX_PERIODS))
    place = bin_of(order, quantile_edges(order, count))
    return np.unique(place, return_inverse=True)[1]
