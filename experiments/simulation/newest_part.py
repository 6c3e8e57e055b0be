"""The newest leads of an export, kept apart: train on the older file, score the newer one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd

from features.schema.source import read_source
from features.tables import load_tables
from leadgate.arrays import Bools
from leadgate.config import ActivityTable, Config, Lookup
from leadgate.database import Database, FileOrDatabase, Sheet

Table = TypeVar("Table", ActivityTable, Lookup)
SHARE = 0.8


@dataclass(frozen=True)
class Holdout:
    """An export parted in time.

    Attributes
    ----------
    older
        The configuration of the older leads; every other table is the whole one.
    newer
        Rows of the leads file as they were read, oldest first; shape (n, columns).
    won
        Shape (n,), whether each of them is won by the end of the data.
    closed
        Shape (n,), whether each of them is won or lost by the end of the data.
    """

    older: Config
    newer: pd.DataFrame
    won: Bools
    closed: Bools


def part(config: Config, folder: Path, share: float = SHARE) -> Holdout:
    """Part an export in time and write the older leads to `folder`.

    Refused leads are on neither side. Runs and models of the older part go to `folder` too.

    Parameters
    ----------
    config
        Of the whole export.
    folder
        Must exist.
    share
        Of the leads that are older.

    Raises
    ------
    DataError
        As `features.tables.load_tables`.
    """
    history = load_tables(config).history()
    position = np.lexsort((history.lead_ids, history.order))
    older, newer = np.split(position, [int(share * len(position))])
    frame = read_source(config, config.data.leads, "leads").frame
    rows = _ids(frame, config.columns.lead_id).get_indexer(pd.Index(history.lead_ids))
    path = folder / "older.csv"
    frame.iloc[np.sort(rows[older])].to_csv(path, index=False)
    data = config.data.model_copy(
        update={"leads": str(path), "separator": ",", "encoding": "utf-8", **_elsewhere(config)}
    )
    return Holdout(
        older=config.model_copy(update={"data": data, "folder": folder}),
        newer=frame.iloc[rows[newer]].reset_index(drop=True),
        won=history.won[newer],
        closed=(history.won | history.lost)[newer],
    )


def _ids(frame: pd.DataFrame, column: str) -> pd.Index[str]:
    if column not in frame:
        return pd.Index([str(row) for row in range(1, len(frame) + 1)])
    return pd.Index(frame[column].astype("str").str.strip())


def _elsewhere(config: Config) -> dict[str, object]:
    """Return where the other tables are, seen from any folder."""
    data = config.data

    def absolute(source: FileOrDatabase | None) -> FileOrDatabase | None:
        if isinstance(source, Database):
            return source.below(config.folder)
        if source is None:
            return None
        if isinstance(source, list):
            return [str(config.path(path).resolve()) for path in source]
        path = str(config.path(source).resolve())
        return source.model_copy(update={"path": path}) if isinstance(source, Sheet) else path

    def moved(table: Table) -> Table:
        return table.model_copy(update={"path": absolute(table.path)})

    return {
        "outcomes": absolute(data.outcomes),
        "field_changes": absolute(data.field_changes),
        "handoffs": absolute(data.handoffs),
        "activities": [moved(table) for table in data.activities],
        "lookups": [moved(table) for table in data.lookups],
    }
