"""The sample: the snapshots of one cut of the history, with their labels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from features.history.lead_history import LeadHistory
from features.history.snapshots import Snapshots, plan
from leadgate.arrays import Ints, Positions
from training.dataset.labels import Labels, label
from training.dataset.settings import Settings
from training.dataset.unworked import Unworked, unworked_arm
from training.validation.account_folds import part_of
from training.validation.windows import Window


@dataclass(frozen=True)
class Sample:
    """A history with its snapshots and their labels at its end.

    They are of leads that sales worked; those of leads left to marketing are in `unworked`.
    `without_part` is the sample that this is all of but one account fold, and the fold.
    """

    history: LeadHistory
    snapshots: Snapshots
    labels: Labels
    settings: Settings
    without_part: tuple[Sample, int] | None = None

    @classmethod
    def of(cls, history: LeadHistory, settings: Settings) -> Sample:
        """Plan and label the snapshots of a history."""
        snapshots = plan(history, settings.ages_days)
        return cls(history, snapshots, label(history, snapshots, settings.horizon_days), settings)

    def before(self, window: Window, settings: Settings) -> Sample:
        """Return what was known when a window began."""
        return Sample.of(self.history.cut(window.start), settings)

    def without(self, part: int) -> Sample:
        """Return the same, in which the snapshots of one part of the accounts weigh nothing."""
        others = self.part != part
        labels = replace(
            self.labels,
            weight=np.where(others, self.labels.weight, 0.0),
            evaluation_weight=np.where(others, self.labels.evaluation_weight, 0.0),
        )
        return replace(self, labels=labels, without_part=(self, part))

    @cached_property
    def unworked(self) -> Unworked:
        """The snapshots of leads that were left to marketing, the other arm."""
        if self.without_part is not None:
            whole, part = self.without_part
            return whole.unworked.without(part)
        settings = self.settings
        return unworked_arm(
            self.history, settings.ages_days, settings.horizon_days, settings.seen_by_sales
        )

    @property
    def account(self) -> Ints:
        """The account of each snapshot; shape (n,)."""
        return self.history.accounts[self.snapshots.lead]

    @property
    def part(self) -> Ints:
        """The account fold of each snapshot; shape (n,)."""
        return part_of(self.history.account_hash)[self.snapshots.lead]

    def evaluated(self, window: Window) -> Positions:
        """Return the positions of the mature snapshots in a window."""
        mature = self.labels.evaluation_weight > 0
        return np.flatnonzero(mature & window.holds(self.snapshots.order))
