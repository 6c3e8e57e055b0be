"""What a column says of a lead, by some of its values."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from leadgate.config.base import Section
from leadgate.database import FileOrDatabase

FLAG_VALUES = ("true", "1", "yes")


class Flag(Section):
    """A column of a table that is true of some rows."""

    column: str = Field(description="The column.", examples=["IsDeleted"])
    values: list[str] = Field(
        default=[*FLAG_VALUES],
        min_length=1,
        description="The values of it that count; their case does not matter.",
        examples=[["Deleted"]],
    )


class Sign(Section):
    """What says that something became of a lead: some values of a column.

    A column of the leads, or of a table of its own, whose `key` is the leads' `lead_key` (left
    out: their id).
    """

    column: str = Field(description="The column that says so.", examples=["IsAccepted"])
    values: list[str] = Field(
        min_length=1, description="The values of it that count.", examples=[["TRUE"]]
    )
    path: FileOrDatabase | None = Field(
        default=None,
        description="The table that holds it; left out: the leads. Needs `key`.",
        examples=["opportunities.csv"],
    )
    key: str | None = Field(
        default=None,
        description="The column of that table that names the lead.",
        examples=["Opportunity"],
    )
    lead_key: str | None = Field(
        default=None,
        description="The column of the leads with the values of `key`; left out: their id.",
        examples=["ConvertedOpportunityId"],
    )

    @model_validator(mode="after")
    def _a_table_has_a_key(self) -> Self:
        if (self.path is None) != (self.key is None):
            raise ValueError("path and key go together")
        return self
