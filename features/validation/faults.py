"""What is wrong with the tables of an export: rejected rows and faults of whole files.

Rows are named by where they stand and why they are rejected, never by what they hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from leadgate.arrays import Bools, Ints, Texts
from leadgate.cells import list_text
from leadgate.errors import DataError

COLUMNS = ("table", "row", "lead_id", "reason")


@dataclass(frozen=True)
class _Rejected:
    table: str
    rows: Ints
    lead_ids: Texts
    reason: str


class Faults:
    """Collects rejected rows, each with one reason, and faults of whole files.

    What reads a table marks the rows of that table by `reject`; `take` adds them, under the
    table's name and with the ids of their leads, to the faults of the whole export.

    Parameters
    ----------
    n_rows
        Rows of the table that is read; 0 for a whole export.

    Attributes
    ----------
    kept
        The rows of the table that are not rejected so far; shape (n_rows,).
    lead_ids
        The leads of the rows of the table, "" where they have none; shape (n_rows,).
    masks
        Disjoint masks of shape (n_rows,), each with its reason: plain words, no field value.
    """

    def __init__(self, n_rows: int = 0) -> None:
        self.kept = np.ones(n_rows, dtype=bool)
        self.lead_ids: Texts = np.full(n_rows, "", dtype=object)
        self.masks: list[tuple[Bools, str]] = []
        self._files: dict[str, tuple[tuple[str, int], ...]] = {}
        self._rejected: list[_Rejected] = []
        self._errors: list[DataError] = []

    def reject(self, rows: Bools, reason: str) -> None:
        """Reject rows of the table that were not rejected before."""
        fresh = rows & self.kept
        if fresh.any():
            self.masks.append((fresh, reason))
            self.kept &= ~fresh

    def skip(self, rows: Bools) -> None:
        """Keep rows of the table out of everything, without a word: nothing is wrong with them."""
        self.kept &= ~rows

    def continued(self) -> Faults:
        """Return faults of the same table that begin with these: reading it again adds its own."""
        copy = Faults(self.kept.size)
        copy.kept, copy.lead_ids, copy.masks = self.kept.copy(), self.lead_ids, list(self.masks)
        return copy

    def leave_out(self, rows: Bools) -> None:
        """Forget what was rejected of some rows of the table."""
        self.masks = [(mask & ~rows, reason) for mask, reason in self.masks]
        self.kept |= rows

    def take(self, table: str, of_table: Faults) -> None:
        """Add the rejected rows of one table."""
        for mask, reason in of_table.masks:
            self.reject_rows(table, np.flatnonzero(mask) + 1, of_table.lead_ids[mask], reason)

    def reject_rows(self, table: str, rows: ArrayLike, lead_ids: ArrayLike, reason: str) -> None:
        """Reject some rows of any table.

        Parameters
        ----------
        table
            Such as ``"leads"``, or a file name where a table has several files.
        rows
            Data-row numbers, 1 for the first row below the header; shape (n,).
        lead_ids
            The leads of those rows, shape (n,).
        reason
            Plain words without any field value.
        """
        rows = np.asarray(rows, dtype=np.int64)
        if rows.size:
            ids = np.asarray(lead_ids, dtype=object)
            self._rejected.append(_Rejected(table, rows, ids, reason))

    def lies_in(self, table: str, files: tuple[tuple[str, int], ...]) -> None:
        """Let the rows of a table be named by their file and the number that they have there.

        Parameters
        ----------
        table
            As in `reject_rows`.
        files
            Their names, each with its number of rows; empty for a table in one file.
        """
        self._files[table] = files

    def rows_read(self) -> set[int]:
        """Return the numbers of the rows of the table that were not skipped."""
        rejected = [mask for mask, _ in self.masks]
        return set((np.flatnonzero(np.any([self.kept, *rejected], axis=0)) + 1).tolist())

    @property
    def count(self) -> int:
        """The number of rejected rows of the export."""
        return sum(part.rows.size for part in self._rejected)

    def rows(self, table: str) -> set[int]:
        """Return the numbers of the rejected rows of a table of the export."""
        return {row for part in self._rejected if part.table == table for row in part.rows.tolist()}

    def frame(self) -> pd.DataFrame:
        """Return one row per rejected row of the export: table, row, lead_id, reason."""
        parts = [
            pd.DataFrame(dict(zip(COLUMNS, (p.table, p.rows, p.lead_ids, p.reason), strict=True)))
            for p in self._named()
        ]
        if not parts:
            return pd.DataFrame({name: [] for name in COLUMNS})
        return pd.concat(parts, ignore_index=True)

    def summary(self) -> list[tuple[str, str, int]]:
        """Return table, reason and number of rows, in the order in which they were rejected."""
        counts: dict[tuple[str, str], int] = {}
        for p in self._named():
            counts[p.table, p.reason] = counts.get((p.table, p.reason), 0) + p.rows.size
        return [(table, reason, count) for (table, reason), count in counts.items()]

    def _named(self) -> Iterator[_Rejected]:
        """Yield the rejected rows by the files that people know."""
        for part in self._rejected:
            files = self._files.get(part.table) or ((part.table, int(part.rows.max())),)
            start = 0
            for name, size in files:
                here = (part.rows > start) & (part.rows <= start + size)
                if here.any():
                    yield _Rejected(name, part.rows[here] - start, part.lead_ids[here], part.reason)
                start += size

    def write(self, path: str | Path) -> None:
        """Write `frame` as CSV, whose ids are escaped (`leadgate.cells`)."""
        Path(path).write_text(list_text(self.frame()), encoding="utf-8", newline="")

    @contextmanager
    def collected(self) -> Iterator[None]:
        """Keep a DataError of the block for `raise_any`."""
        try:
            yield
        except DataError as error:
            self._errors.append(error)

    def add(self, message: str, *, code: str | None = None, hint: str = "") -> None:
        """Add a fault of a whole file."""
        self._errors.append(DataError(message, code=code, hint=hint))

    def raise_any(self) -> None:
        """Raise the faults of whole files.

        Raises
        ------
        DataError
            The fault, or all of them in one message.
        """
        if len(self._errors) == 1:
            raise self._errors[0]
        if self._errors:
            codes = {error.code for error in self._errors}
            hints = dict.fromkeys(error.hint for error in self._errors if error.hint)
            raise DataError(
                f"{len(self._errors)} faults: " + " ".join(e.message for e in self._errors),
                code=codes.pop() if len(codes) == 1 else None,
                hint=" ".join(hints),
            )


def repeated(rows: pd.DataFrame | pd.Series, among: Bools) -> Bools:
    """Mark the rows that equal an earlier one; shape (n,).

    Parameters
    ----------
    rows
        What is compared; n rows.
    among
        Shape (n,): the rows looked at. No other one is marked, or makes a later one a repeat.
    """
    if among.all():
        return rows.duplicated().to_numpy()
    marked = np.zeros(len(rows), dtype=bool)
    marked[among] = rows[among].duplicated()
    return marked
