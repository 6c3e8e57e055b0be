"""The columns of the tables that a lead history is built from, coerced; every fault is kept."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from features.parsing.categorical import Categorical
from features.parsing.times import NAT, parse_times
from features.validation.faults import Faults
from leadgate.arrays import Ints

Table = pd.DataFrame | None

_UNREADABLE = 0  # Any instant: the history is not built.


class TableReader:
    """Coerces the columns of tables.

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

    def fault(self, name: str, count: int, what: str) -> None:
        """Keep a fault that some rows of a table have."""
        if count:
            self.faults.add(f"{name} has {count} {'row' if count == 1 else 'rows'} {what}.")

    def columns(self, name: str, table: pd.DataFrame, needed: Iterable[str]) -> None:
        """Check that a table has the columns that it needs."""
        for column in needed:
            if column not in table.columns:
                self.faults.add(f"{name} has no column {column}.")

    def times(self, name: str, table: pd.DataFrame, column: str) -> Ints:
        """Return a column of instants; `NAT` where missing or where there is no such column."""
        if column not in table.columns:
            return np.full(len(table), NAT)
        parsed = parse_times(table[column], where=f"{name}: {column}")
        self.fault(name, int(parsed.bad.sum()), f"with an unreadable {column}")
        return np.where(parsed.bad, _UNREADABLE, parsed.us)

    def given(self, name: str, column: str, times: Ints) -> None:
        """Check that every row has its instant."""
        self.fault(name, int((times == NAT).sum()), f"without {column}")

    def of_leads(self, table: Table) -> tuple[pd.DataFrame, Ints]:
        """Return the rows about the leads, and the lead of each."""
        if table is None:
            return pd.DataFrame(), np.zeros(0, dtype=np.int64)
        ids = Categorical.of_column(table["lead_id"])
        of_id = np.array([self.index.get(lead_id, -1) for lead_id in ids.texts], dtype=np.int64)
        lead = of_id[ids.codes]
        here = lead >= 0
        return (table, lead) if here.all() else (table[here], lead[here])
