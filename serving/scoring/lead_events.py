"""What happened to leads that are to be scored: tables of activities and of field changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from features.io.raw_table import RawTable
from features.schema.activities import activities_from_frame
from features.schema.dated_tables import columns_of_changes, field_changes_from_frame
from features.schema.deleted import Merges, living_rows
from features.schema.wide import one_table_a_type, wide_columns
from features.validation.faults import Faults
from leadgate.config import ActivityTable, Columns, Data

Frame = pd.DataFrame | RawTable
Frames = Frame | Sequence[Frame] | None


class LeadEvents:
    """Reads tables about leads; rejected rows are counted in the notes.

    Parameters
    ----------
    columns, data
        What the export's columns mean and how it is written.
    merges
        Of the leads.

    Attributes
    ----------
    notes
        Sentences about the tables as a whole.
    """

    def __init__(self, columns: Columns, data: Data, merges: Merges) -> None:
        self._columns, self._data, self._merges = columns, data, merges
        self.notes: list[str] = []

    def activities(self, frames: Frames) -> pd.DataFrame | None:
        """Read one table of activities or several as one; None where none is given."""
        read = [
            activities_from_frame(raw.frame, tables, self._data, faults=raw.faults)
            for table in self._tables(frames)
            for tables, raw in self._of_types(table)
        ]
        return self._joined(read)

    def changes(self, frames: Frames) -> pd.DataFrame | None:
        """Read one table of field changes or several as one; None where none is given."""
        read = []
        for raw in self._tables(frames):
            living = self._living(raw, columns_of_changes(raw.frame, self._data).lead_id)
            read.append(field_changes_from_frame(living.frame, self._data, faults=living.faults))
        return self._joined(read)

    def _of_types(self, raw: RawTable) -> Iterator[tuple[list[ActivityTable], RawTable]]:
        tables, names = self._data.activities, set(raw.frame.columns)
        for lead_id in dict.fromkeys([*(table.lead_id for table in tables), "lead_id"]):
            raw = self._living(raw, lead_id)
        wide = next((t for t in tables if t.types and names.issuperset(wide_columns(t))), None)
        if wide is None:
            yield [table for table in tables if not table.types], raw
        else:
            yield from (([t], part) for t, part in one_table_a_type(wide, raw, self._data))

    def _living(self, raw: RawTable, lead_id: str) -> RawTable:
        return living_rows(raw, lead_id, self._merges, self._columns, self._data)

    def _joined(self, read: Sequence[tuple[pd.DataFrame, Faults]]) -> pd.DataFrame | None:
        self.notes += [
            f"{int(mask.sum())} activities or changes left out: {why}"
            for _, faults in read
            for mask, why in faults.masks
        ]
        return pd.concat([table for table, _ in read], ignore_index=True) if read else None

    def _tables(self, frames: Frames) -> list[RawTable]:
        if frames is None:
            return []
        several = [frames] if isinstance(frames, pd.DataFrame | RawTable) else frames
        tables = [RawTable.of(frame) for frame in several]
        self.notes += [note for table in tables for note in table.phrases]
        return tables
