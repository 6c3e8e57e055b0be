"""Which accounts a window evaluates, drawn without a look at what became of their leads.

A lead that is seen at several ages can lie on both sides of a window's start. Were every account
with a snapshot in the window taken out of the fit before it, then the fit would keep just the leads
that closed early, and predict too much (docs/decisions/0006). So of the accounts that may lie on
both sides a fixed share is drawn: those are evaluated, and the others fitted on. Where every lead
is seen once, nothing of the kind happens, and all of them are evaluated.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from features.history.lead_history import LeadHistory
from features.parsing.times import US_PER_DAY
from leadgate.arrays import Floats, Ints
from training.validation.windows import Window

DRAWN = 0.5


def share(history: LeadHistory) -> float:
    """Return the share of the accounts on both sides that is evaluated."""
    return 1.0 if _seen_once(history) else DRAWN


def held_out(history: LeadHistory, ages_days: Sequence[float], window: Window) -> Ints:
    """Return the codes of the accounts that are taken out of the fit before a window.

    Parameters
    ----------
    history
        The leads; what lies after the window may be missing.
    ages_days
        The planned ages of the snapshots.
    window
        The window.
    """
    reach = _reach(history, ages_days)
    return drawn(history.accounts, history.order, reach, window, share(history))


def drawn(account: Ints, begin: Ints, reach: Ints, window: Window, share: float) -> Ints:
    """Return the codes of a share of the accounts that may lie on both sides of a window's start.

    Parameters
    ----------
    account, begin, reach
        Shape (n,): of each lead or row its account, and from when until when it may be seen.
    window
        The window.
    share
        Of the accounts, 1 for all of them.
    """
    inside = (reach >= window.start) & (begin < window.end)
    both = np.intersect1d(account[begin < window.start], account[inside])
    return both[_uniform(both, window.start) < share]


def before(history: LeadHistory, window: Window) -> Ints:
    """Return the codes of the accounts with a lead from before a window."""
    return np.unique(history.accounts[history.order < window.start])


def _reach(history: LeadHistory, ages_days: Sequence[float]) -> Ints:
    """Return until when each lead may be seen."""
    if _seen_once(history):
        return history.order
    if history.has_handoffs:
        # Sales can come to a lead at any age.
        return np.full(len(history), np.iinfo(np.int64).max)
    return history.created + round(max(ages_days) * US_PER_DAY)


def _seen_once(history: LeadHistory) -> bool:
    return history.flat or not history.dated


def _uniform(code: Ints, salt: int) -> Floats:
    """Return a number in [0, 1) for each code (the finalizer of SplitMix64; Steele et al. 2014)."""
    x = code.astype(np.uint64) ^ np.uint64(salt % 2**64)
    x = x + np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        x = (x ^ (x >> np.uint64(shift))) * np.uint64(factor)
    return (x ^ (x >> np.uint64(31))).astype(np.float64) / 2.0**64
