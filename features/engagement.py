"""Features of the activities: which types have their own, and their values at snapshots."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from features.definitions import EVERY, OTHER, Feature
from features.history import LeadHistory
from features.point_in_time import Block, blocks
from features.ragged import Int, owners
from features.snapshots import Snapshots
from features.times import NAT, US_PER_DAY
from features.vocabulary import enough

MAX_TYPES = 40


def choose(
    history: LeadHistory, snapshots: Snapshots, sales_types: Collection[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the common types of activity, and the rare ones that are counted together."""
    n_leads = _leads_by_type(history, snapshots)
    seen = [
        (-int(count), name)
        for count, name in zip(n_leads, history.activities.types, strict=True)
        if count and name not in sales_types
    ]
    need = enough(len(np.unique(snapshots.lead)))
    common = [name for count, name in sorted(seen) if -count >= need][:MAX_TYPES]
    rare = {name for _, name in seen} - set(common)
    return tuple(sorted(common)), tuple(sorted(rare))


class ActivityReader:
    """Counts, recencies and the age of leads at snapshots.

    Parameters
    ----------
    types, rare_types
        As `choose` returned them.
    windows_days
        Windows of the counts, ascending, besides ever.
    """

    def __init__(
        self, types: Sequence[str], rare_types: Sequence[str], windows_days: Sequence[float]
    ) -> None:
        self.groups = (*types, OTHER) if rare_types else tuple(types)
        self._windows = [round(days * US_PER_DAY) for days in windows_days]
        self._group_of = {name: code for code, name in enumerate(types)}
        self._group_of |= dict.fromkeys(rare_types, len(types))
        self.features = _features(self.groups, windows_days)

    def fill(self, X: NDArray[np.float64], history: LeadHistory, lead: Int, as_of: Int) -> None:
        """Write the values of `features` to `X` of shape (n, n_features)."""
        activities, n_groups = history.activities, len(self.groups)
        group = np.array(
            [self._group_of.get(name, n_groups) for name in activities.types], dtype=np.int64
        )
        for block in blocks(activities, lead, as_of, group, n_groups, self._windows):
            _write(X[block.rows], block, as_of[block.rows])
        X[:, -1] = _days_since(history.created[lead], as_of)


def _write(X: NDArray[np.float64], block: Block, as_of: Int) -> None:
    """Write a block in the order of `_features`."""
    n, groups, buckets = block.counts.shape
    end = groups * buckets
    X[:, :end] = block.counts.reshape(n, end)
    X[:, end : end + groups] = _days_since(block.last, as_of[:, None])
    end += groups
    X[:, end : end + buckets] = block.counts.sum(axis=1)
    end += buckets
    X[:, end] = _days_since(block.last.max(axis=1, initial=NAT), as_of)
    X[:, end + 1] = (block.counts[:, :, -1] > 0).sum(axis=1)


def _days_since(last: Int, as_of: Int) -> NDArray[np.float64]:
    return np.where(last == NAT, math.nan, (as_of - last) / US_PER_DAY)


def _features(groups: Sequence[str], windows_days: Sequence[float]) -> list[Feature]:
    windows = [*windows_days, None]
    counts = [_count(group, days) for group in groups for days in windows]
    since = [Feature(f"days since {group}", "recency", group) for group in groups]
    every = [_count(EVERY, days) for days in windows]
    return [
        *counts,
        *since,
        *every,
        Feature("days since any activity", "recency", EVERY),
        Feature("types of activity", "distinct", EVERY),
        Feature("age of the lead", "age", EVERY),
    ]


def _count(group: str, days: float | None) -> Feature:
    when = "ever" if days is None else f"in {days:g} days"
    return Feature(f"{group or 'activities'} {when}", "count", group, days)


def _leads_by_type(history: LeadHistory, snapshots: Snapshots) -> Int:
    """Count the leads with each type of activity, as known at their last snapshot."""
    activities = history.activities
    last = np.full(len(history), NAT)
    np.maximum.at(last, snapshots.lead, snapshots.as_of)
    lead = owners(activities.ptr)
    known = (activities.occurred < last[lead]) & (activities.recorded <= last[lead])
    n_types = len(activities.types)
    pairs = np.unique(lead[known] * n_types + activities.type[known])
    return np.bincount(pairs % max(n_types, 1), minlength=n_types)
