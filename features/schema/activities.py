"""Tables of activities: an export's columns under canonical names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from features.parsing.categorical import Categorical
from features.schema.canonical import ACTIVITIES, complete
from features.schema.columns import ColumnReader
from features.validation.faults import Faults, repeated
from leadgate.arrays import Bools
from leadgate.config import ActivityTable, Data

_OPTIONAL = tuple(column.name for column in ACTIVITIES.columns if not column.needed)
CANONICAL = ActivityTable.model_validate({"path": "", **{name: name for name in _OPTIONAL}})


def activities_from_frame(
    frame: pd.DataFrame,
    tables: Sequence[ActivityTable],
    data: Data,
    *,
    where: str = "activities",
    faults: Faults | None = None,
) -> tuple[pd.DataFrame, Faults]:
    """Bring activities to canonical names.

    Parameters
    ----------
    frame
        One row per activity.
    tables
        The tables of the configuration; the first whose columns are there says what they mean,
        else the canonical names do.
    data
        How the export is written.
    where, faults
        As in `features.schema.columns.ColumnReader`.

    Returns
    -------
    activities : DataFrame
        `Place.ROW` (1 for the first row of `frame`), ``lead_id``, ``occurred_at``, ``recorded_at``
        (datetime64[us, UTC]; where unknown ``occurred_at``), ``type``, ``value`` (float64),
        ``channel`` and ``content`` (text, ``""`` where missing).
        Only the accepted rows, in the order of `frame`.
    faults : Faults
        The rejected rows of `frame`, each with its reason.

    Raises
    ------
    DataError
        ``missing_column`` or ``ambiguous_dates``.
    """
    table = next((t for t in tables if _fits(frame, t)), None)
    if table is None:
        table = CANONICAL if _fits(frame, CANONICAL) or not tables else tables[0]
    if _one_type(frame, table):
        frame = frame.assign(**{table.type: table.prefix})
        table = table.model_copy(update={"prefix": ""})
    reader = ColumnReader(frame, data, where, faults)
    names = {name: getattr(table, name) for name in ACTIVITIES.names}
    activities = reader.read(ACTIVITIES, names)
    activities["type"] = _prefixed(activities["type"], table.prefix)
    reader.faults.reject(_seen_before(reader, activities), "it is a duplicate")
    del activities["activity_id"]
    return reader.accepted(complete(ACTIVITIES, activities))


def missing_columns(frame: pd.DataFrame, table: ActivityTable) -> list[str]:
    """Return the columns that the configuration names and the file lacks."""
    names = [table.lead_id, table.occurred_at, table.recorded_at, table.value]
    names += [table.channel, table.content, table.activity_id]
    names += [] if _one_type(frame, table) else [table.type]
    return [name for name in names if name and name not in frame.columns]


def _fits(frame: pd.DataFrame, table: ActivityTable) -> bool:
    typed = table.type in frame.columns or _one_type(frame, table)
    return typed and {table.lead_id, table.occurred_at} <= set(frame.columns)


def _one_type(frame: pd.DataFrame, table: ActivityTable) -> bool:
    """Whether every row is the same activity, which then bears the prefix as its name."""
    return bool(table.prefix) and table.type == CANONICAL.type and table.type not in frame.columns


def _prefixed(types: Categorical, prefix: str) -> Categorical:
    if not prefix:
        return types
    return Categorical(types.codes, tuple(f"{prefix}_{name}" for name in types.texts))


def _seen_before(reader: ColumnReader, activities: dict[str, Any]) -> Bools:
    """Mark repeats of kept activities: of one id, or without ids the same in everything."""
    kept = reader.faults.kept
    own: Categorical = activities["activity_id"]
    has_id = ~own.missing()
    same_id = repeated(pd.Series(own.codes), kept & has_id)
    texts = {name: activities[name].codes for name in ("lead_id", "type", "channel", "content")}
    stated = pd.DataFrame({**texts, "occurred_at": activities["occurred_at"]})
    return np.where(has_id, same_id, repeated(stated, kept & ~has_id))
