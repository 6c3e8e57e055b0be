"""The snapshots that show the base-rate offset: all whose outcome had to be known."""

from __future__ import annotations

import numpy as np

from leadgate.arrays import Floats, Ints, Positions
from training.dataset.even_sample import even_sample
from training.dataset.matrix import Matrix
from training.dataset.sample import Sample
from training.ensemble.level import Mature
from training.estimators.candidates import periods
from training.validation.windows import holds_both

# So many rows show the offset to a hundredth.
MOST_ROWS = 40_000


def mature(sample: Sample) -> Mature:
    """Return the mature snapshots of a sample, an even sample of them where there are many.

    The forward windows hold those of accounts that the fits before them have not seen, often a
    fifth of all. Where the base rate stands is no matter of what a fit has seen, so all count.
    """
    labels, order = sample.labels, sample.snapshots.order
    rows = even_sample(np.flatnonzero(labels.evaluation_weight > 0), MOST_ROWS)
    return _in_periods(rows, labels.y, labels.evaluation_weight, order, sample.account)


def all_known(sample: Sample) -> Mature:
    """Return every snapshot whose outcome is known, mature or not, as one period.

    For exports too small to show more than one level.
    """
    labels = sample.labels
    rows = np.flatnonzero(labels.weight > 0)
    nothing: Ints = np.zeros(rows.size, dtype=np.int64)
    return Mature(rows, labels.y[rows], labels.weight[rows], nothing, sample.account[rows])


def mature_of(data: Matrix) -> Mature:
    """Return the mature ones of the snapshots of a fit.

    All that are known where those are too few: training would stand on the whole fit as well.
    """
    return enough_mature(data) or _weighing(data, data.weight)


def enough_mature(data: Matrix) -> Mature | None:
    """Return the mature ones of the snapshots of a fit; None with fewer than ten wins or losses.

    So few are no level.
    """
    if not holds_both(data.y[data.evaluation_weight > 0]):
        return None
    return _weighing(data, data.evaluation_weight)


def _weighing(data: Matrix, weight: Floats) -> Mature:
    return _in_periods(np.flatnonzero(weight > 0), data.y, weight, data.order, data.account)


def _in_periods(rows: Positions, y: Floats, weight: Floats, order: Ints, account: Ints) -> Mature:
    y, order = y[rows], order[rows]
    period = periods(order, y, np.ones(rows.size, dtype=bool))
    return Mature(rows, y, weight[rows], period, account[rows])
