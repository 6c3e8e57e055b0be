"""What a table that was read says of its rejected rows."""

import numpy as np

from features.io.raw_table import RawTable


def rejected(table: RawTable) -> dict[int, str]:
    """Return the reason for each rejected row, by its number."""
    rows = {
        int(row) + 1: reason for mask, reason in table.faults.masks for row in np.flatnonzero(mask)
    }
    assert set(rows) == set((np.flatnonzero(~table.faults.kept) + 1).tolist())
    return rows
