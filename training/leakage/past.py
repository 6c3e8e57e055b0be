"""The leads as the probe may see them: nothing from the test window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.history.lead_history import LeadHistory
from features.history.snapshots import plan
from features.parsing.times import NAT
from leadgate.arrays import Bools, Ints
from leadgate.config import Config
from training.dataset.labels import label
from training.leakage.labelled import Labelled
from training.validation.windows import test_window

_SLOW, _SLOW_LEADS = 0.1, 100


@dataclass(frozen=True, eq=False)
class Past:
    """The history cut at the start of the test window, with its labelled leads.

    Attributes
    ----------
    history
        As it stood then, but for the columns, which nobody can turn back.
    closed, still_open
        Shape (n,): leads closed by then, and leads that were worked and are open at the end of
        the data as well. A lead that closed in between is neither: its columns are those of a
        closed lead. Where closings are dated, only those that took longest are among the closed:
        what is commoner among leads that close fast is rarer among those still open, but hardly
        commoner among those that were open for as long.
    never
        Shape (n,): leads that sales never worked.
    labelled
        None where they are too few.
    whole, place
        The history to the end of the data, and the position of each lead in it.
    """

    history: LeadHistory
    closed: Bools
    still_open: Bools
    never: Bools
    labelled: Labelled | None
    whole: LeadHistory
    place: Ints

    @classmethod
    def of(cls, history: LeadHistory, config: Config) -> Past:
        """Cut a history at the start of its test window; where it has none it stays whole."""
        ages, horizon = config.target.snapshot_ages_days, config.target.horizon_days
        snapshots = plan(history, ages)
        labels = label(history, snapshots, horizon)
        window = test_window(snapshots.order, labels.evaluation_weight)
        end = np.iinfo(np.int64).max if window is None else window.start
        past = history if window is None else history.cut(end)
        place = np.flatnonzero(history.order < end)
        closes = (history.won | history.lost)[place]
        closed = past.won | past.lost
        idle = past.has_handoffs & (past.first_worked == NAT) & ~closed
        never = past.unworked | idle
        labelled = Labelled.of(past, ages, horizon)
        still_open = ~closes & ~never
        return cls(past, _slowly_closed(past), still_open, never, labelled, history, place)


def _slowly_closed(history: LeadHistory) -> Bools:
    """Return the tenth of the closed leads that took longest, a hundred at least; shape (n,)."""
    closed = (history.won | history.lost) & ~history.unworked
    if not history.dated or (history.closed[closed] == NAT).any():
        return closed
    took = np.where(closed, history.closed - history.created, -1)
    count = max(_SLOW_LEADS, int(_SLOW * closed.sum()))
    slow = np.argsort(-took, kind="stable")[:count]
    return closed & np.isin(np.arange(len(took)), slow)
