"""The sample: the snapshots of one cut of the history, with their labels."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from features.history.lead_history import LeadHistory
from features.history.snapshots import Snapshots, plan
from leadgate.arrays import Floats, Ints, Positions
from training.dataset.labels import Labels, label
from training.dataset.settings import Settings
from training.validation.account_folds import before, held_out, share
from training.validation.windows import Window

NOBODY: Ints = np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Sample:
    """A history with its snapshots and their labels at its end.

    Snapshots of the accounts `without` weigh nothing: a later window evaluates them.
    """

    history: LeadHistory
    snapshots: Snapshots
    labels: Labels
    ages_days: tuple[float, ...]
    without: Ints

    @classmethod
    def of(cls, history: LeadHistory, settings: Settings, without: Ints = NOBODY) -> Sample:
        """Plan and label the snapshots of a history."""
        snapshots = plan(history, settings.ages_days)
        labels = label(history, snapshots, settings.horizon_days)
        gone = np.isin(history.accounts[snapshots.lead], without)
        labels = replace(
            labels,
            weight=np.where(gone, 0.0, labels.weight),
            evaluation_weight=np.where(gone, 0.0, labels.evaluation_weight),
        )
        return cls(history, snapshots, labels, settings.ages_days, without)

    def before(self, window: Window, settings: Settings) -> Sample:
        """Return what was known when a window began, without the accounts that it evaluates."""
        without = np.union1d(self.without, self.held_out(window))
        return Sample.of(self.history.cut(window.start), settings, without)

    def held_out(self, window: Window) -> Ints:
        """Return the accounts from before a window that are kept for it."""
        return held_out(self.history, self.ages_days, window)

    @property
    def account(self) -> Ints:
        """The account of each snapshot; shape (n,)."""
        return self.history.accounts[self.snapshots.lead]

    def evaluated(self, window: Window) -> Positions:
        """Return the positions of the mature snapshots that a window evaluates.

        Of accounts that the fit before the window has not seen: new ones and those held out.
        """
        mature = (self.labels.evaluation_weight > 0) & window.holds(self.snapshots.order)
        seen = np.setdiff1d(before(self.history, window), self.held_out(window))
        return np.flatnonzero(mature & ~np.isin(self.account, seen))

    def evaluation_weight(self, window: Window, rows: Positions) -> Floats:
        """Return what evaluated snapshots weigh: those held out stand for all from before."""
        held = np.isin(self.account[rows], self.held_out(window))
        return self.labels.evaluation_weight[rows] * np.where(held, 1.0 / share(self.history), 1.0)
