"""`[data]`: where the export lies and how it is written."""

from __future__ import annotations

from pydantic import Field

from leadgate.config.base import Section
from leadgate.database import FileOrDatabase


class ActivityTable(Section):
    """One table of activities: which column names what."""

    path: FileOrDatabase
    lead_id: str = "lead_id"
    type: str = "type"
    occurred_at: str = "occurred_at"
    recorded_at: str | None = None
    value: str | None = None
    channel: str | None = None
    content: str | None = None
    activity_id: str | None = None
    prefix: str = ""


class Lookup(Section):
    """Attributes of the account or contact, joined to the leads by `key`."""

    path: FileOrDatabase
    key: str


class FieldChangeColumns(Section):
    """Which column of the table of field changes names what."""

    lead_id: str = "lead_id"
    field: str = "field"
    value: str = "value"
    changed_at: str = "changed_at"
    old_value: str | None = None

    @property
    def names(self) -> list[str]:
        """The columns that the table must have."""
        columns = [self.lead_id, self.field, self.value, self.changed_at, self.old_value]
        return [name for name in columns if name]


class OutcomeActivities(Section):
    """Activity types that are the outcome."""

    won: list[str] = Field(min_length=1)
    lost: list[str] = []


class Data(Section):
    """Where the export lies and how it is written."""

    leads: FileOrDatabase
    outcomes: FileOrDatabase | None = None
    field_changes: FileOrDatabase | None = None
    field_change_columns: FieldChangeColumns = FieldChangeColumns()
    handoffs: FileOrDatabase | None = None
    timezone: str = "UTC"
    date_format: str = "auto"
    separator: str = "auto"
    encoding: str = "auto"
    until: str = "auto"
    missing: list[str] = []
    sales_types: list[str] = []
    whole_accounts: bool = False
    activities: list[ActivityTable] = []
    lookups: list[Lookup] = []
    outcome_activities: OutcomeActivities | None = None
