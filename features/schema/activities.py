"""Tables of activities: an export's columns under canonical names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.parsing.categorical import Categorical
from features.parsing.ids import id_column
from features.parsing.times import NAT, timestamps
from features.schema.columns import ColumnReader, named, needed, texts
from features.validation.faults import Faults, repeated
from leadgate.arrays import Bools, Texts
from leadgate.config import ActivityTable, Data

CANONICAL = ActivityTable(
    path="",
    recorded_at="recorded_at",
    value="value",
    channel="channel",
    content="content",
    activity_id="activity_id",
)


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
        ``row`` (1 for the first row of `frame`), ``lead_id``, ``occurred_at``, ``recorded_at``
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
    reader = ColumnReader(frame, data, where, faults)
    ids = id_column(frame[needed(frame, table.lead_id, where=where)], data.missing)
    types = _types(frame, table, data, where)
    reader.leads(ids)
    reader.faults.reject(types == "", "it has no type")
    occurred = reader.times(needed(frame, table.occurred_at, where=where), needed=True)
    recorded = reader.times(named(frame, table.recorded_at))
    recorded = np.where(recorded == NAT, occurred, recorded)
    stated = {"lead_id": ids, "type": types, "occurred": occurred}
    reader.faults.reject(_seen_before(reader, table, stated), "it is a duplicate")
    return reader.accepted(
        {
            "lead_id": ids,
            "occurred_at": timestamps(occurred),
            "recorded_at": timestamps(recorded),
            "type": types,
            "value": reader.numbers(named(frame, table.value)),
            "channel": reader.texts(named(frame, table.channel)),
            "content": reader.texts(named(frame, table.content)),
        }
    )


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


def _types(frame: pd.DataFrame, table: ActivityTable, data: Data, where: str) -> Texts:
    if _one_type(frame, table):
        return np.full(len(frame), table.prefix, dtype=object)
    types = Categorical.of(texts(frame, needed(frame, table.type, where=where), data))
    prefix = f"{table.prefix}_" if table.prefix else ""
    prefixed = tuple(f"{prefix}{name}" if name else "" for name in types.texts)
    return Categorical(types.codes, prefixed).column()


def _seen_before(
    reader: ColumnReader, table: ActivityTable, stated: dict[str, NDArray[Any]]
) -> Bools:
    """Mark repeats of kept activities: of one id, or without ids the same in everything."""
    frame, kept = reader.frame, reader.faults.kept
    for name in ("channel", "content"):
        column = named(frame, getattr(table, name))
        if column:
            stated = {**stated, name: frame[column].to_numpy()}
    own = reader.texts(named(frame, table.activity_id))
    same_id = repeated(pd.Series(own), kept & (own != ""))
    return np.where(own == "", repeated(pd.DataFrame(stated), kept & ~same_id), same_id)
