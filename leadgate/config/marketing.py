"""What marketing has and aims at: its content, its target accounts, and the customers."""

from __future__ import annotations

from pydantic import Field

from leadgate.config.base import Section
from leadgate.database import FileOrDatabase


class ContentTable(Section):
    """The catalogue of content: one row a piece."""

    path: FileOrDatabase = Field(
        description="The file, or a table or query of a database.", examples=["content.csv"]
    )
    key: str = Field(
        default="content",
        description="The column with the names that `content` of the activities has.",
        examples=["campaign"],
    )
    stage: str | None = Field(
        default=None,
        description="The column that says for which stage a piece is made: `interest`, "
        "`consideration` or `purchase`; empty for any.",
        examples=["journey_stage"],
    )


class AccountTable(Section):
    """A list of accounts: one row an account; columns of `columns.segments` are compared."""

    path: FileOrDatabase = Field(
        description="The file, or a table or query of a database.", examples=["customers.csv"]
    )
    key: str = Field(
        default="account_id",
        description="The column with the ids that `columns.account_id` has.",
        examples=["Account ID"],
    )
