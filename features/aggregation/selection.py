"""Which features of the activities there are, as the data have it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from features.aggregation.column_types import enough
from features.history.activities import NOTHING, Activities
from features.history.csr import distinct_pairs
from features.history.lead_history import LeadHistory
from features.history.snapshots import Snapshots
from features.parsing.categorical import Categorical
from features.parsing.times import NAT
from leadgate.arrays import Bools, Ints
from leadgate.jsonfile import JsonValues

MAX_TYPES = 40
MAX_CHANNELS = 10


@dataclass(frozen=True)
class Engagement(JsonValues):
    """What is measured of the activities.

    Attributes
    ----------
    types, rare_types
        The types with features of their own, and those that are counted together.
    channels
        Those with features of their own; at least two, or none.
    given
        What the data hold besides: of ``accounts``, ``channels``, ``contents``, ``values``.
    """

    types: tuple[str, ...] = ()
    rare_types: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    given: tuple[str, ...] = ()

    @cached_property
    def counted(self) -> frozenset[str]:
        """The types that count anywhere."""
        return frozenset((*self.types, *self.rare_types))


def choose(
    history: LeadHistory,
    snapshots: Snapshots,
    sales_types: Collection[str],
    *,
    accounts: bool = False,
) -> Engagement:
    """Choose what to measure, from what was known at each lead's last snapshot.

    Parameters
    ----------
    sales_types
        Types that count nowhere.
    accounts
        Whether to measure the other leads of the account.
    """
    activities = history.activities.of_types({*history.activities.type.texts} - {*sales_types})
    last = np.full(len(history), NAT)
    np.maximum.at(last, snapshots.lead, snapshots.as_of)
    seen = activities.known_from <= last[activities.owner]
    need = enough(len(np.unique(snapshots.lead)))
    types = _leads_by_name(activities.owner, activities.type, seen)
    common = _common(types, need, MAX_TYPES)
    channels = _leads_by_name(activities.owner, activities.channel, seen)
    channels.pop(NOTHING, None)
    has_content = activities.content.where(lambda name: name != NOTHING)
    given = {
        "accounts": accounts,
        "channels": len(_common(channels, need, MAX_CHANNELS)) > 1,
        "contents": _leads(activities, seen & has_content) >= need,
        "values": _leads(activities, seen & ~np.isnan(activities.value)) >= need,
    }
    return Engagement(
        types=common,
        rare_types=tuple(sorted({*types} - {*common})),
        channels=_common(channels, need, MAX_CHANNELS) if given["channels"] else (),
        given=tuple(name for name, held in given.items() if held),
    )


def _leads(activities: Activities, rows: Bools) -> int:
    return len(np.unique(activities.owner[rows]))


def _leads_by_name(owner: Ints, names: Categorical, rows: Bools) -> dict[str, int]:
    """Count the leads with an activity of each type or channel; those of none are left out."""
    pairs = distinct_pairs(owner[rows], names.codes[rows])
    return dict(Categorical(pairs[1].astype(np.int32), names.texts).counts())


def _common(leads: Mapping[str, int], need: int, most: int) -> tuple[str, ...]:
    seen = sorted((-count, name) for name, count in leads.items() if count >= need)
    return tuple(sorted(name for _, name in seen[:most]))
