"""What the other leads of an account did, and what became of them, as known at a snapshot.

Every count is a rank: how many of an account's instants lie before the snapshot. An activity
enters a count at the instant from which it is known and leaves a window's count at the later of
that instant and the window's end, so that two sorted arrays hold a window on both clocks, and an
account of many thousand leads costs no more than as many accounts of one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from features.history.activities import Activities
from features.history.csr import pointers, position
from features.history.ordering import order_by
from features.parsing.times import NAT, US_PER_DAY
from leadgate.arrays import Bools, Floats, Ints

if TYPE_CHECKING:
    from features.history.lead_history import LeadHistory


class Ranks:
    """Instants by account, sorted.

    Parameters
    ----------
    account
        Shape (n,), the account of each instant, ``0 … n_accounts - 1``.
    instants
        Shape (n,), microseconds.
    """

    def __init__(self, account: Ints, instants: Ints, n_accounts: int) -> None:
        self.order = order_by(account, instants)
        self._ptr = pointers(account, n_accounts)
        self._instants = instants[self.order]

    def end(self, account: Ints, at: Ints) -> Ints:
        """Return where each account's instants up to `at` end."""
        low, high = self._ptr[account], self._ptr[account + 1]
        return position(self._instants, low, high, at, inclusive=True)

    def until(self, account: Ints, at: Ints) -> Ints:
        """Return how many instants of the account are not later than `at`; shape (n,)."""
        return self.end(account, at) - self._ptr[account]

    def begin(self, account: Ints) -> Ints:
        """Return where each account's instants begin."""
        return self._ptr[account]


class AccountIndex:
    """The activities, leads and outcomes of every account.

    Parameters
    ----------
    history
        The leads.
    activities
        Those that count.
    windows
        Microseconds.
    """

    def __init__(
        self, history: LeadHistory, activities: Activities, windows: Sequence[int]
    ) -> None:
        codes, account = np.unique(history.accounts, return_inverse=True)
        self._account, self._n = account, len(codes)
        self._owner, self._occurred = activities.owner, activities.occurred
        known_from, of = activities.known_from, account[activities.owner]
        self._entered = Ranks(of, known_from, self._n)
        self._left = [
            Ranks(of, np.maximum(known_from, activities.occurred + window + 1), self._n)
            for window in windows
        ]
        self._created = history.created
        self._leads = Ranks(account, history.created, self._n)
        self._outcomes = [self._recorded(history, kind) for kind in (history.won, history.lost)]
        self._champion, self._second = _last_of_two(of, self._entered, self._owner, self._occurred)

    def fill(self, X: Floats, lead: Ints, as_of: Ints, own: Floats) -> None:
        """Write the features of the other leads, in the order of the catalogue.

        Parameters
        ----------
        X
            Shape (n, windows + 5).
        lead, as_of
            Shape (n,), the snapshots.
        own
            Shape (n, windows + 1): the lead's own activities within each window, and ever.
        """
        account = self._account[lead]
        so_far = self._entered.until(account, as_of)
        for place, left in enumerate(self._left):
            X[:, place] = so_far - left.until(account, as_of)
        n = own.shape[1]
        X[:, n - 1] = so_far
        X[:, :n] -= own
        X[:, n] = self._since_last(account, lead, as_of)
        X[:, n + 1] = self._leads.until(account, as_of) - (self._created[lead] <= as_of)
        for place, (at, ranks) in enumerate(self._outcomes):
            X[:, n + 2 + place] = ranks.until(account, as_of) - (at[lead] <= as_of)

    def _recorded(self, history: LeadHistory, kind: Bools) -> tuple[Ints, Ranks]:
        """Return when each lead's outcome of a kind became known, never for most."""
        never = np.iinfo(np.int64).max
        recorded = np.maximum(history.closed, history.recorded)
        at = np.where(kind & (recorded != NAT), recorded, never)
        some = np.flatnonzero(at < never)
        return at, Ranks(self._account[some], at[some], self._n)

    def _since_last(self, account: Ints, lead: Ints, as_of: Ints) -> Floats:
        """Return the days since the last activity of another lead; NaN where there is none."""
        end = self._entered.end(account, as_of)
        some = np.flatnonzero(end > self._entered.begin(account))
        place = end[some] - 1
        last = self._champion[place]
        last = np.where(self._owner[last] == lead[some], self._second[place], last)
        some, last = some[last >= 0], last[last >= 0]
        since = np.full(len(lead), math.nan)
        since[some] = (as_of[some] - self._occurred[last]) / US_PER_DAY
        return since


def _last_of_two(account: Ints, entered: Ranks, owner: Ints, occurred: Ints) -> tuple[Ints, Ints]:
    """Return the last activity so far, and the last one of another lead than that, by account.

    Both of shape (n,), in the order of `known`: activities, -1 for none. The second one is the
    last champion of another lead, or a later activity since: so one running maximum over the
    stretches in which the champions are of one lead finds it.
    """
    n = len(owner)
    by_time = order_by(account, occurred)
    rank = np.empty(n, dtype=np.int64)
    rank[by_time] = np.arange(n)
    # Ranks rise with the account, so that the maximum begins anew with each.
    best = np.maximum.accumulate(rank[entered.order])
    champion = by_time[best]
    of, by = account[champion], owner[champion]
    begins = np.ones(n, dtype=bool)
    begins[1:] = by[1:] != by[:-1]
    other = np.where(owner[entered.order] != by, rank[entered.order], -1)
    inside = np.flatnonzero(begins[1:] & (of[1:] == of[:-1])) + 1
    other[inside] = best[inside - 1]
    stretch = np.cumsum(begins) * (n + 1)
    second = np.maximum.accumulate(stretch + other) - stretch
    return champion, np.where(second >= 0, by_time[second], -1)
