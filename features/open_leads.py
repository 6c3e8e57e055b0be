"""The leads that are still open, as files for `leadgate score`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from features.parsing.ids import canonical_id
from features.pulled.description import description
from features.schema.sources import read_sources
from features.tables import load_tables
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


def write_open_leads(config: Config, folder: Path) -> OpenLeads:
    """Write the open leads of an export: their columns as the export names them.

    Raises
    ------
    DataError
        As `features.tables.load_tables`.
    """
    tables = load_tables(config)
    frame = read_sources(config).leads.frame
    closed = set(tables.outcomes["lead_id"])
    still_open = set(tables.leads["lead_id"]) - closed
    lead_id = config.columns.lead_id if config.columns.lead_id in frame else "lead_id"
    ids = frame[lead_id].map(canonical_id)
    still_open -= set(ids[_converted(config, frame)])
    open_rows = frame[ids.isin(still_open) & ~ids.duplicated()]
    folder.mkdir(parents=True, exist_ok=True)
    leads = folder / OPEN_LEADS
    open_rows.to_parquet(leads, index=False)
    return OpenLeads(
        leads,
        len(open_rows),
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
