"""What became of the leads by source and by week."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from experiments.alignment.lead_states import LeadStates
from experiments.figures.accounts import Figure
from experiments.figures.share import Share
from leadgate.arrays import Bools, Texts
from leadgate.policy import US_PER_WEEK, week_start
from training.evaluation.breakdown import values_of

_A_MONDAY = week_start(0)
_SOURCE = re.compile("source|origin|channel|campaign", re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    """Some of the leads that marketing handed off.

    `states` holds the share in each state, by its key; `wait` is the median wait for the first
    contact in days, of those worked.
    """

    name: str
    leads: int
    worked: Share
    won: Share
    never_worked: Share
    states: dict[str, Share]
    wait: Figure


def source_column(states: LeadStates, segments: list[str]) -> str:
    """Return the segment column that says where leads come from; "" where there is none."""
    there = [name for name in segments if name in states.history.columns]
    return next((name for name in there if _SOURCE.search(name)), there[0] if there else "")


def by_source(states: LeadStates, column: str) -> list[Part]:
    """Split the leads handed off by a column, most frequent first; rare values together."""
    if not column:
        return []
    names, groups = groups_of(states.history.columns[column], states.handed_off)
    return [_part(states, *named) for named in zip(names, groups, strict=True)]


def by_person(states: LeadStates) -> list[Part]:
    """Split the leads handed off by who got them, those with most first; few leads together."""
    if states.history.person is None:
        return []
    names, groups = groups_of(states.history.person, states.handed_off)
    return [_part(states, *named) for named in zip(names, groups, strict=True)]


def by_week(states: LeadStates) -> list[Part]:
    """Split the leads that were handed off by the ISO week of it (UTC), named by its Monday."""
    if not states.history.dated:
        return []
    at = states.handed_off_at
    monday = at - (at - _A_MONDAY) % US_PER_WEEK
    return [
        _part(states, str(np.datetime64(int(start), "us").astype("datetime64[D]")), monday == start)
        for start in np.unique(monday[states.handed_off])
    ]


def all_handed_off(states: LeadStates) -> Part:
    """Return all the leads that were handed off as one part."""
    return _part(states, "all", states.handed_off)


def groups_of(text: Texts, among: Bools) -> tuple[list[str], list[Bools]]:
    """Return the values that most of some leads have, and the mask of each; rare ones together.

    Parameters
    ----------
    text
        Shape (n,), "" where missing.
    among
        The leads by which the values are counted.
    """
    code, names = values_of(text, among.astype(np.float64))
    return names, [code == place for place in range(len(names))]


def _part(states: LeadStates, name: str, group: Bools) -> Part:
    keys = [state.key for state in states.possible]
    group = group & states.handed_off
    masks = [states.worked, states.history.won, ~states.worked, *map(states.is_in, keys)]
    worked, won, never_worked, *each = states.accounts.shares(masks, group)
    (wait,) = states.accounts.medians(states.wait_days, [group])
    by_state = dict(zip(keys, each, strict=True))
    return Part(name, int(group.sum()), worked, won, never_worked, by_state, wait)
