"""A look at the data before training: what is there, what was rejected, what looks wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from features.crm.match import known_after_outcome, looks_overwritten
from features.crm.personal import personal
from features.parsing.times import iso
from features.parsing.values import only_thousands
from features.profiling.fill_pattern import revealed_by_filling
from features.schema.source import name_of
from features.tables import Tables, load_tables
from leadgate.arrays import Bools
from leadgate.config import Config
from leadgate.jsonfile import JsonValues

_NAMED = ("lead_id", "account_id", "created_at", "order")


@dataclass(frozen=True)
class CheckReport(JsonValues):
    """What a check of the data found.

    Attributes
    ----------
    rows, leads
        Rows of the table of leads, and the leads accepted from them.
    outcomes
        Number of leads ``won`` and ``lost``.
    open, unworked
        Leads without an outcome, and those of them that sales never worked.
    activities, field_changes, handoffs
        Accepted rows.
    data_from, data_until
        First creation and end of the data, ISO 8601; "" without dates.
    quarantined
        Rejected rows of all tables.
    quarantine
        For each table and reason ``{table, reason, rows}``.
    notes, suspects
        Plain sentences: what is worth knowing; which features look like leaks or personal data.
    """

    rows: int
    leads: int
    outcomes: dict[str, int]
    open: int
    unworked: int
    activities: int
    field_changes: int
    handoffs: int
    data_from: str
    data_until: str
    quarantined: int
    quarantine: list[dict[str, Any]]
    notes: list[str]
    suspects: list[str]


def check(config: Config, tables: Tables | None = None) -> CheckReport:
    """Read and validate the data of a configuration.

    Parameters
    ----------
    tables
        The data, where they are read already.

    Raises
    ------
    DataError
        Where the data cannot be used as a whole.
    """
    tables = load_tables(config) if tables is None else tables
    outcomes = tables.outcomes["outcome"].value_counts()
    closed = {kind: int(outcomes.get(kind, 0)) for kind in ("won", "lost")}
    history = tables.history()
    rejected = tables.quarantine.rows(name_of(config.data.leads, "leads"))
    return CheckReport(
        rows=len(tables.leads) + len(rejected),
        leads=len(tables.leads),
        outcomes=closed,
        open=len(tables.leads) - sum(closed.values()),
        unworked=int((~tables.outcomes["worked"]).sum()),
        activities=len(tables.activities),
        field_changes=len(tables.field_changes),
        handoffs=len(tables.handoffs),
        data_from=iso(int(history.created.min())) if tables.dated else "",
        data_until=iso(history.until) if tables.dated else "",
        quarantined=tables.quarantine.count,
        quarantine=[
            {"table": table, "reason": reason, "rows": count}
            for table, reason, count in tables.quarantine.summary()
        ],
        notes=[
            *(f"{question.sentence}." for question in config.questions),
            *_missing_kinds(closed),
            *_nothing_to_learn_from(config, tables),
            *_unread_numbers(tables),
            *tables.notes,
        ],
        suspects=list(_suspects(config, tables)),
    )


def _missing_kinds(closed: dict[str, int]) -> Iterator[str]:
    for kind, count in closed.items():
        if not count:
            yield (
                f"No lead is {kind}. See which values columns.{kind} names, and whether the export "
                "holds such leads."
            )


def _nothing_to_learn_from(config: Config, tables: Tables) -> Iterator[str]:
    features = {*tables.leads.columns} - {*_NAMED} - config.columns.never_features()
    if not features and tables.activities.empty:
        yield (
            "Nothing distinguishes the leads: no column is a feature, and there are no activities."
        )


def _unread_numbers(tables: Tables) -> Iterator[str]:
    for name in tables.leads.columns:
        values = tables.leads[name]
        if name in _NAMED:
            continue
        distinct = pd.Series(values.unique())
        count = int(values.isin(distinct[distinct.map(only_thousands)]).sum())
        if count:
            yield (
                f"{name}: {count:,} {'value is' if count == 1 else 'values are'} no number here, "
                "because separators such as those in 1.234.567 or 1,234 can mean thousands or "
                "decimals. Export the column without them."
            )


def _suspects(config: Config, tables: Tables) -> Iterator[str]:
    named = {*_NAMED, config.columns.own_score}
    ended = _ended(tables)
    for name in tables.leads.columns:
        if name in named:
            continue
        values = pd.Series(tables.leads[name].unique())
        filled = (tables.leads[name] != "").to_numpy(dtype=bool)
        after = known_after_outcome(name) or revealed_by_filling(filled, ended)
        private = personal(name, values[values != ""])
        if after:
            yield f"{name} is a feature, but {after}: list it in columns.after_outcome."
        elif private:
            why = f"looks personal ({private})"
            yield f"{name} is a feature, but {why}: list it in columns.personal."
        elif looks_overwritten(name) and name not in set(tables.field_changes["field"]):
            yield (
                f"{name} is a feature, but by its name holds what is true today: list it in "
                "columns.unknown unless it is as it was at creation."
            )


def _ended(tables: Tables) -> dict[str, Bools]:
    outcomes = tables.outcomes.set_index("lead_id").reindex(tables.leads["lead_id"])
    named = {"won leads": "won", "lost leads": "lost"}
    ended = {words: (outcomes["outcome"] == kind).to_numpy() for words, kind in named.items()}
    return ended | {"leads never worked": outcomes["worked"].eq(False).to_numpy()}
