"""The other arm: snapshots of leads that were left to marketing, and whether they can be used."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from features.history.lead_history import LeadHistory
from features.history.snapshots import Snapshots, plan_unworked
from leadgate.arrays import Floats, Ints
from training.dataset.labels import Labels, label_unworked
from training.dataset.overlap import NO_OVERLAP, Overlap, overlap_of
from training.dataset.work_hazard import WorkHazard
from training.validation.account_folds import part_of

NOT_KNOWN = "it is not known which leads sales worked"
# Seen at its creation only, a lead that was worked later had to stay open until then: the worked
# arm would be of those that did not buy by themselves at once.
FLAT = (
    "without activities and field changes leads are seen at their creation alone, and not when "
    "sales came to them"
)


@dataclass(frozen=True)
class Unworked:
    """Snapshots before the first work, their labels and the overlap of the two arms.

    `refused` says why they cannot be used; "" where they can. `snapshots` and `labels` are empty
    where there is nothing to look at.
    """

    history: LeadHistory
    snapshots: Snapshots
    labels: Labels
    overlap: Overlap
    refused: str

    @property
    def account(self) -> Ints:
        """The account of each snapshot; shape (n,)."""
        return self.history.accounts[self.snapshots.lead]

    @property
    def part(self) -> Ints:
        """The account fold of each snapshot; shape (n,)."""
        return part_of(self.history.account_hash)[self.snapshots.lead]

    def without(self, part: int) -> Unworked:
        """Return the same, in which the snapshots of one part of the accounts weigh nothing."""
        others = self.part != part
        labels = replace(
            self.labels,
            weight=np.where(others, self.labels.weight, 0.0),
            evaluation_weight=np.where(others, self.labels.evaluation_weight, 0.0),
        )
        return replace(self, labels=labels)


def unworked_arm(
    history: LeadHistory,
    ages_days: Sequence[float],
    horizon_days: float | None,
    seen: Collection[str],
) -> Unworked:
    """Return the snapshots of leads left to marketing, labelled and weighed.

    Parameters
    ----------
    ages_days
        At which leads are seen.
    horizon_days
        Within which a win counts; None: there is no second arm.
    seen
        Columns that sales could see (`training.dataset.work_hazard.WorkHazard.fit`).
    """
    if not history.has_handoffs:
        return _nothing(history, NOT_KNOWN)
    if history.flat:
        return _nothing(history, FLAT)
    if not history.dated or horizon_days is None:
        return _nothing(history, "without a horizon no lead is known to have been left alone")
    hazard = WorkHazard.fit(history, seen)
    if hazard is None:
        return _nothing(history, "sales worked too few leads to say whom it picks")
    snapshots = plan_unworked(history, ages_days)
    labels = label_unworked(history, snapshots, horizon_days, hazard.unworked)
    chance = hazard.expected(snapshots.lead, snapshots.as_of, horizon_days)
    overlap = overlap_of(chance, snapshots, labels)
    return Unworked(history, snapshots, labels, overlap, overlap.refused)


def _nothing(history: LeadHistory, why: str) -> Unworked:
    none: Ints = np.empty(0, dtype=np.int64)
    empty: Floats = np.empty(0)
    snapshots = Snapshots(none, none, none, empty, empty)
    labels = Labels(empty, empty, empty, none, none, 0.0)
    return Unworked(history, snapshots, labels, NO_OVERLAP, why)
