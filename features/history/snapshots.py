"""Snapshots: which leads are looked at, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from features.history.history import History
from features.history.instants import instants
from features.parsing.times import NAT, US_PER_DAY, timestamps
from features.parsing.values import text_column
from leadgate.arrays import Bools, Floats, Ints


@dataclass(frozen=True, eq=False)
class Snapshots:
    """Leads seen at instants, sorted by lead, then instant.

    Attributes
    ----------
    lead
        Shape (n,), positions in the history.
    as_of
        Shape (n,), microseconds since the epoch, UTC; `NAT` without dates.
    order
        Shape (n,), the axis of time for splits: `as_of`, or the history's `order`.
    age_days
        Shape (n,), the planned age; NaN where the snapshot was planned otherwise.
    weight
        Shape (n,); the snapshots planned of each lead weigh 1 together, and those that come after
        its outcome are left out.
    """

    lead: Ints
    as_of: Ints
    order: Ints
    age_days: Floats
    weight: Floats

    def __len__(self) -> int:
        return len(self.lead)

    def take(self, rows: Ints | Bools) -> Snapshots:
        """Return some of the snapshots, by mask or by position, with their weights unchanged."""
        return Snapshots(**{name: values[rows] for name, values in vars(self).items()})

    def beside(self, others: Snapshots) -> Snapshots:
        """Return these snapshots and then the others; sorted within each of the two."""
        pairs = zip(vars(self).items(), vars(others).values(), strict=True)
        return Snapshots(**{name: np.concatenate([own, more]) for (name, own), more in pairs})

    def frame(self, history: History) -> pd.DataFrame:
        """Return ``lead_id, as_of, age_days, weight`` with one row for each snapshot."""
        return pd.DataFrame(
            {
                "lead_id": history.lead_ids[self.lead],
                "as_of": timestamps(self.as_of),
                "age_days": self.age_days,
                "weight": self.weight,
            }
        )

    @classmethod
    def of_frame(cls, history: History, frame: pd.DataFrame) -> Snapshots:
        """Read snapshots from the columns ``lead_id`` and ``as_of``, keeping their order.

        Raises
        ------
        DataError
            If a lead is not in the history, or ``as_of`` cannot be read as a time.
        """
        lead = history.index_of(text_column(frame["lead_id"]))
        if not history.dated:
            as_of = np.full(len(lead), NAT)
        else:
            as_of = instants(frame["as_of"], where="snapshots, column as_of")
        return _weighed(history, lead, as_of, (as_of - history.created[lead]) / US_PER_DAY)


def plan(
    history: History,
    ages_days: Sequence[float],
    *,
    at: Sequence[int] = (),
    each_activity: bool = False,
    now: bool = False,
) -> Snapshots:
    """Choose the snapshots of every lead.

    A flat history (no activities, no field changes) is seen once, at creation, in the place of the
    ages. No lead is seen before its creation, after its data end, or after its outcome. Where
    handoffs are known it is seen when sales first worked it and from then on, and never before:
    readiness is asked for a lead that is handed off now, which was not observed earlier.

    Parameters
    ----------
    history
        The leads.
    ages_days
        Ages in days since creation.
    at
        Instants, microseconds since the epoch, UTC.
    each_activity
        Also whenever an activity of the lead has just become known.
    now
        Also at the end of the data.

    Returns
    -------
    Snapshots
        Sorted by lead, then instant; no lead twice at one instant.
    """
    if not history.dated:
        lead = np.arange(len(history))
        return _weighed(history, lead, np.full(len(lead), NAT), np.zeros(len(lead)))
    parts = [_at_ages(history, ages_days)]
    parts += [_at(history, instant) for instant in (*at, *([history.until] if now else []))]
    if each_activity:
        activities = history.activities
        parts.append((activities.owner, activities.known_from, np.full(len(activities), np.nan)))
    if history.has_handoffs and not history.flat:
        parts = [_since_first_work(history, *part) for part in parts]
        worked = np.flatnonzero(history.first_worked != NAT)
        first = np.maximum(history.first_worked, history.created)[worked]
        parts.insert(0, (worked, first, np.full(len(worked), np.nan)))
    lead, as_of, age = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    seen = (history.created[lead] <= as_of) & (as_of <= history.ends[lead])
    planned = _weighed(history, *_distinct(lead[seen], as_of[seen], age[seen]))
    # Weighed before the outcome takes some away: a weight that knew how many are left would favour
    # leads that close early, and readiness would be too high.
    return planned.take(_open(history, planned.lead, planned.as_of))


def plan_unworked(history: History, ages_days: Sequence[float]) -> Snapshots:
    """Choose the snapshots of leads that sales has not worked yet, by planned ages alone.

    Each lead is seen at two of them at most, drawn evenly by a hash of its id, which then stand
    for all. Without handoffs, or without dates, nobody can be seen so.

    Parameters
    ----------
    history
        The leads.
    ages_days
        Ages in days since creation.

    Returns
    -------
    Snapshots
        As of `plan`; the snapshots planned of each lead weigh 1 together, and those at or after
        its first work or its outcome are left out.
    """
    lead, as_of, age = _at_ages(history, ages_days)
    seen = as_of <= history.ends[lead] if history.dated and history.has_handoffs else lead < 0
    planned = _weighed(history, *_distinct(lead[seen], as_of[seen], age[seen]))
    first = history.first_worked[planned.lead]
    before = (first == NAT) | (planned.as_of < first)
    open_ = _open(history, planned.lead, planned.as_of)
    return _drawn(history, planned.take(before & open_))


def _drawn(history: History, planned: Snapshots) -> Snapshots:
    """Keep two snapshots of a lead, drawn by a hash of its id, and let them stand for all."""
    count = np.bincount(planned.lead, minlength=len(history))
    place = np.arange(len(planned)) - np.repeat(count.cumsum() - count, count)
    drawn = pd.util.hash_array(history.lead_ids, categorize=False)[planned.lead]
    count = count[planned.lead]
    first = (drawn % count.astype(np.uint64)).astype(np.int64)
    step = 1 + (drawn // np.uint64(2**32) % np.maximum(count - 1, 1).astype(np.uint64))
    second = (first + step.astype(np.int64)) % count
    stands_for = count / np.minimum(count, 2)
    drawn_ones = (place == first) | (place == second)
    return replace(planned, weight=planned.weight * stands_for).take(drawn_ones)


Part = tuple[Ints, Ints, Floats]


def _at_ages(history: History, ages_days: Sequence[float]) -> Part:
    ages = np.unique(np.array([0.0] if history.flat else ages_days, dtype=np.float64))
    lead = np.repeat(np.arange(len(history)), len(ages))
    age = np.tile(ages, len(history))
    return lead, history.created[lead] + np.rint(age * US_PER_DAY).astype(np.int64), age


def _at(history: History, instant: int) -> Part:
    n = len(history)
    return np.arange(n), np.full(n, instant), np.full(n, np.nan)


def _since_first_work(history: History, lead: Ints, as_of: Ints, age: Floats) -> Part:
    first = np.maximum(history.first_worked, history.created)
    later = (history.first_worked[lead] != NAT) & (as_of > first[lead])
    return lead[later], as_of[later], age[later]


def _distinct(lead: Ints, as_of: Ints, age: Floats) -> Part:
    """Sort by lead and instant, and keep one snapshot of an instant, that of an age if any."""
    order = np.lexsort((np.isnan(age), as_of, lead))
    lead, as_of, age = lead[order], as_of[order], age[order]
    first = np.ones(len(lead), dtype=bool)
    first[1:] = (lead[1:] != lead[:-1]) | (as_of[1:] != as_of[:-1])
    return lead[first], as_of[first], age[first]


def _open(history: History, lead: Ints, as_of: Ints) -> Bools:
    """Mark snapshots before the outcome was known; without a clock the creation day stays open.

    A lead that closed without anyone knowing yet looks open and is scored (docs/decisions/0004).
    """
    known_at = history.known_at[lead]
    still: Bools = (known_at == NAT) | (as_of < known_at)
    if history.has_clock:
        return still
    still |= (as_of == known_at) & (as_of == history.created[lead])
    return still


def _weighed(history: History, lead: Ints, as_of: Ints, age_days: Floats) -> Snapshots:
    order = as_of if history.dated else history.order[lead]
    weight = 1.0 / np.bincount(lead, minlength=1)[lead]
    return Snapshots(lead, as_of, order, age_days, weight)
