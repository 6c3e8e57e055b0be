"""The activities of leads that come as one JSON column beside their fields."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from leadgate.errors import DataError

COLUMN = "activities"


def split_activities(
    rows: pd.DataFrame, ids: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Part leads from their activities.

    Parameters
    ----------
    rows
        One row per lead; in its column ``activities``, where there is one, a list of objects, or
        its JSON text, each as ``POST /v1/activities`` takes it: ``type``, ``occurred_at``,
        ``recorded_at?``, ``value?``, ``channel?``, ``content?``, ``activity_id?``. Missing or
        empty: the lead did nothing.
    ids
        The lead id of each row.

    Returns
    -------
    leads : DataFrame
        `rows` without that column.
    activities : DataFrame or None
        One row per activity, with ``lead_id``; None without that column.

    Raises
    ------
    DataError
        ``bad_activities``: a cell is no list of objects; names the first such row.
    """
    if COLUMN not in rows.columns:
        return rows, None
    records = [
        {**record, "lead_id": lead_id}
        for number, (lead_id, cell) in enumerate(zip(ids, rows[COLUMN], strict=True), start=1)
        for record in _records(cell, number)
    ]
    table = pd.DataFrame(records, dtype=object) if records else None
    if table is None:
        table = pd.DataFrame({"lead_id": [], "type": [], "occurred_at": []}, dtype="str")
    return rows.drop(columns=COLUMN), table


def _records(cell: object, number: int) -> list[Mapping[str, Any]]:
    if isinstance(cell, str):
        try:
            cell = json.loads(cell.strip() or "[]")
        except ValueError:
            raise _fault(number) from None
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return []
    if isinstance(cell, np.ndarray):
        # So a list column of Parquet comes.
        cell = cell.tolist()
    if isinstance(cell, str) or not isinstance(cell, Sequence):
        raise _fault(number)
    records = [record for record in cell if isinstance(record, Mapping)]
    if len(records) < len(cell):
        raise _fault(number)
    return records


def _fault(number: int) -> DataError:
    return DataError(
        f"Row {number}: {COLUMN} is no list of objects.",
        code="bad_activities",
        hint='Give JSON such as [{"type": "visit", "occurred_at": "2026-01-02T03:04:05Z"}].',
    )
