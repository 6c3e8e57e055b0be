"""What became of the leads by source and by week."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from experiments.alignment.fates import Fates
from experiments.figures.shares import Figure, Share
from features.parsing.times import NAT, US_PER_DAY
from leadgate.arrays import Bools, Texts

MAX_VALUES = 8
# A value that fewer leads share could point at one of them.
MIN_LEADS = 10
_WEEK = 7 * US_PER_DAY
_FIRST_MONDAY = 4 * US_PER_DAY
_SOURCE = re.compile("source|origin|channel|campaign", re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    """Some of the leads that marketing sent.

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


def source_column(fates: Fates, segments: list[str]) -> str:
    """Return the segment column that tells where leads come from; "" where there is none."""
    known = [name for name in segments if name in fates.history.columns]
    return next((name for name in known if _SOURCE.search(name)), known[0] if known else "")


def by_source(fates: Fates, column: str) -> list[Part]:
    """Split the leads that were sent by a column, most frequent first; rare values together."""
    if not column:
        return []
    names, groups = values_of(fates.history.columns[column], fates.sent)
    return _parts(fates, names, [group & fates.sent for group in groups])


def by_week(fates: Fates) -> list[Part]:
    """Split the leads that were sent by the ISO week of it (UTC), named by its Monday."""
    if not fates.history.dated or not fates.sent.any():
        return []
    week = np.where(fates.sent_at == NAT, 0, fates.sent_at - _FIRST_MONDAY) // _WEEK
    found = np.unique(week[fates.sent])
    return _parts(
        fates, [_monday(int(w)) for w in found], [fates.sent & (week == w) for w in found]
    )


def all_sent(fates: Fates) -> Part:
    """Return all the leads that were sent as one part."""
    return _parts(fates, ["all"], [fates.sent])[0]


def values_of(text: Texts, among: Bools) -> tuple[list[str], list[Bools]]:
    """Return the values that most of some leads have, and the mask of each; rare ones together.

    Parameters
    ----------
    text
        Shape (n,), "" where missing.
    among
        The leads by which the values are counted.
    """
    found, code = np.unique(text.astype(str), return_inverse=True)
    leads = np.bincount(code[among], minlength=found.size)
    order = np.lexsort((found, -leads))
    shown = [i for i in order[:MAX_VALUES] if leads[i] >= MIN_LEADS]
    names = [str(found[i]) or "not known" for i in shown]
    groups = [code == i for i in shown]
    rest = ~np.isin(code, shown)
    if rest.any():
        names.append("other values")
        groups.append(rest)
    return names, groups


def _parts(fates: Fates, names: list[str], groups: list[Bools]) -> list[Part]:
    keys = [state.key for state in fates.states]
    kinds = [fates.worked, fates.history.won, ~fates.worked, *map(fates.is_in, keys)]
    found = fates.bootstrap.shares(
        [kind for _ in groups for kind in kinds], [group for group in groups for _ in kinds]
    )
    waits = fates.bootstrap.medians(fates.wait_days, groups)
    parts = []
    for place, (name, group, wait) in enumerate(zip(names, groups, waits, strict=True)):
        own = found[place * len(kinds) : (place + 1) * len(kinds)]
        states = dict(zip(keys, own[3:], strict=True))
        parts.append(Part(name, int(group.sum()), own[0], own[1], own[2], states, wait))
    return parts


def _monday(week: int) -> str:
    return str(np.datetime64(_FIRST_MONDAY + week * _WEEK, "us").astype("datetime64[D]"))
