"""The leads of a file, to be scored: every row keeps its place, rejected ones with the reason."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.account_leads import with_others
from features.history.field_names import as_columns
from features.history.first_values import with_first_values
from features.history.instants import Instant, instant
from features.history.lead_history import LeadHistory
from features.io.raw_table import RawTable
from features.parsing.ids import ROUNDED, is_scientific
from features.parsing.times import NAT, US_PER_DAY, micros, now, parse_times, timestamps
from features.schema.canonical import CLOSED as CLOSED_KINDS
from features.schema.canonical import Place
from features.schema.columns import named
from features.schema.deleted import merged_leads
from features.schema.leads import leads_from_frame
from features.schema.outcome_table import closings
from features.tables import Tables
from leadgate.arrays import Bools, Ints, Texts
from leadgate.config import Columns, Data
from serving.scoring.date_order import DateOrder
from serving.scoring.lead_events import Frame, Frames, LeadEvents

AS_OF = "as_of"
CLOSED = "it is closed already"


@dataclass(frozen=True)
class LeadFile:
    """Rows to score; every array has shape (n,), one entry for each row of the file.

    Attributes
    ----------
    lead_ids
        As they came; "" where missing.
    history
        Of the accepted leads.
    position
        Of each lead in the history; -1 for a rejected row.
    as_of
        Microseconds since the epoch, UTC; `NAT` where there is none.
    warnings
        Text; for a rejected row why.
    notes
        Sentences about the file as a whole.
    doubts
        Warnings of every row, which stand among the notes, too.
    account_ids
        "" for none.
    """

    lead_ids: Texts
    history: LeadHistory
    position: Ints
    as_of: Ints
    warnings: Texts
    notes: list[str]
    doubts: list[str]
    account_ids: Texts


class Rows:
    """The rows of a file while they are read.

    Parameters
    ----------
    table
        One row per lead, with the export's column names or the canonical ones.
    columns, data
        What the export's columns mean and how it is written.

    Attributes
    ----------
    lead_ids, warnings
        As in `LeadFile`; each row is rejected for the first reason that applies.
    accepted
        Of each row, whether it is.
    table
        The rows that were leads at first sight, under canonical names.
    created
        When each row was created, microseconds since the epoch, UTC, or `NAT`.
    merges
        For what is known about records that are merged into others.

    Raises
    ------
    DataError
        As `features.schema.leads.leads_from_frame`.
    """

    def __init__(self, table: Frame, columns: Columns, data: Data) -> None:
        raw, self.merges = merged_leads(RawTable.of(table), columns, data)
        self._leads, self._data = raw.frame, data
        leads = self._leads
        self.dated = columns.order is None
        self.accepted = np.ones(len(leads), dtype=bool)
        self.warnings = np.full(len(leads), "", dtype=object)
        attributes = leads.drop(columns=AS_OF, errors="ignore")
        where = "the leads to score"
        self.table, faults = leads_from_frame(
            attributes, columns, data, require_created=False, where=where, faults=raw.faults
        )
        self.lead_ids = faults.lead_ids
        rounded = np.array([*map(is_scientific, self.lead_ids.tolist())], dtype=bool)
        self.reject(rounded, f"its lead id {ROUNDED}")
        created = None if columns.order else named(leads, columns.created_at, "created_at")
        self._order = DateOrder(leads[created], data) if created else None
        if self._order:
            self.reject(self._order.contradicting, self._order.reason)
        for mask, reason in faults.masks:
            self.reject(mask, reason)
        self._closings = closings(leads, columns, data)
        self.created = np.full(len(leads), NAT)
        if self.dated:
            self.created[self.table[Place.ROW] - 1] = micros(self.table["created_at"])

    def reject(self, rows: Bools, reason: str) -> None:
        """Reject rows that were not rejected before; the reason holds no field value."""
        fresh = rows & self.accepted
        self.warnings[fresh] = f"not scored: {reason}"
        self.accepted &= ~fresh

    def doubts(self, as_of: Instant | None) -> list[str]:
        """Return the warnings of every row, looked at as of then."""
        timezone = self._data.timezone
        limit = now() if as_of is None else instant(as_of, where=AS_OF, timezone=timezone)
        doubt = self._order.warning(self.lead_ids, limit) if self._order else ""
        return [doubt] if doubt else []

    @property
    def account_ids(self) -> Texts:
        """The account of each row; "" for none, and for what was no lead at first sight."""
        accounts = np.full(len(self.lead_ids), "", dtype=object)
        if "account_id" in self.table:
            accounts[self.table[Place.ROW] - 1] = self.table["account_id"].astype(object)
        return accounts

    def look(self, as_of: Instant | None, age_days: float | None, *, end: int, flat: bool) -> Ints:
        """Return when each row is looked at, and complete the creation times that are missing.

        Parameters
        ----------
        as_of, age_days, flat
            As in `read_leads`.
        end
            Of the data, microseconds since the epoch, UTC.

        Raises
        ------
        DataError
            ``bad_time``: `as_of` cannot be read.
        """
        at = self._given(as_of)
        if not self.dated:
            self._reject_closed(at, end)
            return at
        created, has_created = self.created, self.created != NAT
        if age_days is not None:
            self.reject((at == NAT) & ~has_created, "there is no creation time to add the age to")
            aged = created + round(age_days * US_PER_DAY)
            at = np.where((at == NAT) & has_created, aged, at)
        self._reject_closed(at, end)
        default = np.where(has_created, created, end) if flat else end
        at = np.where(at == NAT, default, at)
        self.reject(at == NAT, "there is no time to score it at")
        self.reject(has_created & (created > at), "it was created after as_of")
        bare = self.accepted & ~has_created
        created[bare] = at[bare]
        self.warnings[bare] = "created_at is missing: scored as created at as_of"
        return at

    def _reject_closed(self, at: Ints, end: int) -> None:
        """Reject the leads that have ended, about which there is nothing to decide.

        Where it is said when to look at a lead, only those that had ended by then; without a time
        of its own a lead ends with the data.
        """
        if self._closings is None:
            return
        closed_at = np.where(self._closings.closed_at == NAT, end, self._closings.closed_at)
        over = (at == NAT) | (closed_at <= at)
        for kind in CLOSED_KINDS:
            closed = self._closings.outcome.where(kind.__eq__)
            self.reject(closed & over, f"{CLOSED}, as {kind}")

    def _given(self, as_of: Instant | None) -> Ints:
        """Return the instants that the file or the caller names; `NAT` where neither does."""
        timezone = self._data.timezone
        given = NAT if as_of is None else instant(as_of, where=AS_OF, timezone=timezone)
        at = np.full(len(self._leads), given)
        if AS_OF in self._leads:
            where = f"leads, column {AS_OF}"
            own = parse_times(self._leads[AS_OF], timezone=timezone, where=where)
            self.reject(own.bad, "as_of cannot be read as a time")
            at = np.where(own.us == NAT, at, own.us)
        return at


def read_leads(
    leads: Frame,
    activities: Frames = None,
    field_changes: Frames = None,
    *,
    columns: Columns,
    data: Data,
    trained: Collection[str],
    flat: bool,
    as_of: Instant | None = None,
    age_days: float | None = None,
    others: Tables | None = None,
) -> LeadFile:
    """Read the leads of a file and decide when each is looked at.

    Parameters
    ----------
    leads, activities, field_changes, as_of, age_days
        As in `serving.scoring.scorer.Scorer.score`.
    columns, data
        What the export's columns mean and how it is written.
    trained
        The columns that the leads had in training, after which changes are named.
    flat
        Nothing but attributes at creation counts, so that a lead is looked at when it is created.
    others
        The whole export, where the other leads of their accounts are; None where it is not given.

    Raises
    ------
    DataError
        Naming a missing column, an unreadable `as_of` or dates that are ambiguous.
    """
    rows = Rows(leads, columns, data)
    reader = LeadEvents(columns, data, rows.merges)
    events, changes = reader.activities(activities), reader.changes(field_changes)
    end = _until(rows.created, events, changes)
    at = rows.look(as_of, age_days, end=end, flat=flat)
    table = rows.table
    if rows.dated:
        table["created_at"] = timestamps(rows.created[table[Place.ROW] - 1])
    table = table[rows.accepted[table[Place.ROW] - 1]].reset_index(drop=True)
    if changes is not None:
        changes = as_columns(changes, trained, data)
        changes = with_first_values(changes, table) if rows.dated else changes
    history = _history(table.drop(columns=Place.ROW), events, changes, others)
    position = np.full(len(rows.lead_ids), -1)
    position[table[Place.ROW] - 1] = history.index_of(table["lead_id"])
    doubts = rows.doubts(as_of)
    notes = [*reader.notes, *doubts]
    return LeadFile(
        rows.lead_ids, history, position, at, rows.warnings, notes, doubts, rows.account_ids
    )


def _history(
    leads: pd.DataFrame,
    activities: pd.DataFrame | None,
    changes: pd.DataFrame | None,
    export: Tables | None,
) -> LeadHistory:
    if export is None:
        # A file of leads need not hold the other leads of their accounts.
        return LeadHistory.from_tables(leads, activities, changes, whole_accounts=False)
    leads, activities, outcomes = with_others(leads, activities, export)
    return LeadHistory.from_tables(leads, activities, changes, outcomes)


def _until(created: Ints, *tables: pd.DataFrame | None) -> int:
    """Return the latest instant of all tables; rejected ones are not in them."""
    times = [created]
    for table in tables:
        if table is not None:
            times += [micros(table[name]) for name in table if table[name].dtype.kind == "M"]
    return max(int(us.max(initial=NAT)) for us in times)
