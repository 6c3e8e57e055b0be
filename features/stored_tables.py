"""What was sent and decided about leads, as tables under canonical names."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from leadgate.policy import HAND_OFF

POLICIES = {"policy_digest": "str", "explore": "float64", "control": "float64"}


def no_policies() -> pd.DataFrame:
    """Return a table of policies without a row."""
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in POLICIES.items()})


def answered(decisions: pd.DataFrame) -> pd.DataFrame:
    """Return the decisions that were answered: without those of challengers in shadow."""
    return decisions[~decisions["shadow"].astype(bool)]


def first_handoffs(decisions: pd.DataFrame) -> pd.DataFrame:
    """Return the decision by which each lead got to sales; decisions oldest first.

    A lead that was held back and won by itself is answered `hand_off` from then on: that brings it
    nowhere, and uses no capacity.
    """
    handed_off = (decisions["decision"] == HAND_OFF) & decisions["uses_capacity"].astype(bool)
    return decisions[handed_off].drop_duplicates("lead_id")


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
    policies
        ``policy_digest, explore, control`` of the policies that decided.
    """

    leads: pd.DataFrame
    activities: pd.DataFrame
    field_changes: pd.DataFrame
    outcomes: pd.DataFrame
    handoffs: pd.DataFrame
    decisions: pd.DataFrame
    policies: pd.DataFrame = field(default_factory=no_policies)
