"""The lead history: everything known about the leads, sorted once, in UTC, with text ids."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from features.history import build, snapshots
from features.history import from_records as records
from features.history.history import History
from features.history.instants import Instant, instant
from features.parsing import times
from features.parsing.times import NAT


@dataclass(frozen=True, eq=False)
class LeadHistory(History):
    """Leads with their attributes, activities, field changes, outcomes and handoffs.

    The attributes are those of `features.history.history.History`.
    """

    @classmethod
    def from_tables(
        cls,
        leads: pd.DataFrame,
        activities: pd.DataFrame | None = None,
        field_changes: pd.DataFrame | None = None,
        outcomes: pd.DataFrame | None = None,
        handoffs: pd.DataFrame | None = None,
        *,
        until: Instant | None = None,
        has_clock: bool | None = None,
        whole_accounts: bool = True,
        won: Collection[str] = (),
        lost: Collection[str] = (),
    ) -> LeadHistory:
        """Build the history from tables with canonical names, in any order of rows and columns.

        What each column says, and what counts where it is left out: `features.schema.canonical`.

        Parameters
        ----------
        leads
            ``lead_id, created_at, account_id?`` and the attributes as of creation. Without
            ``created_at`` the rank of ``order``, or else the row, is the time.
        activities, field_changes, outcomes, handoffs
            ``lead_id, occurred_at, type, recorded_at?, value?, channel?, content?``;
            ``lead_id, field, value, changed_at``; one row a lead of ``lead_id, outcome, closed_at?,
            amount?, worked?, recorded_at?``; ``lead_id, handed_off_at, first_worked_at?``.
        until
            The end of the data (int: microseconds); whatever is later is left out. Left out: the
            latest creation, activity, change, win or recording that is not later than now. A loss
            that closes after both is lost, at an unknown time.
        has_clock
            Whether the dates have a time of day; left out: whether any is not midnight UTC.
        whole_accounts
            False where other leads of the same accounts may exist, as with a list of new leads.
        won, lost
            The values of ``outcome``, where they are others than ``won``, ``lost`` and ``open``;
            a lead with any other value is open.

        Returns
        -------
        LeadHistory
            Times without an offset are UTC. Rows about leads that are not in `leads` are left out.

        Raises
        ------
        DataError
            Naming each column that is missing or there twice, and of each reason why rows cannot be
            how many have it.
        """
        end = None if until is None else instant(until, where="until")
        frames = build.Frames(leads, activities, field_changes, outcomes, handoffs)
        fields = build.fields(frames, until=NAT if end is None else end, won=won, lost=lost)
        if has_clock is None:
            has_clock = any(times.has_clock(fields[name], "UTC") for name in ("created", "closed"))
        history = cls(**fields, has_clock=has_clock, whole_accounts=whole_accounts)
        if end is None or not history.dated:
            return history
        # A loss without a time closed at the end, which the cut must not take for later.
        history = replace(history, until=end)
        return history.cut(end + 1) if build.latest(fields) > end else history

    @classmethod
    def of_one(
        cls,
        lead_id: str,
        created: int,
        columns: Mapping[str, str],
        activities: Sequence[records.Activity] = (),
        others: Sequence[records.Other] | None = None,
    ) -> LeadHistory:
        """Build the history of one lead from values that are read already.

        Parameters as in `features.history.from_records.of_one`; `others` is None where the other
        leads of its account are not known.
        """
        whole = others is not None
        fields = records.of_one(lead_id, created, columns, activities, others or ())
        return cls(**fields, has_clock=True, until=NAT, whole_accounts=whole)

    def snapshots(
        self,
        ages_days: Sequence[float] = (0, 7, 14, 30, 60, 90),
        *,
        at: Sequence[Instant] = (),
        each_activity: bool = False,
        now: bool = False,
    ) -> pd.DataFrame:
        """Return what `features.history.snapshots.plan` plans as columns ``lead_id, as_of``."""
        instants = [instant(moment, where="at") for moment in at]
        planned = snapshots.plan(self, ages_days, at=instants, each_activity=each_activity, now=now)
        return planned.frame(self)[["lead_id", "as_of"]]
