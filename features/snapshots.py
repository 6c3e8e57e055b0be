"""Snapshots: which leads are looked at, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.canonical import instants
from features.ragged import Int
from features.times import NAT, US_PER_DAY, timestamps
from features.values import text_column

if TYPE_CHECKING:
    from features.history import Bool, LeadHistory


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
        Shape (n,), the planned age; NaN for the snapshot at first work.
    weight
        Shape (n,); the snapshots planned of each lead weigh 1 together, and those that come after
        its outcome are left out.
    """

    lead: Int
    as_of: Int
    order: Int
    age_days: NDArray[np.float64]
    weight: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.lead)

    def take(self, rows: Int | Bool) -> Snapshots:
        """Return some of the snapshots, by mask or by position, with their weights unchanged."""
        return Snapshots(**{name: values[rows] for name, values in vars(self).items()})

    def frame(self, history: LeadHistory) -> pd.DataFrame:
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
    def of_frame(cls, history: LeadHistory, frame: pd.DataFrame) -> Snapshots:
        """Read snapshots from the columns ``lead_id`` and ``as_of``, keeping their order.

        Raises
        ------
        DataError
            If a lead is not in the history.
        """
        lead = history.index_of(text_column(frame["lead_id"]))
        as_of = instants(frame["as_of"]) if history.dated else np.full(len(lead), NAT)
        return _weighed(history, lead, as_of, (as_of - history.created[lead]) / US_PER_DAY)


def plan(history: LeadHistory, ages_days: Sequence[float]) -> Snapshots:
    """Choose the snapshots of every lead.

    A flat history (no activities, no field changes) is seen once, at creation. Otherwise each lead
    is seen at the given ages, not later than `until` and before its outcome. Where handoffs are
    known it is seen when sales first worked it and at the ages from then on, and never before:
    readiness is asked for a lead that is handed off now, which was not observed earlier.

    Parameters
    ----------
    history
        The leads.
    ages_days
        Ages in days since creation.

    Returns
    -------
    Snapshots
        Sorted by lead, then instant; no lead twice at one instant.
    """
    if not history.dated:
        lead = np.arange(len(history))
        return _weighed(history, lead, np.full(len(lead), NAT), np.zeros(len(lead)))
    ages = np.unique(np.array([0.0] if history.flat else ages_days, dtype=np.float64))
    lead = np.repeat(np.arange(len(history)), len(ages))
    age = np.tile(ages, len(history))
    as_of = history.created[lead] + np.rint(age * US_PER_DAY).astype(np.int64)
    if history.has_handoffs and not history.flat:
        lead, as_of, age = _from_first_work(history, lead, as_of, age)
    seen = as_of <= history.until
    planned = _weighed(history, lead[seen], as_of[seen], age[seen])
    # Weighed before the outcome takes some away: a weight that knew how many are left would favour
    # leads that close early, and readiness would be too high.
    return planned.take(_open(history, planned.lead, planned.as_of))


def _from_first_work(
    history: LeadHistory, lead: Int, as_of: Int, age: NDArray[np.float64]
) -> tuple[Int, Int, NDArray[np.float64]]:
    first = np.maximum(history.first_worked, history.created)
    worked = np.flatnonzero(history.first_worked != NAT)
    later = (history.first_worked[lead] != NAT) & (as_of > first[lead])
    lead = np.concatenate([worked, lead[later]])
    as_of = np.concatenate([first[worked], as_of[later]])
    age = np.concatenate([np.full(len(worked), np.nan), age[later]])
    order = np.lexsort((as_of, lead))
    return lead[order], as_of[order], age[order]


def _open(history: LeadHistory, lead: Int, as_of: Int) -> Bool:
    """Mark snapshots before the outcome; dates without a clock leave the creation day open."""
    closes = history.closes[lead]
    still: Bool = (closes == NAT) | (as_of < closes)
    if history.has_clock:
        return still
    still |= (as_of == closes) & (as_of == history.created[lead])
    return still


def _weighed(
    history: LeadHistory, lead: Int, as_of: Int, age_days: NDArray[np.float64]
) -> Snapshots:
    order = as_of if history.dated else history.order[lead]
    weight = 1.0 / np.bincount(lead, minlength=1)[lead]
    return Snapshots(lead, as_of, order, age_days, weight)
