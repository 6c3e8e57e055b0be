"""The files of a configuration, read, with every missing file and column reported at once."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import pandas as pd

from features import lookups
from features.activity_table import missing_columns
from features.columns import ROW, named
from features.dated_tables import FIELD_CHANGE, HANDOFF
from features.readers import read_table
from features.refusals import Faults
from leadgate.config import ActivityTable, Config


@dataclass(frozen=True)
class Source:
    """One file of the export: its name and what it holds, under the export's column names."""

    name: str
    frame: pd.DataFrame


@dataclass(frozen=True)
class Sources:
    """All files of a configuration; the leads with their lookups joined.

    Without field changes or handoffs their tables are empty; without a table of outcomes there
    is none.
    """

    leads: Source
    activities: list[tuple[ActivityTable, Source]]
    field_changes: Source
    outcomes: Source | None
    handoffs: Source


def read_sources(config: Config) -> Sources:
    """Read every file that the configuration names.

    Raises
    ------
    DataError
        Naming every file that cannot be read, and every missing column.
    ConfigError
        If a path names an environment variable that is not set.
    """
    data, files = config.data, _Files(config)
    leads = files.read(data.leads, "leads")
    for number, lookup in enumerate(data.lookups, start=1):
        table = files.read(lookup.path, f"lookups {number}")
        if leads and table:
            with files.faults.collected():
                joined = lookups.join(leads.frame, table.frame, lookup.key, table.name)
                leads = Source(leads.name, joined)
    outcomes = files.read(data.outcomes, "outcomes")
    sources = Sources(
        leads or Source("", pd.DataFrame()),
        [
            (activities, source)
            for number, activities in enumerate(data.activities, start=1)
            if (source := files.read(activities.path, f"activities {number}"))
        ],
        files.read(data.field_changes, "field_changes") or _empty(*FIELD_CHANGE),
        outcomes,
        files.read(data.handoffs, "handoffs") or _empty(*HANDOFF),
    )
    if leads and leads.frame.empty:
        message = f"{leads.name}: there is no row below the header."
        files.faults.add(message, code="empty_file")
    if leads:
        files.check(leads, *_columns_of_leads(config, outcomes))
    for activity_table, source in sources.activities:
        files.check(source, *missing_columns(source.frame, activity_table))
    if outcomes and named(outcomes.frame, "lead_id") is None:
        files.check(outcomes, config.columns.lead_id)
    files.check(sources.field_changes, *FIELD_CHANGE)
    files.check(sources.handoffs, *HANDOFF)
    files.faults.refuse()
    return sources


def _empty(*columns: str) -> Source:
    return Source("", pd.DataFrame({name: pd.Series(dtype="str") for name in columns}))


class _Files:
    """Reads files and checks their columns; keeps every fault."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.faults = Faults()
        self._named: dict[str, Path] = {}

    def read(self, path: str | None, key: str) -> Source | None:
        if path is None:
            return None
        file, data = self.config.path(path), self.config.data
        with self.faults.collected():
            frame = read_table(
                file, separator=data.separator, encoding=data.encoding, where=f"data.{key}"
            )
            # Two folders may hold a file of one name.
            same = self._named.setdefault(file.name, file) == file
            return Source(file.name if same else path, frame)
        return None

    def check(self, source: Source, *names: str) -> None:
        columns = [str(name) for name in source.frame.columns]
        for name in dict.fromkeys(names):
            if name not in columns:
                close = get_close_matches(name, columns, n=1)
                hint = f"Did you mean {close[0]}?" if close else ""
                message = f"{source.name}: there is no column {name}."
                self.faults.add(message, code="missing_column", hint=hint)


def _columns_of_leads(config: Config, outcomes: Source | None) -> list[str]:
    """Return the columns that the table of leads must have.

    One that is listed as never a feature but is not there is a misspelling, and the column that
    was meant would become a feature.
    """
    columns = config.columns
    names = [columns.account_id, columns.created_at, columns.own_score, *columns.segments]
    names += [name for name in (columns.lead_id, columns.order) if name != ROW]
    listed = [*columns.after_outcome, *columns.personal, *columns.unknown]
    listed += [] if columns.creation == "rest" else columns.creation
    if config.data.outcomes is None:
        names += [columns.outcome, columns.closed_at, columns.amount]
    elif outcomes is None:
        listed = []
    else:
        listed = [name for name in listed if name not in outcomes.frame.columns]
    return [name for name in [*names, *listed] if name]
