"""A table as it was written: its cells, the rows that are none, and what is worth knowing."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from features.validation.faults import Faults


@dataclass(frozen=True)
class RawTable:
    """One table of an export, under its own column names.

    Attributes
    ----------
    frame
        A row for each row below the header. A rejected one keeps its place, all of it missing, so
        that the position of every other row says which one it is.
    faults
        The rows that are rejected for how the file is written, whatever they mean.
    notes
        Sentences about how it is written.
    files
        Where it lies in several files: their names, each with its number of rows.
    """

    frame: pd.DataFrame
    faults: Faults
    notes: list[str] = field(default_factory=list)
    files: tuple[tuple[str, int], ...] = ()

    @classmethod
    def of(cls, table: pd.DataFrame | RawTable) -> RawTable:
        """Return a frame as a table of which no row is rejected; a table as it is."""
        return table if isinstance(table, RawTable) else cls(table, Faults(len(table)))

    @property
    def phrases(self) -> list[str]:
        """The notes without a full stop, to stand among others."""
        return [note.removesuffix(".") for note in self.notes]

    @property
    def accepted(self) -> pd.DataFrame:
        """The rows that are not rejected, numbered anew."""
        kept = self.faults.kept
        return self.frame if kept.all() else self.frame[kept].reset_index(drop=True)
