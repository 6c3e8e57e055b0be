"""The tables of a configuration, read, with every missing file and column reported at once."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path, PurePath

import pandas as pd

from features.io.databases import read_database
from features.io.files import read_table
from features.schema.activities import missing_columns
from features.schema.columns import ROW, columns_hint, named
from features.schema.dated_tables import FIELD_CHANGE, HANDOFF, columns_of_changes
from features.schema.lookups import LookupTable
from features.validation.faults import Faults
from leadgate.config import ActivityTable, Config
from leadgate.database import Database, FileOrDatabase


@dataclass(frozen=True)
class Source:
    """One table of the export: its name and what it holds, under the export's column names."""

    name: str
    frame: pd.DataFrame


@dataclass(frozen=True)
class Sources:
    """All tables of a configuration; the leads with their lookups joined.

    Without field changes or handoffs their tables are empty; without a table of outcomes there
    is none.
    """

    leads: Source
    lookups: list[LookupTable]
    activities: list[tuple[ActivityTable, Source]]
    field_changes: Source
    outcomes: Source | None
    handoffs: Source


def read_sources(config: Config) -> Sources:
    """Read every file and database table that the configuration names.

    Raises
    ------
    DataError
        Naming everything that cannot be read, and every missing column.
    ConfigError
        If a path or URL names an environment variable that is not set.
    """
    data, files = config.data, _Files(config)
    leads = files.read(data.leads, "leads")
    lookups = files.lookups()
    for lookup in lookups:
        with files.faults.collected():
            leads = Source(leads.name, lookup.join(leads.frame)) if leads else None
    outcomes = files.read(data.outcomes, "outcomes")
    sources = Sources(
        leads or Source("", pd.DataFrame()),
        lookups,
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
    changes = sources.field_changes
    files.check(changes, *columns_of_changes(changes.frame, data).names)
    files.check(sources.handoffs, *HANDOFF)
    files.faults.raise_any()
    return sources


def read_source(config: Config, source: FileOrDatabase, key: str) -> pd.DataFrame:
    """Read one table of a configuration as it stands.

    Parameters
    ----------
    source
        A file or a database.
    key
        Where the configuration names it, such as ``leads``, for messages.

    Raises
    ------
    DataError
        As `read_table` and `read_database`.
    ConfigError
        If it names an environment variable that is not set.
    """
    where, data = f"data.{key}", config.data
    if isinstance(source, Database):
        return read_database(config.url(source), source, where=where)
    return read_table(
        config.path(source), separator=data.separator, encoding=data.encoding, where=where
    )


def read_lookups(config: Config) -> list[LookupTable]:
    """Read the lookups of a configuration, to join them to leads that are to be scored.

    Raises
    ------
    DataError
        Naming everything that cannot be read.
    ConfigError
        As `read_source`.
    """
    files = _Files(config)
    tables = files.lookups()
    files.faults.raise_any()
    return tables


def name_of(source: FileOrDatabase, key: str) -> str:
    """Return how messages and the quarantine call a table: its file, its table, or its key."""
    if isinstance(source, Database):
        return source.table or f"query of data.{key}"
    return Path(source).name


def _stem(source: FileOrDatabase) -> str:
    if isinstance(source, Database):
        return (source.table or "lookup").rpartition(".")[2]
    return PurePath(source).name.split(".")[0]


def _empty(*columns: str) -> Source:
    return Source("", pd.DataFrame({name: pd.Series(dtype="str") for name in columns}))


class _Files:
    """Reads tables and checks their columns; keeps every fault."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.faults = Faults()
        self._named: dict[str, FileOrDatabase] = {}

    def read(self, source: FileOrDatabase | None, key: str) -> Source | None:
        """Read one table; None where none is configured, or where it is at fault."""
        if source is None:
            return None
        with self.faults.collected():
            frame = read_source(self.config, source, key)
            name = name_of(source, key)
            # Two folders may hold a file of one name.
            same = self._named.setdefault(name, source) == source
            return Source(name if same else _whole_name(source, key), frame)
        return None

    def lookups(self) -> list[LookupTable]:
        """Read the lookups that can be read."""
        tables = []
        for number, lookup in enumerate(self.config.data.lookups, start=1):
            source = self.read(lookup.path, f"lookups {number}")
            if source:
                table = LookupTable(source.name, _stem(lookup.path), lookup.key, source.frame)
                if lookup.key in source.frame.columns:
                    tables.append(table)
                self.check(source, lookup.key)
        return tables

    def check(self, source: Source, *names: str) -> None:
        """Keep a fault for each column that the table does not have."""
        columns = [str(name) for name in source.frame.columns]
        for name in dict.fromkeys(names):
            if name not in columns:
                close = get_close_matches(name, columns, n=1)
                hint = f"Did you mean {close[0]}?" if close else columns_hint(columns)
                message = f"{source.name}: there is no column {name}."
                self.faults.add(message, code="missing_column", hint=hint)


def _whole_name(source: FileOrDatabase, key: str) -> str:
    return f"{source.table} of data.{key}" if isinstance(source, Database) else source


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
