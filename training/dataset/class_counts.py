"""How many leads of either class there are to learn from."""

from __future__ import annotations

import numpy as np

from leadgate.errors import DataError
from training.dataset.sample import Sample
from training.dataset.settings import Settings


def won_and_lost(sample: Sample) -> tuple[int, int]:
    """Return how many leads are labelled as won, and as not won; maybe 0."""
    labels, lead = sample.labels, sample.snapshots.lead
    labelled = labels.weight > 0
    winners = np.unique(lead[labelled & (labels.y == 1)])
    return winners.size, np.setdiff1d(lead[labelled & (labels.y == 0)], winners).size


def class_counts(sample: Sample, settings: Settings) -> tuple[int, int]:
    """Return what `won_and_lost` does, where there are both.

    Raises
    ------
    DataError
        ``one_class``, naming the class that is missing.
    """
    won, lost = won_and_lost(sample)
    if won and lost:
        return won, lost
    within = f" within {settings.horizon_days:g} days" if settings.horizon_days else ""
    if won:
        finding, check = f"all {won} closed leads that sales worked have won", "columns.lost"
    elif lost:
        finding = f"none of the {lost} closed leads that sales worked has won{within}"
        check = "columns.won"
    else:
        finding = "no closed lead was worked by sales and seen before its outcome"
        check = "columns.outcome, columns.closed_at, data.handoff_columns.first_worked_at"
    raise DataError(
        f"There are no two classes to discriminate between: {finding}.",
        code="one_class",
        hint=f"Check {check} and columns.unworked, or export leads of both classes.",
    )
