"""How fast: from being sent to the first contact, and to the win."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.alignment.fates import Fates
from experiments.figures.shares import Figure, Share
from features.parsing.times import NAT, US_PER_DAY

DAYS = (1 / 24, 1, 2, 3, 7, 14, 30, 60, 90)


@dataclass(frozen=True)
class Speed:
    """How long leads wait.

    Attributes
    ----------
    within
        By days: of the leads sent at least as long before the end of the data, the share that
        sales had worked by then. Empty where the export does not say when sales works a lead.
    contact, win
        Median days from being sent to the first contact, and to the win.
    """

    within: dict[float, Share]
    contact: Figure
    win: Figure


def speed(fates: Fates) -> Speed | None:
    """Say how fast leads are worked and won; None without dates."""
    history = fates.history
    if not history.dated:
        return None
    wait = fates.wait_days
    age = (history.until - fates.sent_at) / US_PER_DAY
    to_win = np.where(
        history.won & fates.sent & (history.closed != NAT),
        np.maximum(history.closed - fates.sent_at, 0) / US_PER_DAY,
        np.nan,
    )
    sent = fates.sent & (fates.sent_at != NAT)
    contact, win = (fates.bootstrap.medians(days, [sent])[0] for days in (wait, to_win))
    within: dict[float, Share] = {}
    if contact.of:
        wholes = [sent & (age >= days) for days in DAYS]
        parts = [np.nan_to_num(wait, nan=np.inf) <= days for days in DAYS]
        found = fates.bootstrap.shares(parts, wholes)
        within = {d: s for d, s in zip(DAYS, found, strict=True) if s.of}
    return Speed(within, contact, win)
