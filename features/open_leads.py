"""The leads that are still open, as files for `leadgate score`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from features.parsing.ids import id_column
from features.pulled.description import description
from features.schema.columns import named
from features.schema.source import read_source
from features.tables import Tables, load_tables
from leadgate.config import Config

OPEN_LEADS = "open_leads.parquet"


@dataclass(frozen=True)
class OpenLeads:
    """Files of open leads, of their activities and of their changes; None where there are none."""

    leads: Path
    rows: int
    activities: Path | None
    field_changes: Path | None

    def arguments(self) -> list[str]:
        """Return what ``leadgate score`` is given."""
        rest = [("--activities", self.activities), ("--field-changes", self.field_changes)]
        return [str(self.leads), *(part for name, p in rest if p for part in (name, str(p)))]


def open_rows(config: Config, tables: Tables) -> pd.DataFrame:
    """Return the rows of the leads' table, as they were read, whose lead neither won nor lost.

    The index holds the lead ids.
    """
    history = tables.history()
    ids = history.lead_ids[~(history.won | history.lost)].astype(str)
    leads = read_source(config, config.data.leads, "leads").accepted
    name = named(leads, config.columns.lead_id, "lead_id")
    own = np.arange(1, len(leads) + 1) if name is None else id_column(leads[name])
    leads = leads.set_axis(pd.Index(np.asarray(own).astype(str), name=None), axis=0)
    return leads[leads.index.isin(ids)]


def write_open_leads(config: Config, folder: Path) -> OpenLeads:
    """Write the open leads of an export that nobody works: their columns as the export names them.

    A lead that sales works already, or that was converted, has been decided on. What is personal is
    left out.

    Raises
    ------
    DataError
        As `features.tables.load_tables`.
    """
    tables = load_tables(config)
    rows = open_rows(config, tables)
    worked = tables.handoffs.loc[tables.handoffs["first_worked_at"].notna(), "lead_id"]
    rows = rows[~(_converted(config, rows) | rows.index.isin(worked) | rows.index.duplicated())]
    rows = rows.drop(columns=rows.columns.intersection(config.columns.personal))
    still_open = set(rows.index)
    folder.mkdir(parents=True, exist_ok=True)
    leads = folder / OPEN_LEADS
    rows.to_parquet(leads, index=False)
    return OpenLeads(
        leads,
        len(rows),
        _table(tables.activities, still_open, folder / "activities.parquet"),
        _table(tables.field_changes, still_open, folder / "field_changes.parquet"),
    )


def _converted(config: Config, frame: pd.DataFrame) -> pd.Series:
    """Whether each lead was converted: its deal goes on, and no CRM takes a decision for it."""
    column = description(config.crm.name).leads.converted_at if config.crm else ""
    if column not in frame:
        return pd.Series(False, index=frame.index)
    return frame[column].notna() & frame[column].astype(str).str.strip().ne("")


def _table(rows: pd.DataFrame, leads: set[str], path: Path) -> Path | None:
    kept = rows[rows["lead_id"].isin(leads)] if len(rows) else rows
    if kept.empty:
        return None
    kept.to_parquet(path, index=False)
    return path
