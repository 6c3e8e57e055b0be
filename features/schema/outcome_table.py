"""Tables of outcomes: what became of each lead, under canonical names."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from features.parsing.categorical import Categorical
from features.parsing.ids import id_column
from features.parsing.times import NAT
from features.parsing.values import to_text
from features.schema.canonical import CLOSED, OUTCOMES
from features.schema.columns import ColumnReader, lead_ids, named, needed
from features.schema.flags import flag, flagged
from features.validation.faults import Faults
from leadgate.arrays import Bools, Ints, Texts
from leadgate.config import Columns, Data, Flag
from leadgate.errors import DataError


def outcomes_from_frame(
    frame: pd.DataFrame,
    columns: Columns,
    data: Data,
    *,
    canonical: bool,
    where: str = "outcomes",
    faults: Faults | None = None,
    ids: Texts | None = None,
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
    ids
        The lead of each row, where they are read already.

    Returns
    -------
    outcomes : DataFrame
        `Place.ROW` (1 for the first row of the table), ``lead_id``, ``outcome`` (``"won"``,
        ``"lost"``, or ``""`` for a lead never worked), ``closed_at``, ``recorded_at``
        (datetime64[us, UTC]; of a loss ``closed_at`` may be a forecast), ``amount`` (float64),
        ``worked``. Open and rejected leads have no row.
    faults : Faults
        The rejected rows of the table, each with its reason.

    Raises
    ------
    DataError
        ``missing_column`` or ``ambiguous_dates``.
    """
    reader = ColumnReader(frame, data, where, faults)
    if ids is None and data.outcome_lead_id in frame:
        ids = id_column(frame[data.outcome_lead_id], data.missing)
    if ids is None:
        ids = lead_ids(frame, columns, data, where=where)
    values = {"lead_id": reader.leads(ids), **outcome_columns(reader, columns, canonical=canonical)}
    return reader.accepted(values, among=~values["outcome"].missing() | ~values["worked"])


def outcome_columns(reader: ColumnReader, columns: Columns, *, canonical: bool) -> dict[str, Any]:
    """Return the columns of `OUTCOMES` but the lead, and reject the rows that cannot be.

    Arguments and values as in `outcomes_from_frame`, before rows are left out.
    """

    def column(configured: str | None, name: str) -> str | None:
        return named(reader.frame, configured, name if canonical else None)

    outcome, worked = _kinds(reader, columns)
    if columns.closed and (not canonical or columns.closed.column in reader.frame):
        outcome = outcome.kept(_ended(reader, columns.closed))
    worked &= reader.flags(OUTCOMES["worked"], column(None, "worked"))
    closed, lost = ~outcome.missing(), outcome.where(lambda text: text == "lost")
    closed_at = reader.times(column(columns.closed_at, "closed_at"), among=closed, forecasts=lost)
    recorded_at = reader.times(column(None, "recorded_at"), among=closed)
    return {
        "outcome": outcome,
        "closed_at": np.where(closed, closed_at, NAT),
        "recorded_at": np.where(closed, recorded_at, NAT),
        "amount": reader.numbers(column(columns.amount, "amount")),
        "worked": worked,
    }


def _ended(reader: ColumnReader, closed: Flag) -> Bools:
    """Return which leads have ended."""
    name = needed(reader.frame, closed.column, where=reader.where)
    return flagged(reader.frame[name], closed)


def _kinds(reader: ColumnReader, columns: Columns) -> tuple[Categorical, Bools]:
    """Return the outcome of each row, and whether sales worked its lead."""
    frame, n = reader.frame, len(reader.frame)
    if columns.outcome is None and not columns.won and named(frame, "outcome") is None:
        return Categorical(np.zeros(n, dtype=np.int32), ("won",)), np.ones(n, dtype=bool)
    name = needed(frame, columns.outcome, "outcome", where=reader.where)
    if columns.won or columns.lost or columns.unworked:
        text = reader.category(name)
        unworked = frozenset(words(columns.unworked))
        kind = text.renamed(_meaning(columns, unworked))
        return kind, text.where(lambda text: text not in unworked)
    kind = reader.words(OUTCOMES["outcome"], name)
    closed = kind.renamed(lambda word: word if word in CLOSED else "")
    return closed, np.ones(n, dtype=bool)


def _meaning(columns: Columns, unworked: Collection[str]) -> Callable[[str], str]:
    """Return what tells the outcome by a value, where the configuration says which mean what."""
    won = frozenset(words(columns.won or ["won"]))
    rest = columns.lost == "rest"
    lost = frozenset(() if rest else words(columns.lost or ([] if columns.won else ["lost"])))

    def meaning(text: str) -> str:
        if text in won:
            return "won"
        return "lost" if text in lost or (rest and text not in unworked) else ""

    return meaning


@dataclass(frozen=True)
class Closings:
    """What leads that are to be scored say of their own end; each has an entry for every row.

    Attributes
    ----------
    outcome
        ``"won"``, ``"lost"``, or ``""`` where a lead does not say that it has ended.
    closed_at
        Microseconds since the epoch, UTC; `NAT` where it is not known.
    """

    outcome: Categorical
    closed_at: Ints


def closings(frame: pd.DataFrame, columns: Columns, data: Data) -> Closings | None:
    """Return which leads say that they have ended; None where their outcome is not among them.

    A mere "no", and what is lost because it is not won, is said of leads that are open, too: it
    counts only where a column says which leads have ended.

    Parameters
    ----------
    frame
        Leads under the export's column names.
    columns, data
        What they mean in the table of leads that was trained with, and how it is written.
    """
    if columns.outcome not in frame or data.outcomes is not None:
        return None
    reader = ColumnReader(frame, data, "leads", future=True)
    outcome = _kinds(reader, columns)[0]
    ended = columns.closed is not None and columns.closed.column in frame
    if columns.closed and ended:
        outcome = outcome.kept(_ended(reader, columns.closed))
    else:
        text = reader.category(columns.outcome)
        rest, lost = columns.lost == "rest", outcome.where(lambda kind: kind == "lost")
        said = text.where(lambda word: not rest and word != "" and flag(word) is None)
        outcome = outcome.kept(~lost | said)
    closed_at = np.full(len(frame), NAT)
    # How it is written need not be known: it is no column of new leads.
    with suppress(DataError):
        closed_at = reader.times(named(frame, columns.closed_at))
    return Closings(outcome, closed_at)


def words(values: Collection[str]) -> list[str]:
    """Return values named in the configuration as they stand in canonical text."""
    return [to_text(value) for value in values]
