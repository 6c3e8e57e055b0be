"""How far marketing's audience and sales' won customers are the same people, by segment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.alignment.lead_states import LeadStates
from experiments.alignment.sources import groups_of
from experiments.figures.accounts import Accounts, Figure, interval_of
from experiments.figures.share import Share
from leadgate.arrays import Bools, Texts


@dataclass(frozen=True)
class Value:
    """One value of a segment: its share of the audience and of the customers, and how many win."""

    name: str
    audience: Share
    customers: Share
    won: Share


@dataclass(frozen=True)
class Overlap:
    """One segment.

    Attributes
    ----------
    overlap
        Sum over the values of the smaller of the two shares: 1 where customers are spread over
        the segment as the audience is, 0 where the two have no value in common.
    """

    segment: str
    overlap: Figure
    values: list[Value]


def overlaps(states: LeadStates, segments: list[str]) -> list[Overlap]:
    """Compare the leads that were handed off with those that were won, by each segment column."""
    if not (states.history.won & states.handed_off).any():
        return []
    return [_overlap(states, name) for name in segments if name in states.history.columns]


def _overlap(states: LeadStates, segment: str) -> Overlap:
    audience, text = states.handed_off, states.history.columns[segment]
    return overlap_of(states.accounts, segment, text, audience, states.history.won & audience)


def overlap_of(
    accounts: Accounts, segment: str, text: Texts, audience: Bools, customers: Bools
) -> Overlap:
    """Compare two audiences by one segment; every array has one entry for each member of either.

    Parameters
    ----------
    accounts
        Whose the members are.
    text
        Their values of the segment.
    audience, customers
        Who belongs to marketing's audience, and who is a customer.
    """
    unit = "leads" if (customers <= audience).all() else "accounts"
    names, groups = groups_of(text, audience | customers)
    values = [
        Value(
            name,
            accounts.share(group, audience, unit),
            accounts.share(group, customers, unit),
            accounts.share(customers, group & audience, unit),
        )
        for name, group in zip(names, groups, strict=True)
    ]
    return Overlap(segment, _coefficient(accounts, groups, audience, customers), values)


def _coefficient(
    accounts: Accounts, groups: list[Bools], audience: Bools, customers: Bools
) -> Figure:
    """Return the overlapping coefficient of the two mixes (Weitzman 1970)."""
    of_audience, of_customers = (
        accounts.sums(np.stack([group & side for group in groups], axis=1))
        for side in (audience, customers)
    )
    with np.errstate(invalid="ignore"):
        mixes = (of / of.sum(axis=1, keepdims=True) for of in (of_audience, of_customers))
        drawn = np.minimum(*mixes).sum(axis=1)
    return interval_of(drawn, int(customers.sum()))
