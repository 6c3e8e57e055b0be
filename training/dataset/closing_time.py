"""The horizon of an export that states none: the time in which leads close."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from features.history.lead_history import LeadHistory
from features.history.worked import ever_worked
from features.parsing.times import NAT, US_PER_DAY
from training.dataset.censoring import censoring_survival
from training.dataset.horizons import wins_in_test
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.validation.windows import MIN_OF_A_KIND

CLOSED = 0.95
# With more outcomes of either kind without a time it is not known how long leads take.
DATED = 0.9
# Where the newest leads hold too few wins, shorter horizons are tried in such steps.
STEP = 0.85
SHORTEST_DAYS = 1.0


def with_horizon(history: LeadHistory, settings: Settings) -> Settings:
    """Return settings with a horizon where none is stated and closing times say which.

    Among closed leads alone those that close fast are too many, and where losses come sooner than
    wins the chance to win is too low. So readiness is the chance to win within the time in which
    95 % of the leads that close have closed, and open leads count by what is known of them. It is
    shorter where the newest leads would otherwise hold fewer than ten wins.
    """
    days = closing_days(history) if settings.horizon_days is None else None
    if days is None:
        return settings
    longest, tried = replace(settings, horizon_days=_rounded(days)), days
    while tried >= SHORTEST_DAYS:
        shorter = replace(settings, horizon_days=_rounded(tried))
        if wins_in_test(Sample.of(history, shorter)) >= MIN_OF_A_KIND:
            return shorter
        tried *= STEP
    return longest


def closing_days(history: LeadHistory) -> float | None:
    """Return the 95 % quantile of the days from creation to the close, of leads that close.

    By Kaplan-Meier, open leads being censored; of leads that sales worked. None where closing times
    are not known of nine in ten of the wins and of the losses.
    """
    if not history.dated:
        return None
    for kind in (history.won, history.lost):
        if not kind.any() or (history.closed[kind] != NAT).mean() < DATED:
            return None
    worked = ever_worked(history)
    closes = history.closes[worked]
    closed = closes != NAT
    end = np.where(closed, closes, history.until)
    days = np.maximum(end - history.created[worked], 0) / US_PER_DAY
    if not closed.any():
        return None
    # A close is what censoring is elsewhere: the event whose time is estimated.
    survival = censoring_survival(days, closed, np.ones(days.size))
    closing = 1.0 - survival.values
    place = int(np.searchsorted(closing, CLOSED * closing[-1], side="left"))
    return max(float(survival.times[place]), SHORTEST_DAYS)


def _rounded(days: float) -> float:
    """Return days rounded up to two figures, so that tomorrow's export has the same horizon."""
    scale = 10.0 ** max(0, math.floor(math.log10(days)) - 1)
    return math.ceil(days / scale - 1e-9) * scale
