"""`[policy.rules]`: what decides on a lead before the model does."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from leadgate.config.base import Section

_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_VALUES = Field(
    min_length=1,
    description="It applies to a lead whose column has one of these values, whatever their case.",
    examples=[["Competitor"]],
)
_COLUMN = Field(
    min_length=1,
    description="A column of the leads that is known at creation, or one whose changes are dated.",
    examples=["Type"],
)


class Objection(Section):
    """How a lead says that it is not to be profiled."""

    column: str = _COLUMN
    values: list[_Text] = _VALUES
    decision: Literal["nurture"] = Field(
        default="nurture", description="The decision.", examples=["nurture"]
    )


class Rule(Section):
    """Which leads no model decides on."""

    column: str = _COLUMN
    values: list[_Text] = _VALUES
    decision: Literal["disqualify", "nurture"] = Field(
        default="disqualify", description="The decision.", examples=["nurture"]
    )


class Rules(Section):
    """What decides before the model; the first that applies does, in this order."""

    objection: Objection | None = Field(
        default=None,
        description="Leads that object to profiling: no readiness is stored or shown.",
        examples=[{"column": "Profiling", "values": ["no"]}],
    )
    own_staff: Rule | None = Field(
        default=None,
        description="Leads of the own staff.",
        examples=[{"column": "Company", "values": ["Our firm"]}],
    )
    competitor: Rule | None = Field(
        default=None,
        description="Leads of competitors.",
        examples=[{"column": "Type", "values": ["Competitor"]}],
    )
    customer: Rule | None = Field(
        default=None,
        description="Leads that are customers already.",
        examples=[{"column": "Type", "values": ["Customer"]}],
    )
    student: Rule | None = Field(
        default=None, description="Students.", examples=[{"column": "Title", "values": ["Student"]}]
    )
    free_mail: Rule | None = Field(
        default=None,
        description="Leads that give an address of a free mail provider.",
        examples=[{"column": "MailKind", "values": ["free"]}],
    )

    @property
    def stated(self) -> dict[str, Objection | Rule]:
        """The rules that are given, by name, in their order."""
        return {name: rule for name, rule in self if rule is not None}
