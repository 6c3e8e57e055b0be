"""Rows that were refused: where they stand and why, never what they hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from leadgate.arrays import Ints, Texts

COLUMNS = ("table", "row", "lead_id", "reason")


@dataclass(frozen=True)
class _Refusal:
    table: str
    rows: Ints
    lead_ids: Texts
    reason: str


class Quarantine:
    """The refused rows of an export, in the order in which they were found."""

    def __init__(self) -> None:
        self._refusals: list[_Refusal] = []

    def add(
        self,
        table: str,
        rows: ArrayLike,
        lead_ids: Sequence[str] | Texts | None,
        reason: str,
    ) -> None:
        """Refuse some rows of a table for one reason.

        Parameters
        ----------
        table
            Such as ``"leads"``, or a file name where a table has several files.
        rows
            Data-row numbers, 1 for the first row below the header; shape (n,).
        lead_ids
            The leads of those rows, shape (n,), or None where they have none.
        reason
            Plain words without any field value.
        """
        rows = np.asarray(rows, dtype=np.int64)
        if rows.size == 0:
            return
        ids = [""] * rows.size if lead_ids is None else lead_ids
        self._refusals.append(_Refusal(table, rows, np.asarray(ids, dtype=object), reason))

    @property
    def count(self) -> int:
        """The number of refused rows."""
        return sum(refusal.rows.size for refusal in self._refusals)

    def rows(self, table: str) -> set[int]:
        """Return the numbers of the refused rows of a table."""
        return {row for r in self._refusals if r.table == table for row in r.rows.tolist()}

    def frame(self) -> pd.DataFrame:
        """Return one row per refused row: table, row, lead_id, reason."""
        parts = [
            pd.DataFrame(
                {"table": r.table, "row": r.rows, "lead_id": r.lead_ids, "reason": r.reason}
            )
            for r in self._refusals
        ]
        if not parts:
            return pd.DataFrame({name: [] for name in COLUMNS})
        return pd.concat(parts, ignore_index=True)

    def summary(self) -> list[tuple[str, str, int]]:
        """Return table, reason and number of rows, in the order in which they were found."""
        counts: dict[tuple[str, str], int] = {}
        for r in self._refusals:
            counts[r.table, r.reason] = counts.get((r.table, r.reason), 0) + r.rows.size
        return [(table, reason, count) for (table, reason), count in counts.items()]

    def write(self, path: str | Path) -> None:
        """Write `frame` as CSV."""
        self.frame().to_csv(path, index=False)
