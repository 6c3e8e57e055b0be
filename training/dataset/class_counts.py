"""How many leads of either kind there are to learn from."""

from __future__ import annotations

import numpy as np

from leadgate.errors import DataError
from training.dataset.sample import Sample
from training.dataset.settings import Settings


def kinds(sample: Sample, settings: Settings) -> tuple[int, int]:
    """Return how many leads are known to have won, and not to have.

    Raises
    ------
    DataError
        ``one_class``, naming the kind that is missing.
    """
    labels, lead = sample.labels, sample.snapshots.lead
    known = labels.weight > 0
    winners = np.unique(lead[known & (labels.y == 1)])
    won, lost = winners.size, np.setdiff1d(lead[known & (labels.y == 0)], winners).size
    if won and lost:
        return won, lost
    within = f" within {settings.horizon_days:g} days" if settings.horizon_days else ""
    if won:
        found, check = f"all {won} closed leads that sales worked have won", "columns.lost"
    elif lost:
        found = f"none of the {lost} closed leads that sales worked has won{within}"
        check = "columns.won"
    else:
        found = "no closed lead was worked by sales and seen before its outcome"
        check = "columns.outcome, columns.closed_at"
    raise DataError(
        f"There is nothing to tell apart: {found}.",
        code="one_class",
        hint=f"Check {check} and columns.unworked, or export leads of both kinds.",
    )
