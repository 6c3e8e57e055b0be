"""The leads of a file, to be scored: every row keeps its place, rejected ones with the reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from features.account_leads import with_others
from features.history.instants import Instant, instant
from features.history.lead_history import LeadHistory
from features.parsing.times import NAT, US_PER_DAY, micros, parse_times, timestamps
from features.schema.activities import activities_from_frame
from features.schema.canonical import Place
from features.schema.dated_tables import field_changes_from_frame
from features.schema.first_values import with_first_values
from features.schema.leads import leads_from_frame
from features.tables import Tables
from leadgate.arrays import Bools, Ints, Texts
from leadgate.config import Columns, Data

Frames = pd.DataFrame | Sequence[pd.DataFrame] | None

AS_OF = "as_of"


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
    """

    lead_ids: Texts
    history: LeadHistory
    position: Ints
    as_of: Ints
    warnings: Texts
    notes: list[str]


class Rows:
    """The rows of a file while they are read.

    Parameters
    ----------
    leads
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

    Raises
    ------
    DataError
        As `features.schema.leads.leads_from_frame`.
    """

    def __init__(self, leads: pd.DataFrame, columns: Columns, data: Data) -> None:
        self._leads, self._data = leads, data
        self.dated = columns.order is None
        self.accepted = np.ones(len(leads), dtype=bool)
        self.warnings = np.full(len(leads), "", dtype=object)
        attributes = leads.drop(columns=AS_OF, errors="ignore")
        self.table, faults = leads_from_frame(
            attributes, columns, data, require_created=False, where="the leads to score"
        )
        self.lead_ids = faults.lead_ids
        for mask, reason in faults.masks:
            self.reject(mask, reason)
        self.created = np.full(len(leads), NAT)
        if self.dated:
            self.created[self.table[Place.ROW] - 1] = micros(self.table["created_at"])

    def reject(self, rows: Bools, reason: str) -> None:
        """Reject rows that were not rejected before; the reason holds no field value."""
        fresh = rows & self.accepted
        self.warnings[fresh] = f"not scored: {reason}"
        self.accepted &= ~fresh

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
            return at
        created, has_created = self.created, self.created != NAT
        if age_days is not None:
            self.reject((at == NAT) & ~has_created, "there is no creation time to add the age to")
            aged = created + round(age_days * US_PER_DAY)
            at = np.where((at == NAT) & has_created, aged, at)
        default = np.where(has_created, created, end) if flat else end
        at = np.where(at == NAT, default, at)
        self.reject(at == NAT, "there is no time to score it at")
        self.reject(has_created & (created > at), "it was created after as_of")
        bare = self.accepted & ~has_created
        created[bare] = at[bare]
        self.warnings[bare] = "created_at is missing: scored as created at as_of"
        return at

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
    leads: pd.DataFrame,
    activities: Frames = None,
    field_changes: Frames = None,
    *,
    columns: Columns,
    data: Data,
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
    flat
        Nothing but attributes at creation counts, so that a lead is looked at when it is created.
    others
        The whole export, where the other leads of their accounts are; None where it is not given.

    Raises
    ------
    DataError
        Naming a missing column, an unreadable `as_of` or dates that are ambiguous.
    """
    rows, notes = Rows(leads, columns, data), list[str]()
    events = _joined(activities, notes, lambda f: activities_from_frame(f, data.activities, data))
    changes = _joined(field_changes, notes, lambda f: field_changes_from_frame(f, data))
    end = _until(rows.created, events, changes)
    at = rows.look(as_of, age_days, end=end, flat=flat)
    table = rows.table
    if rows.dated:
        table["created_at"] = timestamps(rows.created[table[Place.ROW] - 1])
    table = table[rows.accepted[table[Place.ROW] - 1]].reset_index(drop=True)
    if changes is not None and rows.dated:
        changes = with_first_values(changes, table)
    history = _history(table.drop(columns=Place.ROW), events, changes, others)
    position = np.full(len(leads), -1)
    position[table[Place.ROW] - 1] = history.index_of(table["lead_id"])
    return LeadFile(rows.lead_ids, history, position, at, rows.warnings, notes)


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


def _joined(
    frames: Frames, notes: list[str], read: Callable[[pd.DataFrame], tuple[pd.DataFrame, Any]]
) -> pd.DataFrame | None:
    """Read one table or several as one; rejected rows are counted in the notes."""
    if frames is None:
        return None
    tables = []
    for frame in [frames] if isinstance(frames, pd.DataFrame) else frames:
        table, faults = read(frame)
        tables.append(table)
        notes += [
            f"{int(mask.sum())} activities or changes left out: {why}" for mask, why in faults.masks
        ]
    return pd.concat(tables, ignore_index=True) if tables else None


def _until(created: Ints, *tables: pd.DataFrame | None) -> int:
    """Return the latest instant of all tables; rejected ones are not in them."""
    times = [created]
    for table in tables:
        if table is not None:
            times += [micros(table[name]) for name in table if table[name].dtype.kind == "M"]
    return max(int(us.max(initial=NAT)) for us in times)
