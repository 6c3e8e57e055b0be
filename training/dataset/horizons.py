"""Whether the data reach far enough for a horizon, and which one they reach for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from features.history.lead_history import LeadHistory
from features.parsing.times import NAT
from leadgate.errors import DataError
from training.dataset.matrix import MIN_TO_FIT
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.validation.windows import MIN_OF_A_KIND, test_window


def check_reach(sample: Sample, settings: Settings) -> None:
    """Refuse a horizon for which too few labels are known, where a shorter one works.

    Where none does too little is known for any: that is a verdict, with what is missing.

    Raises
    ------
    DataError
        ``horizon_too_long``, naming the longest horizon that works; ``one_instant``: every lead
        was created at the same time, so nothing comes before the test window.
    """
    if settings.horizon_days is None:
        if test_window(sample.snapshots.order, sample.labels.evaluation_weight) is None:
            raise DataError(
                "Every closed lead has the same time, so there is no earlier one to learn from.",
                code="one_instant",
                hint="Check columns.created_at or columns.order.",
            )
        return
    wins = wins_in_test(sample)
    if wins >= MIN_OF_A_KIND:
        return
    works = longest_horizon(sample.history, settings)
    if works is None:
        return
    raise DataError(
        f"target.horizon_days = {settings.horizon_days:g}: the newest 20 % of the leads whose "
        f"horizon has passed hold {wins} wins, and {MIN_OF_A_KIND} are needed.",
        code="horizon_too_long",
        hint=f"The longest horizon that works is {works} days.",
    )


def longest_horizon(history: LeadHistory, settings: Settings) -> int | None:
    """Return the most days, in whole days, for which enough is known; None when none are."""
    assert settings.horizon_days is not None
    for days in range(int(np.ceil(settings.horizon_days)) - 1, 0, -1):
        shorter = replace(settings, horizon_days=float(days))
        sample = Sample.of(history, shorter)
        if wins_in_test(sample) >= MIN_OF_A_KIND and _can_fit(sample, shorter):
            return days
    return None


def check_dates(history: LeadHistory, settings: Settings) -> None:
    """Refuse outcomes of which a single class has dates, where no horizon says what is labelled.

    Raises
    ------
    DataError
        ``one_kind_dated``: before any cut that kind alone would be left.
    """
    if settings.horizon_days is not None or not history.dated:
        return
    dates = (history.closed != NAT) | (history.recorded != NAT)
    won, lost = (bool((dates & kind).any()) for kind in (history.won, history.lost))
    if won != lost:
        classes = ("won", "lost") if won else ("lost", "won")
        raise DataError(
            f"Only {classes[0]} leads have a closing time, so it is not known when a lead counts "
            f"as {classes[1]}.",
            code="one_kind_dated",
            hint="Set target.horizon_days: a lead that has not won by then did not win.",
        )


def wins_in_test(sample: Sample) -> int:
    """Return how many wins the newest 20 % of the mature snapshots hold."""
    window = test_window(sample.snapshots.order, sample.labels.evaluation_weight)
    return 0 if window is None else int((sample.labels.y[sample.evaluated(window)] == 1).sum())


def _can_fit(sample: Sample, settings: Settings) -> bool:
    """Return whether enough was known when the test window began, without its accounts."""
    window = test_window(sample.snapshots.order, sample.labels.evaluation_weight)
    if window is None:
        return False
    earlier = sample.before(window, settings)
    y = earlier.labels.y[earlier.labels.weight > 0]
    return bool(min((y == 1).sum(), (y == 0).sum()) >= MIN_TO_FIT)
