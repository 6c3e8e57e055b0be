"""The tables that a lead history is built from, read by what is declared; every fault is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from features.parsing.categorical import Categorical
from features.schema.canonical import Table
from features.schema.columns import ColumnReader
from features.validation.faults import Faults
from leadgate.arrays import Bools, Ints
from leadgate.config import Data

_AS_IT_STANDS = Data(leads="")


class TableReader:
    """Reads tables with canonical names.

    Attributes
    ----------
    faults
        What is wrong with the tables.
    index
        The position of each lead, by its id.
    n_leads
        How many rows the leads have.
    """

    def __init__(self) -> None:
        self.faults = Faults()
        self.index: dict[str, int] = {}
        self.n_leads = 0

    def open(self, declared: Table, frame: pd.DataFrame | None) -> ColumnReader:
        """Begin to read a table; one that is not given has no row."""
        if frame is None:
            frame = pd.DataFrame({name: pd.Series(dtype="str") for name in declared.names})
        with self.faults.collected():
            reader = ColumnReader(frame, _AS_IT_STANDS, declared.name, future=True)
            reader.check(declared, None, self.faults)
            return reader
        return ColumnReader(frame.iloc[:0, :0], _AS_IT_STANDS, declared.name)

    def rows(
        self, reader: ColumnReader, read: Callable[[ColumnReader], dict[str, Any]]
    ) -> tuple[dict[str, Any], Ints]:
        """Return the rows about the leads, and the lead of each, and keep the faults of those."""
        values: dict[str, Any] = {}
        with self.faults.collected():
            values = read(reader)
        if not values:
            return {}, np.zeros(0, dtype=np.int64)
        ids: Categorical = values["lead_id"]
        of_id = np.array([self.index.get(lead_id, -1) for lead_id in ids.texts], dtype=np.int64)
        lead = of_id[ids.codes]
        here = lead >= 0
        self.keep(reader, among=here)
        if here.all():
            return values, lead
        taken = {
            name: column.take(here) if isinstance(column, Categorical) else column[here]
            for name, column in values.items()
        }
        return taken, lead[here]

    def keep(self, reader: ColumnReader, *, among: Bools | None = None) -> None:
        """Keep the faults of the rows of a table, or of some of them."""
        for mask, reason in reader.faults.masks:
            rows = np.flatnonzero(mask if among is None else mask & among)
            if len(rows):
                count = f"{len(rows)} {'row' if len(rows) == 1 else 'rows'}"
                self.faults.add(f"{reader.where}: {reason} ({count}, the first is {rows[0] + 1}).")
