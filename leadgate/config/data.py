"""`[data]`: where the export lies and how it is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Self, TypeAlias

from pydantic import Field, model_validator

from leadgate.config.base import Section
from leadgate.config.marketing import AccountTable, ContentTable
from leadgate.database import FileOrDatabase

Decimal: TypeAlias = Literal["auto", ".", ","]


def _refuse_beside(section: Section, key: str, others: Sequence[str]) -> None:
    fields = type(section).model_fields
    both = [name for name in others if getattr(section, name) != fields[name].default]
    if getattr(section, key) and both:
        raise ValueError(f"{key} stands in place of {' and '.join(both)}: leave out one of them")


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
    types: list[str] = Field(
        default=[],
        description="Where a row is a lead and each event has a column of times: those columns. "
        "Each is a type that bears its name; an empty cell is no activity. In place of `type`, "
        "`occurred_at` and `activity_id`.",
        examples=[["First visit", "Demo requested"]],
    )

    @model_validator(mode="after")
    def _types_are_named_once(self) -> Self:
        _refuse_beside(self, "types", ("type", "occurred_at", "activity_id"))
        return self


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
    fields: list[str] = Field(
        default=[],
        description="Where a row holds what several fields were from then on: their columns, each "
        "a field that bears its name; only what differs from the row before is a change. In place "
        "of `field`, `value` and `old_value`.",
        examples=[["StageName", "Amount"]],
    )

    @model_validator(mode="after")
    def _fields_are_named_once(self) -> Self:
        _refuse_beside(self, "fields", ("field", "value", "old_value"))
        return self

    @property
    def names(self) -> list[str]:
        """The columns that the table must have."""
        if self.fields:
            return [self.lead_id, *self.fields, self.changed_at]
        columns = [self.lead_id, self.field, self.value, self.changed_at, self.old_value]
        return [name for name in columns if name]


class HandoffColumns(Section):
    """Which column of the table of handoffs names what; left out: the same names."""

    lead_id: str | None = Field(
        default=None, description="The lead that was handed off.", examples=["Lead ID"]
    )
    handed_off_at: str | None = Field(
        default=None, description="When sales was given it.", examples=["Assigned At"]
    )
    first_worked_at: str | None = Field(
        default=None, description="When sales first worked it.", examples=["First Contacted At"]
    )
    person: str | None = Field(default=None, description="Who got it.", examples=["Sales Rep"])


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
        description="One row a lead, with its fields as of today. Several files of the same "
        "columns are one table: a list of them, or a pattern such as `exports/*.csv`; so with "
        "every other file.",
        examples=["leads.csv", ["2024.csv", "2025.csv"]],
    )
    outcomes: FileOrDatabase | None = Field(
        default=None,
        description="Wins and losses, where they are not a column of the leads: `lead_id`, "
        "`outcome`, `closed_at?`, `amount?`, `worked?`, `recorded_at?`, or the names under "
        "`[columns]`. Without a column of outcomes every row is a win.",
        examples=["deals.csv"],
    )
    outcome_lead_id: str | None = Field(
        default=None,
        description="The column of that table that names the lead, where it is neither `lead_id` "
        "nor called as in the leads.",
        examples=["Primary Contact ID"],
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
    handoff_columns: HandoffColumns = Field(
        default=HandoffColumns(),
        description="The columns of that table, where they have other names.",
        examples=[{"handed_off_at": "Assigned At"}],
    )
    timezone: str = Field(
        default="UTC", description="Of times without an offset.", examples=["Europe/Berlin"]
    )
    date_format: str | dict[str, str] = Field(
        default="auto",
        description="How times are written, as Python's strptime names it, or as the order of "
        "day, month and year alone: `dmy`, `mdy` or `ymd`. `auto` lets each column decide, and "
        "asks where day and month could be either. A table names columns; the others are `auto`.",
        examples=["%d/%m/%Y %H:%M", {"Created Date": "dmy"}],
    )
    decimal: Decimal | dict[str, Decimal] = Field(
        default="auto",
        description="The sign before the decimals of numbers. `auto` lets each column decide: "
        "where none of its values tells whether `1,234` has thousands or decimals, it is no "
        "number, and `1.234` has decimals. A table names columns; the others are `auto`.",
        examples=[",", {"Amount": ","}],
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
    content: ContentTable | None = Field(
        default=None,
        description="The catalogue of content: what is never used is counted, and leads that stay "
        "with marketing are suggested a piece for their stage.",
        examples=[{"path": "content.csv", "stage": "journey_stage"}],
    )
    target_accounts: AccountTable | None = Field(
        default=None,
        description="The accounts that marketing aims at, to compare with the customers; left "
        "out: those of the leads that were handed off. Needs `columns.account_id`.",
        examples=[{"path": "target_accounts.csv"}],
    )
    customers: AccountTable | None = Field(
        default=None,
        description="The accounts of all customers, also those that never were a lead; left out: "
        "those of the leads that were won. Needs `columns.account_id`.",
        examples=[{"path": "customers.csv"}],
    )
    outcome_activities: OutcomeActivities | None = Field(
        default=None,
        description="Where an activity is the outcome.",
        examples=[{"won": ["A_ACTIVATED"], "lost": ["A_DECLINED"]}],
    )

    def date_format_of(self, column: str) -> str:
        """Return how the times of a column are written."""
        given = self.date_format
        return given if isinstance(given, str) else given.get(column, "auto")

    def decimal_of(self, column: str) -> Decimal:
        """Return the sign before the decimals of the numbers of a column."""
        given = self.decimal
        return given if isinstance(given, str) else given.get(column, "auto")

    def with_dates(self, date_format: str | dict[str, str]) -> Self:
        """Return these settings with what is said of the dates now; ``"auto"`` says nothing."""
        if date_format == "auto":
            return self
        if isinstance(date_format, dict) and isinstance(self.date_format, dict):
            date_format = {**self.date_format, **date_format}
        return self.model_copy(update={"date_format": date_format})
