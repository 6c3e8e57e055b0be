"""How fast: from the handoff to the first contact, and to the win."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.alignment.lead_states import LeadStates
from experiments.figures.accounts import Figure
from experiments.figures.share import Share
from features.parsing.times import NAT, US_PER_DAY

DAYS = (1 / 24, 1, 2, 3, 7, 14, 30, 60, 90)


@dataclass(frozen=True)
class Speed:
    """How long leads wait.

    Attributes
    ----------
    within
        By days: of the leads handed off at least as long before the end of the data, the share
        that sales had worked by then. Empty where the export does not say when sales works a lead.
    contact, win
        Median days from the handoff to the first contact, and to the win.
    """

    within: dict[float, Share]
    contact: Figure
    win: Figure


def speed(states: LeadStates) -> Speed | None:
    """Return how fast leads are worked and won; None without dates."""
    history = states.history
    if not history.dated:
        return None
    wait = states.wait_days
    age = (history.until - states.handed_off_at) / US_PER_DAY
    to_win = np.where(
        history.won & (history.closed != NAT),
        np.maximum(history.closed - states.handed_off_at, 0) / US_PER_DAY,
        np.nan,
    )
    dated = states.handed_off_at != NAT
    contact, win = (states.accounts.medians(days, [dated])[0] for days in (wait, to_win))
    within: dict[float, Share] = {}
    if contact.of:
        waited = np.nan_to_num(wait, nan=np.inf)
        shares = {d: states.accounts.share(waited <= d, dated & (age >= d)) for d in DAYS}
        within = {days: share for days, share in shares.items() if share.of}
    return Speed(within, contact, win)
