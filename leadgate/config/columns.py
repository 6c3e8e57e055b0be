"""`[columns]`: which column of the export is what."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from leadgate.config.base import Section
from leadgate.config.signs import Flag, Sign


class Columns(Section):
    """Which column of the export is what; every other one is an attribute known at creation."""

    lead_id: str = Field(
        description='The id of a lead; `"row"` numbers the rows.', examples=["LeadId"]
    )
    account_id: str | None = Field(
        default=None,
        description="The company: its leads never stand in training and evaluation at once.",
        examples=["Company"],
    )
    created_at: str | None = Field(
        default=None,
        description="When the lead came in. A horizon, activities, field changes and handoffs "
        "need it.",
        examples=["CreatedDate"],
    )
    order: str | None = Field(
        default=None,
        description='Instead of `created_at`: a column that grows with time, or `"row"` for the '
        "order of the rows.",
        examples=["Lead Number"],
    )
    outcome: str | None = Field(
        default=None, description="What became of the lead; needs `won`.", examples=["Stage"]
    )
    won: list[str] = Field(
        default=[], description="Values of `outcome` that are a win.", examples=[["Closed Won"]]
    )
    lost: list[str] | Literal["rest"] = Field(
        default=[],
        description='Values of `outcome` that are a loss; `"rest"`: every lead that is not won '
        "and was worked.",
        examples=[["Closed Lost"], "rest"],
    )
    unworked: list[str] = Field(
        default=[],
        description="Values of `outcome` of leads that sales never contacted: they are no losses.",
        examples=[["New"]],
    )
    closed: Flag | None = Field(
        default=None,
        description="What says that a lead has ended, where `outcome` says only which were won: "
        "all others are open.",
        examples=[{"column": "is_closed"}],
    )
    closed_at: str | None = Field(
        default=None,
        description="When the outcome came; a horizon needs it.",
        examples=["ClosedDate"],
    )
    amount: str | None = Field(default=None, description="What a win brought.", examples=["Amount"])
    own_score: str | None = Field(
        default=None,
        description="The current CRM score: a baseline to beat, never a feature.",
        examples=["Rating"],
    )
    creation: list[str] | Literal["rest"] = Field(
        default="rest",
        description='The fields that are known when the lead comes in; `"rest"`: all that are '
        "named nowhere else.",
        examples=["rest", ["Industry", "Title"]],
    )
    unknown: list[str] = Field(
        default=[],
        description="Columns that the CRM may have overwritten since: left out until you decide.",
        examples=[["Status", "LastActivityDate"]],
    )
    after_outcome: list[str] = Field(
        default=[],
        description="Columns that are only filled once the outcome is known: never a feature.",
        examples=[["DisqualifiedReason"]],
    )
    personal: list[str] = Field(
        default=[],
        description="Personal data: never a feature, never logged.",
        examples=[["Email", "Phone"]],
    )
    segments: list[str] = Field(
        default=[],
        description="Columns by which reports break down and to which people may be bound.",
        examples=[["LeadSource", "Industry"]],
    )
    abandoned: Sign | None = Field(
        default=None,
        description="What says that sales gave the lead up without an answer.",
        examples=[{"column": "DisqualifiedReason", "values": ["Abandoned"]}],
    )
    accepted: Sign | None = Field(
        default=None,
        description="What says that sales accepted the lead.",
        examples=[{"column": "IsAccepted", "values": ["TRUE"]}],
    )
    deleted: Flag | None = Field(
        default=None,
        description="What says that the CRM has deleted a record. Rows of the other tables that "
        "have this column are left out likewise.",
        examples=[{"column": "IsDeleted"}],
    )
    merged_into: str | None = Field(
        default=None,
        description="The id of the lead that a record was merged into. Such a record is no lead of "
        "its own: what is known about it counts for the other.",
        examples=["MasterRecordId"],
    )
    merged_from: str | None = Field(
        default=None,
        description="The ids of the records that were merged into this lead, parted by `;` or `,`.",
        examples=["hs_merged_object_ids"],
    )

    @model_validator(mode="after")
    def _time_is_given_once(self) -> Self:
        if self.created_at and self.order:
            raise ValueError("give created_at or order, not both")
        return self

    def never_features(self) -> set[str]:
        """Return the columns that are never a feature, whatever they hold."""
        named = {self.lead_id, self.account_id, self.created_at, self.order, self.outcome}
        named |= {self.closed_at, self.amount, self.own_score, self.merged_into, self.merged_from}
        named |= {flag.column for flag in (self.closed, self.deleted) if flag}
        listed = {*self.unknown, *self.after_outcome, *self.personal}
        signs = [sign for sign in (self.abandoned, self.accepted) if sign]
        named |= {sign.lead_key if sign.path else sign.column for sign in signs}
        return {name for name in named if name} | listed

    def known_at_creation(self, column: str) -> bool:
        """Return whether a column is read as an attribute of the leads."""
        chosen = self.creation == "rest" or column in {*self.creation, *self.segments}
        return chosen and column not in self.never_features()
