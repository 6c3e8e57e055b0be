"""Which leads sales worked: the one definition behind every count of them."""

from __future__ import annotations

import numpy as np

from features.history.lead_history import LeadHistory
from features.parsing.times import NAT
from leadgate.arrays import Bools


def ever_worked(history: LeadHistory) -> Bools:
    """Mark the leads that sales ever contacted; shape (n,).

    Where handoffs are known a lead was worked when it has a first contact. Otherwise every lead
    counts as worked but those of which the export says that they were not.
    """
    worked = ~history.unworked
    if history.has_handoffs:
        worked = worked & (history.first_worked != NAT)
    return np.asarray(worked)


def says_who_was_worked(history: LeadHistory) -> bool:
    """Return whether the export says at all which leads sales worked."""
    return history.has_handoffs or bool(history.unworked.any())
