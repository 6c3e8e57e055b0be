"""The tables of a configuration, read, with every missing file and column reported at once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from difflib import get_close_matches

import pandas as pd

from features.io.raw_table import RawTable
from features.schema.activities import missing_columns
from features.schema.columns import ROW, columns_hint, named
from features.schema.dated_tables import (
    FIELD_CHANGE,
    HANDOFF,
    columns_of_changes,
    columns_of_handoffs,
)
from features.schema.deleted import living_rows, merged_leads
from features.schema.lookups import LookupTable
from features.schema.source import Source, name_of, read_source, stem_of, whole_name
from features.schema.wide import one_table_a_type, wide_columns
from features.validation.faults import Faults
from leadgate.config import ActivityTable, Columns, Config, Data
from leadgate.database import FileOrDatabase


@dataclass(frozen=True)
class Sources:
    """All tables of a configuration; the leads with their lookups joined.

    Without field changes or handoffs their tables are empty; without a table of outcomes there
    is none. Deleted records are rejected, and what is about a merged one is about its lead. A wide
    table of activities is one for each of its types. The notes say how the files are written.
    """

    leads: Source
    lookups: list[LookupTable]
    activities: list[tuple[ActivityTable, Source]]
    field_changes: Source
    outcomes: Source | None
    handoffs: Source
    notes: list[str] = field(default_factory=list)


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
            leads = leads and _joined(leads, lookup)
    outcomes = files.read(data.outcomes, "outcomes")
    activities = [
        (table, source)
        for number, table in enumerate(data.activities, start=1)
        if (source := files.read(table.path, f"activities {number}"))
    ]
    changes = files.read(data.field_changes, "field_changes") or _empty(*FIELD_CHANGE)
    handoffs = files.read(data.handoffs, "handoffs") or _empty(*HANDOFF)
    if leads:
        _check_leads(files, leads, outcomes)
    for table, source in activities:
        wide = wide_columns(table) if table.types else missing_columns(source.frame, table)
        files.check(source, *wide)
    if outcomes and (data.outcome_lead_id or named(outcomes.frame, "lead_id") is None):
        files.check(outcomes, data.outcome_lead_id or config.columns.lead_id)
    files.check(changes, *columns_of_changes(changes.frame, data).names)
    files.check(handoffs, *_needed_of_handoffs(handoffs, data))
    files.faults.raise_any()
    leads = leads or _empty()
    sources = Sources(leads, lookups, activities, changes, outcomes, handoffs, files.notes)
    return _of_living_leads(config, sources)


def _check_leads(files: _Files, leads: Source, outcomes: Source | None) -> None:
    if leads.frame.empty:
        message = f"{leads.name}: there is no row below the header."
        files.faults.add(message, code="empty_file")
    files.check(leads, *_columns_of_leads(files.config, outcomes))


def _joined(leads: Source, lookup: LookupTable) -> Source:
    return replace(leads, raw=replace(leads.raw, frame=lookup.join(leads.frame)))


def _of_living_leads(config: Config, sources: Sources) -> Sources:
    """Leave deleted records out, follow the merged ones, and part wide tables of activities."""
    columns, data = config.columns, config.data
    leads, merges = merged_leads(sources.leads.raw, columns, data)

    def living(source: Source, lead_id: str) -> Source:
        return replace(source, raw=living_rows(source.raw, lead_id, merges, config.columns, data))

    changes, outcomes, handoffs = sources.field_changes, sources.outcomes, sources.handoffs
    activities = [
        (part, replace(source, raw=raw))
        for table, source in sources.activities
        for part, raw in one_table_a_type(table, living(source, table.lead_id).raw, data)
    ]
    return replace(
        sources,
        leads=replace(sources.leads, raw=leads),
        activities=activities,
        field_changes=living(changes, columns_of_changes(changes.frame, data).lead_id),
        outcomes=outcomes and living(outcomes, _lead_id_of(outcomes, columns, data)),
        handoffs=living(handoffs, columns_of_handoffs(handoffs.frame, data)["lead_id"]),
    )


def _needed_of_handoffs(handoffs: Source, data: Data) -> list[str]:
    """Return the columns that a table of handoffs must have, and those that are configured."""
    names = columns_of_handoffs(handoffs.frame, data)
    return [given for name, given in names.items() if name in HANDOFF or given != name]


def _lead_id_of(outcomes: Source, columns: Columns, data: Data) -> str:
    return named(outcomes.frame, data.outcome_lead_id, columns.lead_id) or "lead_id"


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


def _empty(*columns: str) -> Source:
    return Source("", RawTable.of(pd.DataFrame({name: pd.Series(dtype="str") for name in columns})))


class _Files:
    """Reads tables and checks their columns; keeps every fault."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.faults = Faults()
        self.notes: list[str] = []
        self._named: dict[str, FileOrDatabase] = {}

    def read(self, source: FileOrDatabase | None, key: str) -> Source | None:
        """Read one table; None where none is configured, or where it is at fault."""
        if source is None:
            return None
        with self.faults.collected():
            raw = read_source(self.config, source, key)
            self.notes += raw.notes
            name = name_of(source, key)
            # Two folders may hold a file of one name.
            same = self._named.setdefault(name, source) == source
            return Source(name if same else whole_name(source, key), raw, raw.files)
        return None

    def lookups(self) -> list[LookupTable]:
        """Read the lookups that can be read."""
        tables = []
        for number, lookup in enumerate(self.config.data.lookups, start=1):
            source = self.read(lookup.path, f"lookups {number}")
            if source:
                stem, raw = stem_of(lookup.path), source.raw
                table = LookupTable(source.name, stem, lookup.key, raw.frame, raw.faults)
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


def _columns_of_leads(config: Config, outcomes: Source | None) -> list[str]:
    """Return the columns that the table of leads must have.

    One that is listed as never a feature but is not there is a misspelling, and the column that
    was meant would become a feature.
    """
    columns = config.columns
    names = [columns.account_id, columns.created_at, columns.own_score, *columns.segments]
    names += [name for name in (columns.lead_id, columns.order) if name != ROW]
    names += [columns.merged_into, columns.merged_from]
    names += [rule.column for rule in config.policy.rules.stated.values()]
    names += [columns.deleted.column] if columns.deleted else []
    listed = [*columns.after_outcome, *columns.personal, *columns.unknown]
    listed += [] if columns.creation == "rest" else columns.creation
    if config.data.outcomes is None:
        names += [columns.outcome, columns.closed_at, columns.amount]
    elif outcomes is None:
        listed = []
    else:
        listed = [name for name in listed if name not in outcomes.frame.columns]
    return [name for name in [*names, *listed] if name]
