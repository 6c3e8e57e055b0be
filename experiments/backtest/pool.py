"""The pool: which leads wait before the gate, week by week."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from experiments.backtest.work import Work
from features.history.csr import expand
from features.history.lead_history import LeadHistory
from features.parsing.times import NAT
from leadgate.arrays import Ints, Positions
from leadgate.policy import US_PER_WEEK, next_week, week_start

_NEVER = np.iinfo(np.int64).max


def mondays(begin: int, end: int, timezone: str = "UTC") -> Ints:
    """Return the starts of a zone's ISO weeks from `begin` on, before `end`; microseconds UTC."""
    monday, weeks = week_start(begin, timezone), []
    while monday < end:
        weeks += [monday] * (monday >= begin)
        monday = next_week(monday, timezone)
    return np.array(weeks, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Pool:
    """Pairs of a lead and a week in which it is decided on, sorted by week, then lead.

    A lead is decided on each Monday 00:00 of `policy.timezone` while it is open and not worked:
    what sales did with it later is not known to a gate that holds it back, so nothing after the
    first contact counts.
    Only leads that came in since the week before the first one are in the replay.

    Attributes
    ----------
    history
        The leads, with what became of them: for counting, never for deciding.
    work
        Whom sales worked in the past, and when.
    weeks
        Shape (w,), the Mondays, microseconds UTC.
    lead, week
        Shape (n,), positions in the history and in `weeks`.
    """

    history: LeadHistory
    work: Work
    weeks: Ints
    lead: Ints
    week: Ints

    @classmethod
    def of(cls, history: LeadHistory, work: Work, weeks: Ints) -> Pool:
        """Return who waits in each week."""
        end = _until(history, work)
        first = np.searchsorted(weeks, history.created)
        stop = np.searchsorted(weeks, end)
        new = (history.created >= weeks[0] - US_PER_WEEK) & (stop > first)
        leads = np.flatnonzero(new)
        segment, week = expand(first[leads], (stop - first)[leads])
        order = np.lexsort((segment, week))
        return cls(history, work, weeks, leads[segment[order]], week[order])

    def __len__(self) -> int:
        return len(self.lead)

    def rows(self, week: int) -> slice:
        """Return the pairs of one week."""
        return slice(int(self._bounds[week]), int(self._bounds[week + 1]))

    @property
    def as_of(self) -> Ints:
        """When each pair is decided on, shape (n,)."""
        return self.weeks[self.week]

    @property
    def seen_at(self) -> Ints:
        """The snapshot whose features decide, shape (n,): creation where nothing else is known."""
        return self.history.created[self.lead] if self.history.flat else self.as_of

    @cached_property
    def first(self) -> Ints:
        """The week in which each lead of the history is first decided on; -1 for never."""
        first = np.full(len(self.history), -1)
        first[self.lead[::-1]] = self.week[::-1]
        return first

    @cached_property
    def last(self) -> Ints:
        """The week in which each lead of the history is last decided on; -1 for never."""
        last = np.full(len(self.history), -1)
        last[self.lead] = self.week
        return last

    @property
    def leads(self) -> Positions:
        """The leads that are decided on at all."""
        return np.flatnonzero(self.first >= 0)

    @cached_property
    def _bounds(self) -> Ints:
        return np.searchsorted(self.week, np.arange(len(self.weeks) + 1))


def _until(history: LeadHistory, work: Work) -> Ints:
    """Return until when each lead waits: its outcome is known, or sales has contacted it."""
    recorded = np.where(history.known_at == NAT, _NEVER, history.known_at)
    if not history.has_clock:
        recorded = recorded + (recorded == history.created)
    if not work.dated:
        return recorded
    return np.minimum(recorded, np.where(work.ever, work.at, _NEVER))
