"""Which column of the leads a change is about, where the history names fields in another way."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from features.parsing.names import matched


def with_column_names(changes: pd.DataFrame, columns: Collection[str]) -> pd.DataFrame:
    """Return field changes whose fields are named as the columns of the leads.

    A field that matches no column, or several, keeps its name.

    Parameters
    ----------
    changes
        Canonical.
    columns
        Of the leads.
    """
    names = {
        str(name): matched(str(name), columns) or str(name) for name in changes["field"].unique()
    }
    if all(name == column for name, column in names.items()):
        return changes
    return changes.assign(field=changes["field"].astype("str").map(names))
