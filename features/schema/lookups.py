"""Attributes of accounts and contacts, joined to the leads by a key."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from features.parsing.values import text_column
from features.validation.faults import Faults
from leadgate.errors import DataError


@dataclass(frozen=True)
class LookupTable:
    """A table of accounts or contacts.

    Attributes
    ----------
    name
        Of its file or database table, for messages.
    stem
        Goes before the name of a column that the leads have too, such as ``accounts_industry``.
    key
        The column that it shares with the leads.
    frame
        One row per key, as it was read.
    rejected
        The rows of it that were rejected when it was read; left out: none.
    """

    name: str
    stem: str
    key: str
    frame: pd.DataFrame
    rejected: Faults | None = None

    @cached_property
    def faults(self) -> Faults:
        """The rejected rows: those without a key, or with that of an earlier row.

        Raises
        ------
        DataError
            ``missing_column``: there is no key.
        """
        if self.key not in self.frame.columns:
            raise DataError(f"{self.name}: there is no column {self.key}.", code="missing_column")
        keys = text_column(self.frame[self.key])
        faults = self.rejected.continued() if self.rejected else Faults(len(keys))
        faults.reject(keys == "", f"{self.key} is missing")
        faults.reject(pd.Series(keys).duplicated().to_numpy(), f"its {self.key} is a duplicate")
        return faults

    def join(self, leads: pd.DataFrame, attributes: Collection[str] = ()) -> pd.DataFrame:
        """Return the leads with the columns of this table; the first row of each key counts.

        Parameters
        ----------
        leads
            One row per lead.
        attributes
            Names that a model knows: what bore the `stem` in training, because its leads had the
            name themselves, bears it here, whether or not these leads have the name.

        Raises
        ------
        DataError
            ``missing_column``: the leads or the table lack the key.
        """
        kept = self.faults.kept
        if self.key not in leads.columns:
            raise DataError(f"the leads: there is no column {self.key}.", code="missing_column")
        table = self.frame[kept]
        keys = pd.Index(text_column(table[self.key]), dtype=object)
        position = keys.get_indexer(pd.Index(text_column(leads[self.key]), dtype=object))
        joined = table.drop(columns=self.key)
        if len(joined):
            joined = joined.iloc[position].reset_index(drop=True)
            joined = joined.where(pd.Series(position >= 0), np.nan)
        else:
            joined = joined.reindex(range(len(leads)))
        stemmed = {name: f"{self.stem}_{name}" for name in joined.columns}
        taken = {*leads.columns, *(name for name, long in stemmed.items() if long in attributes)}
        renamed = {name: long for name, long in stemmed.items() if name in taken}
        return pd.concat([leads.reset_index(drop=True), joined.rename(columns=renamed)], axis=1)


def join_known(
    leads: pd.DataFrame, tables: Sequence[LookupTable], attributes: Collection[str]
) -> tuple[pd.DataFrame, list[str]]:
    """Join what can be joined to leads that are to be scored.

    Parameters
    ----------
    leads, attributes
        As in `LookupTable.join`.
    tables
        In the order of the configuration.

    Returns
    -------
    leads : DataFrame
        With the columns of the tables. What the leads bring along themselves counts.
    notes : list
        A sentence for each table whose key the leads lack.
    """
    notes = []
    for table in tables:
        if table.key not in leads.columns:
            notes.append(f"{table.name}: not joined, for the leads have no column {table.key}")
            continue
        leads = table.join(leads, attributes)
    return leads, notes
