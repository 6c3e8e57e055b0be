"""`[data]`: where the export lies and how it is written."""

from __future__ import annotations

from pydantic import Field

from leadgate.config.base import Section
from leadgate.database import FileOrDatabase


class ActivityTable(Section):
    """One table of activities: which column names what."""

    path: FileOrDatabase = Field(
        description="The file, or a table or query of a database.", examples=["touches.parquet"]
    )
    lead_id: str = Field(
        default="lead_id", description="Column: whose activity it is.", examples=["WhoId"]
    )
    type: str = Field(
        default="type",
        description="Column that names the activity; left out with a `prefix`: every row is the "
        "same activity, named by the prefix.",
        examples=["touch_type"],
    )
    occurred_at: str = Field(
        default="occurred_at", description="Column: when it happened.", examples=["touch_timestamp"]
    )
    recorded_at: str | None = Field(
        default=None,
        description="Column: when the CRM got to know of it; it counts from then on. Left out: "
        "when it happened.",
        examples=["imported_at"],
    )
    value: str | None = Field(
        default=None,
        description="Column of a number, such as minutes or pages.",
        examples=["page_views"],
    )
    channel: str | None = Field(
        default=None,
        description="Column: where it happened, such as web or email.",
        examples=["channel"],
    )
    content: str | None = Field(
        default=None, description="Column: the page, form or campaign.", examples=["campaign"]
    )
    activity_id: str | None = Field(
        default=None,
        description="Column that distinguishes activities which are equal in everything else.",
        examples=["touch_id"],
    )
    prefix: str = Field(
        default="", description="Stands before the types of this table.", examples=["touch"]
    )


class Lookup(Section):
    """Attributes of the account or contact, joined to the leads by `key`."""

    path: FileOrDatabase = Field(
        description="The file, or a table or query of a database.", examples=["accounts.parquet"]
    )
    key: str = Field(
        description="The column that the leads and this table share.", examples=["account_id"]
    )


class FieldChangeColumns(Section):
    """Which column of the table of field changes names what."""

    lead_id: str = Field(default="lead_id", description="Whose field changed.", examples=["LeadId"])
    field: str = Field(default="field", description="The name of the field.", examples=["Field"])
    value: str = Field(default="value", description="Its new value.", examples=["NewValue"])
    changed_at: str = Field(
        default="changed_at", description="When it changed.", examples=["CreatedDate"]
    )
    old_value: str | None = Field(
        default=None,
        description="Its value before: what the field was until its first change.",
        examples=["OldValue"],
    )

    @property
    def names(self) -> list[str]:
        """The columns that the table must have."""
        columns = [self.lead_id, self.field, self.value, self.changed_at, self.old_value]
        return [name for name in columns if name]


class OutcomeActivities(Section):
    """Activity types that are the outcome."""

    won: list[str] = Field(
        min_length=1, description="Types that are a win.", examples=[["A_ACTIVATED"]]
    )
    lost: list[str] = Field(
        default=[], description="Types that are a loss.", examples=[["A_DECLINED", "A_CANCELLED"]]
    )


class Data(Section):
    """Where the export lies and how it is written."""

    leads: FileOrDatabase = Field(
        description="One row a lead, with its fields as of today.", examples=["leads.csv"]
    )
    outcomes: FileOrDatabase | None = Field(
        default=None,
        description="Wins and losses, where they are not a column of the leads: `lead_id`, "
        "`outcome`, `closed_at?`, `amount?`, `worked?`, `recorded_at?`, or the names under "
        "`[columns]`. Without a column of outcomes every row is a win.",
        examples=["deals.csv"],
    )
    field_changes: FileOrDatabase | None = Field(
        default=None,
        description="The history of the fields, so that each counts as it was at the time.",
        examples=["lead_history.csv"],
    )
    field_change_columns: FieldChangeColumns = Field(
        default=FieldChangeColumns(),
        description="The columns of that table, where they have other names.",
        examples=[{"field": "Field", "value": "NewValue"}],
    )
    handoffs: FileOrDatabase | None = Field(
        default=None,
        description="When leads were given to sales: `lead_id`, `handed_off_at`, "
        "`first_worked_at?`, `person?`. With it a lead is seen from its first contact on, leads "
        "that sales never worked are no losses, and the reports say what became of the handoffs.",
        examples=["handoffs.csv"],
    )
    timezone: str = Field(
        default="UTC", description="Of times without an offset.", examples=["Europe/Berlin"]
    )
    date_format: str = Field(
        default="auto",
        description="How times are written, as Python's strptime names it. `auto` asks for it "
        "where day and month could be either.",
        examples=["%d/%m/%Y %H:%M"],
    )
    separator: str = Field(
        default="auto", description="Of CSV files: one character.", examples=[";"]
    )
    encoding: str = Field(default="auto", description="Of CSV files.", examples=["cp1252"])
    until: str = Field(
        default="auto",
        description="The end of the data: what is later does not count, and a lead without an "
        "outcome was open then. `auto`: the newest creation, activity, change, win or recording of "
        "the export. A loss that is dated later still is lost, at an unknown time.",
        examples=["2026-01-31T00:00:00Z"],
    )
    missing: list[str] = Field(
        default=[],
        description="Values that stand for a missing one, beside the empty one.",
        examples=[["n/a", "Select"]],
    )
    sales_types: list[str] = Field(
        default=[],
        description="Activities that only happen because sales works the lead: never a feature.",
        examples=[["call", "demo"]],
    )
    whole_accounts: bool = Field(
        default=False,
        description="Use what the other leads of the account did; needs `columns.account_id` and "
        "activities. Set it only if that is at hand when a lead is scored.",
        examples=[True],
    )
    activities: list[ActivityTable] = Field(
        default=[],
        description="The tables of what leads did.",
        examples=[[{"path": "touches.parquet", "type": "touch_type"}]],
    )
    lookups: list[Lookup] = Field(
        default=[],
        description="Tables of attributes of accounts or contacts.",
        examples=[[{"path": "accounts.parquet", "key": "account_id"}]],
    )
    outcome_activities: OutcomeActivities | None = Field(
        default=None,
        description="Where an activity is the outcome.",
        examples=[{"won": ["A_ACTIVATED"], "lost": ["A_DECLINED"]}],
    )
