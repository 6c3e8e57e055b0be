"""Several files of one table, such as an export for each year: read as one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from features.io.raw_table import RawTable
from features.validation.faults import Faults


def one_table(files: Sequence[tuple[str, RawTable]]) -> RawTable:
    """Return the rows of several files, one after the other, under the columns of the first.

    Parameters
    ----------
    files
        Each with its name.

    Raises
    ------
    DataError
        ``other_columns``: a file has not the columns of the first; all such files are named.
    """
    first, columns = files[0][0], files[0][1].frame.columns
    faults = Faults()
    for name, table in files[1:]:
        _check(name, table.frame.columns, first, columns, faults)
    faults.raise_any()
    frame = pd.concat([table.frame[columns] for _, table in files], ignore_index=True)
    notes = [note for _, table in files for note in table.notes]
    sizes = tuple((name, len(table.frame)) for name, table in files)
    return RawTable(frame, _faults([table.faults for _, table in files]), notes, sizes)


def _check(
    name: str, columns: pd.Index[str], first: str, wanted: pd.Index[str], faults: Faults
) -> None:
    missing, more = wanted.difference(columns), columns.difference(wanted)
    if missing.empty and more.empty:
        return
    lacks = [f"it lacks {', '.join(missing)}"] if len(missing) else []
    has = [f"it has {', '.join(more)} besides"] if len(more) else []
    faults.add(
        f"{name}: its columns are not those of {first}: {' and '.join([*lacks, *has])}.",
        code="other_columns",
        hint="Files of one table have the same columns, in any order: export them alike.",
    )


def _faults(of_files: Sequence[Faults]) -> Faults:
    """Return the faults of all files, each row in its new place."""
    sizes = [faults.kept.size for faults in of_files]
    starts = np.cumsum([0, *sizes])
    together = Faults(int(starts[-1]))
    for start, faults in zip(starts, of_files, strict=False):
        for mask, reason in faults.masks:
            rows = np.zeros(together.kept.size, dtype=bool)
            rows[start : start + mask.size] = mask
            together.reject(rows, reason)
    together.skip(~np.concatenate([faults.kept for faults in of_files]))
    return together
