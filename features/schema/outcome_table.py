"""Tables of outcomes: what became of each lead, under canonical names."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from features.parsing.times import NAT, timestamps
from features.parsing.values import to_text
from features.schema.columns import ColumnReader, lead_ids, named, needed, texts
from features.validation.faults import Faults
from leadgate.arrays import Bools, Texts
from leadgate.config import Columns, Data


def outcomes_from_frame(
    frame: pd.DataFrame,
    columns: Columns,
    data: Data,
    *,
    canonical: bool,
    where: str = "outcomes",
    faults: Faults | None = None,
) -> tuple[pd.DataFrame, Faults]:
    """Bring outcomes to canonical names.

    Parameters
    ----------
    frame
        Outcomes, or leads with a column of them. A table of its own without it holds wins only.
    columns, data
        What the export's columns mean and how it is written.
    canonical
        Canonical names are understood too (a table of its own).
    where, faults
        As in `features.schema.columns.ColumnReader`.

    Returns
    -------
    outcomes : DataFrame
        ``row`` (1 for the first row of the table), ``lead_id``, ``outcome`` (``"won"``,
        ``"lost"``, or ``""`` for a lead never worked), ``closed_at``, ``recorded_at``
        (datetime64[us, UTC], ``closed_at`` where unknown), ``amount`` (float64), ``worked``.
        Open and rejected leads have no row.
    faults : Faults
        The rejected rows of the table, each with its reason.

    Raises
    ------
    DataError
        ``missing_column`` or ``ambiguous_dates``.
    """

    def column(configured: str | None, name: str) -> str | None:
        return named(frame, configured, name if canonical else None)

    reader = ColumnReader(frame, data, where, faults)
    ids = reader.leads(lead_ids(frame, columns, data, where=where))
    outcome, worked = _kinds(frame, columns, data, where)
    worked &= ~np.isin(reader.texts(column(None, "worked")), ["false", "0", "no"])
    has_outcome = outcome != ""
    closed = reader.times(column(columns.closed_at, "closed_at"), among=has_outcome)
    recorded = reader.times(column(None, "recorded_at"), among=has_outcome)
    recorded = np.where(recorded == NAT, closed, recorded)
    outcomes, rejected = reader.accepted(
        {
            "lead_id": ids,
            "outcome": outcome,
            "closed_at": timestamps(np.where(has_outcome, closed, NAT)),
            "recorded_at": timestamps(np.where(has_outcome, recorded, NAT)),
            "amount": reader.numbers(column(columns.amount, "amount")),
            "worked": worked,
        }
    )
    reported = outcomes[(outcomes["outcome"] != "") | ~outcomes["worked"]]
    return reported.reset_index(drop=True), rejected


def _kinds(frame: pd.DataFrame, columns: Columns, data: Data, where: str) -> tuple[Texts, Bools]:
    """Return the outcome of each row, and whether sales worked its lead."""
    if columns.outcome is None and not columns.won and named(frame, "outcome") is None:
        return np.full(len(frame), "won", dtype=object), np.ones(len(frame), dtype=bool)
    text = texts(frame, needed(frame, columns.outcome, "outcome", where=where), data)
    won = np.isin(text, words(columns.won or ["won"]))
    worked = ~np.isin(text, words(columns.unworked))
    if columns.lost == "rest":
        lost = ~won & worked
    else:
        lost = np.isin(text, words(columns.lost or ([] if columns.won else ["lost"])))
    return np.where(won, "won", np.where(lost, "lost", "")).astype(object), worked


def words(values: Collection[str]) -> list[str]:
    """Return values named in the configuration as they stand in canonical text."""
    return [to_text(value) for value in values]
