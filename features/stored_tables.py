"""What was sent and decided about leads, as tables under canonical names."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class StoredTables:
    """What the store of the endpoint holds; ids are text, times datetime64[us, UTC].

    Attributes
    ----------
    leads
        ``lead_id, created_at, account_id`` and the fields as they were at creation: as first sent,
        where that was within a day of it, else ``""``. A lead without ``created_at`` was created
        when it was first heard of.
    activities
        ``lead_id, occurred_at, recorded_at, type, value, channel, content, activity_id``.
    field_changes
        ``lead_id, field, value, changed_at``.
    outcomes
        ``lead_id, outcome, closed_at, amount, worked, recorded_at``; the newest of each lead that
        is won or lost.
    handoffs
        ``lead_id, handed_off_at, person``; the first of each lead.
    decisions
        The columns of the table `decisions` but `state`, `answer` and `sent`, oldest first, with
        those of challengers in shadow.
    """

    leads: pd.DataFrame
    activities: pd.DataFrame
    field_changes: pd.DataFrame
    outcomes: pd.DataFrame
    handoffs: pd.DataFrame
    decisions: pd.DataFrame
