"""Records that the CRM has deleted, or merged into others: what is left of them, and where."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from features.io.raw_table import RawTable
from features.parsing.categorical import Categorical
from features.parsing.values import text_column, to_text
from features.schema.columns import ROW, lead_ids
from features.schema.flags import flagged
from leadgate.arrays import Bools, Texts
from leadgate.config import Columns, Data

DELETED = "it is deleted"
MERGED = "it was merged into another lead"
IN_A_CIRCLE = "its merges lead in a circle"

# What CRMs write where an id refers to nothing.
_NOTHING = re.compile(r"(?:0[0-]*(?:AAA)?)?")
_SEPARATOR = re.compile(r"[;,]")
# HubSpot writes when it merged a record behind its id.
_MERGED_AT = re.compile(r"(?<=\d):\d+$")


@dataclass(frozen=True)
class Merges:
    """Which lead each merged record became part of.

    Attributes
    ----------
    masters
        The lead at the end of its merges, by the id of each merged record.
    circles
        The ids whose merges have no end.
    """

    masters: Mapping[str, str]
    circles: frozenset[str]

    @classmethod
    def of(cls, into: Mapping[str, str]) -> Merges:
        """Follow merges, of which `into` holds the next for each record, to their ends."""
        ends = {lead_id: _end(lead_id, into) for lead_id in into}
        masters = {lead_id: end for lead_id, end in ends.items() if end is not None}
        return cls(masters, frozenset(ends.keys() - masters.keys()))

    def follow(self, raw: RawTable, column: str, data: Data) -> RawTable:
        """Return a table whose rows about merged records are about their leads."""
        if not self.masters or column not in raw.frame.columns:
            return raw
        ids = text_column(raw.frame[column], data.missing)
        if not _among(ids, self.masters).any():
            return raw
        followed = np.array([self.masters.get(lead_id, lead_id) for lead_id in ids], dtype=object)
        frame = raw.frame.assign(**{column: pd.Series(followed, raw.frame.index, dtype="str")})
        return RawTable(frame, raw.faults, raw.notes)


def without_deleted(raw: RawTable, columns: Columns) -> RawTable:
    """Reject the rows of any table that the CRM has deleted; where it does not say so, none."""
    flag = columns.deleted
    if flag is None or flag.column not in raw.frame.columns:
        return raw
    faults = raw.faults.continued()
    faults.reject(flagged(raw.frame[flag.column], flag), DELETED)
    return RawTable(raw.frame, faults, raw.notes)


def living_rows(
    raw: RawTable, column: str, merges: Merges, columns: Columns, data: Data
) -> RawTable:
    """Return a table about leads, `column` of which names them, without what was deleted."""
    return merges.follow(without_deleted(raw, columns), column, data)


def merged_leads(raw: RawTable, columns: Columns, data: Data) -> tuple[RawTable, Merges]:
    """Reject the records of the table of leads that were merged into others or deleted.

    Returns
    -------
    raw : RawTable
        The table; a record that is both counts as merged.
    merges : Merges
        For what is known about those records.
    """
    if columns.lead_id == ROW or not (columns.merged_into or columns.merged_from):
        return without_deleted(raw, columns), Merges({}, frozenset())
    ids = lead_ids(raw.frame, columns, data, where="the leads")
    merges = Merges.of(dict(_pairs(raw.frame, ids, columns, data)))
    faults = raw.faults.continued()
    faults.reject(_among(ids, merges.masters), MERGED)
    faults.reject(_among(ids, dict.fromkeys(merges.circles)), IN_A_CIRCLE)
    return without_deleted(RawTable(raw.frame, faults, raw.notes), columns), merges


def _pairs(
    frame: pd.DataFrame, ids: Texts, columns: Columns, data: Data
) -> Iterator[tuple[str, str]]:
    """Yield merged records, each with the one that took it over."""
    for name in filter(None, [columns.merged_from]):
        if name in frame.columns:
            for survivor, listed in zip(ids, text_column(frame[name], data.missing), strict=True):
                merged = (_MERGED_AT.sub("", to_text(part)) for part in _SEPARATOR.split(listed))
                yield from ((each, survivor) for each in merged if _refers(each, survivor))
    for name in filter(None, [columns.merged_into]):
        if name in frame.columns:
            masters = text_column(frame[name], data.missing)
            yield from ((i, m) for i, m in zip(ids, masters, strict=True) if _refers(m, i))


def _refers(lead_id: str, other: str) -> bool:
    return lead_id != other and bool(other) and not _NOTHING.fullmatch(lead_id)


def _end(lead_id: str, into: Mapping[str, str]) -> str | None:
    """Return the record at the end of the merges of a record; None where they lead in a circle."""
    passed = {lead_id}
    while (after := into.get(lead_id)) is not None:
        if after in passed:
            return None
        passed.add(after)
        lead_id = after
    return lead_id


def _among(ids: Texts, wanted: Mapping[str, object]) -> Bools:
    return Categorical.of(ids).where(wanted.__contains__)
