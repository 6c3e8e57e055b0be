"""`[columns]`: which column of the export is what."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from leadgate.config.base import Section
from leadgate.database import FileOrDatabase


class Sign(Section):
    """What says that something became of a lead: some values of a column.

    A column of the leads, or of a table of its own, whose `key` is the leads' `lead_key` (left
    out: their id).
    """

    column: str
    values: list[str] = Field(min_length=1)
    path: FileOrDatabase | None = None
    key: str | None = None
    lead_key: str | None = None

    @model_validator(mode="after")
    def _a_table_has_a_key(self) -> Self:
        if (self.path is None) != (self.key is None):
            raise ValueError("path and key go together")
        return self


class Columns(Section):
    """Which column of the export is what; every other one is an attribute known at creation."""

    lead_id: str
    account_id: str | None = None
    created_at: str | None = None
    order: str | None = None
    outcome: str | None = None
    won: list[str] = []
    lost: list[str] | Literal["rest"] = []
    unworked: list[str] = []
    closed_at: str | None = None
    amount: str | None = None
    own_score: str | None = None
    creation: list[str] | Literal["rest"] = "rest"
    unknown: list[str] = []
    after_outcome: list[str] = []
    personal: list[str] = []
    segments: list[str] = []
    abandoned: Sign | None = None
    accepted: Sign | None = None

    @model_validator(mode="after")
    def _time_is_given_once(self) -> Self:
        if self.created_at and self.order:
            raise ValueError("give created_at or order, not both")
        return self

    def never_features(self) -> set[str]:
        """Return the columns that are never a feature, whatever they hold."""
        named = {self.lead_id, self.account_id, self.created_at, self.order, self.outcome}
        named |= {self.closed_at, self.amount, self.own_score}
        listed = {*self.unknown, *self.after_outcome, *self.personal}
        signs = [sign for sign in (self.abandoned, self.accepted) if sign]
        named |= {sign.lead_key if sign.path else sign.column for sign in signs}
        return {name for name in named if name} | listed
