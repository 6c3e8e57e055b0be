"""Attributes of accounts and contacts, joined to the leads by a key."""

from __future__ import annotations

from pathlib import PurePath

import numpy as np
import pandas as pd

from features.values import text_column
from leadgate.errors import DataError


def join(leads: pd.DataFrame, table: pd.DataFrame, key: str, name: str) -> pd.DataFrame:
    """Return the leads with the columns of a lookup table.

    Parameters
    ----------
    leads, table
        Tables of an export; the first row of `table` with a key counts.
    key
        The column that both have.
    name
        Name of the lookup's file. A column that the leads have already is named after it, such
        as ``accounts_industry``.

    Raises
    ------
    DataError
        ``missing_column``: one of them lacks the key.
    """
    for file, frame in (("the leads", leads), (name, table)):
        if key not in frame.columns:
            raise DataError(f"{file}: there is no column {key}.", code="missing_column")
    keys = text_column(table[key])
    first = (keys != "") & ~pd.Series(keys).duplicated().to_numpy()
    positions = np.flatnonzero(first)
    found = pd.Index(keys[first]).get_indexer(pd.Index(text_column(leads[key])))
    joined = table.drop(columns=key)
    if len(positions):
        joined = joined.iloc[positions[found]]
        joined = joined.reset_index(drop=True).where(pd.Series(found >= 0), np.nan)
    else:
        joined = joined.reindex(range(len(leads)))
    stem = PurePath(name).name.split(".")[0]
    taken = set(leads.columns)
    renamed = {c: f"{stem}_{c}" for c in joined.columns if c in taken}
    return pd.concat([leads.reset_index(drop=True), joined.rename(columns=renamed)], axis=1)
