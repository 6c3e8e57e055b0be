"""Field changes named and written as the columns of the leads that they are about."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from features.parsing.names import matched
from features.parsing.number_format import plain_number
from leadgate.config import Data


def as_columns(changes: pd.DataFrame, columns: Collection[str], data: Data) -> pd.DataFrame:
    """Return field changes whose fields are named, and whose numbers are written, as the columns.

    A field that matches no column, or several, keeps its name.

    Parameters
    ----------
    changes
        Canonical.
    columns
        Of the leads.
    data
        How the export is written.
    """
    fields = [str(name) for name in changes["field"].unique()]
    names = {name: matched(name, columns) or name for name in fields}
    if any(name != column for name, column in names.items()):
        changes = changes.assign(field=changes["field"].astype("str").map(names))
    for column in set(names.values()):
        if data.decimal_of(column) != "auto":
            changes = _plain(changes, column, data)
    return changes


def _plain(changes: pd.DataFrame, column: str, data: Data) -> pd.DataFrame:
    decimal, about = data.decimal_of(column), changes["field"] == column
    plain = {
        name: changes[name]
        .astype("str")
        .where(~about, changes[name].astype("str").map(lambda text: plain_number(text, decimal)))
        for name in ("value", "old_value")
        if name in changes
    }
    return changes.assign(**plain)
