"""`[target]` and `[policy]`: what counts as a win, and what sales can take."""

from __future__ import annotations

from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationInfo, field_validator

from leadgate.config.base import Section
from leadgate.config.rules import Rules


class Target(Section):
    """What counts as a win, and when a lead is looked at."""

    horizon_days: float | None = Field(
        default=None,
        gt=0,
        description="A win counts within this many days; left out: a win at any time.",
        examples=[90],
    )
    snapshot_ages_days: list[float] = Field(
        default=[0, 7, 14, 30, 60, 90],
        min_length=1,
        description="The ages of a lead at which training looks at it, from its creation, or from "
        "its first contact where handoffs are known.",
        examples=[[0, 7, 14, 30]],
    )


class Person(Section):
    """One salesperson or team with a capacity of its own."""

    name: str = Field(
        min_length=1, description="As decisions name them in `person`.", examples=["north"]
    )
    capacity_per_week: float = Field(
        ge=1, description="How many new leads a week they can take.", examples=[60]
    )
    segments: list[str] = Field(
        default=[],
        description="Values of the columns of `columns.segments` whose leads they take; left out: "
        "all.",
        examples=[["Retail"]],
    )


class PolicySettings(Section):
    """What the team can take and what a handoff costs and brings."""

    capacity_per_week: float | None = Field(
        default=None,
        ge=1,
        description="How many new leads a week sales can work; left out: the sum over `people`. "
        "Without either, every lead that pays goes to sales, and where cost or value are not known "
        "the better half.",
        examples=[125],
    )
    cost_per_handoff: float = Field(
        default=0.0, ge=0, description="What working one lead costs.", examples=[40.0]
    )
    value_per_win: float | str | None = Field(
        default=None,
        description="What a win brings: a number, or a column that is known at creation. The "
        "column of `columns.amount` means the mean amount of the wins. A lead goes to sales from "
        "a readiness of cost / value on.",
        examples=[5000.0, "ExpectedValue"],
    )
    explore: float = Field(
        default=0.0,
        ge=0,
        le=0.2,
        description="Share of the leads below the threshold that is handed off at random, within "
        "the capacity, to learn what becomes of them.",
        examples=[0.03],
    )
    control: float = Field(
        default=0.0,
        ge=0,
        le=0.5,
        description="Share of the accounts whose leads stay with marketing at random, above the "
        "threshold too, so that `leadgate value` can say what the gate brings. A lead stays in its "
        "group; 0 ends it.",
        examples=[0.1],
    )
    recycle_after_days: float = Field(
        default=14.0,
        gt=0,
        description="A handed-off lead that sales has not contacted for so long goes back to "
        "marketing.",
        examples=[14],
    )
    review_lost_importance: float = Field(
        default=0.33,
        gt=0,
        le=1,
        description="From this share of importance on that is lost with columns which are not "
        "there any more, leads get `review` and no readiness. The importance of a column is its "
        "share of the mean absolute contribution to the log-odds in training.",
        examples=[0.5],
    )
    grades: list[float] | None = Field(
        default=None,
        description="The readiness from which a lead has grade C, B and A. Left out: those of the "
        "champion, and without one the best tenth of the leads is A, the next fifth B, the next "
        "three tenths C. A grade goes on meaning the same readiness when a model is trained again.",
        examples=[[0.05, 0.12, 0.25]],
    )
    stages: list[float] | None = Field(
        default=None,
        description="The readiness from which a lead is in consideration, and in purchase. Left "
        "out: those of the champion, and without one half and three times the odds of the average "
        "lead. A lead that is handed off for its readiness is in consideration at the least.",
        examples=[[0.08, 0.3]],
    )
    rank_by: Literal["readiness", "uplift"] = Field(
        default="readiness",
        description="What leads are ranked by: the chance that sales wins them, or what working "
        "them adds to that chance. The threshold is on the same. Where handoffs are not known "
        "there is no uplift, and leads are ranked by readiness.",
        examples=["uplift"],
    )
    timezone: str = Field(
        default="UTC",
        description="Whose Monday begins a week of capacity. When it is changed, the week in which "
        "that is done is counted anew.",
        examples=["Europe/Berlin"],
    )
    people: list[Person] = Field(
        default=[],
        description="Salespeople or teams, each with a capacity of its own.",
        examples=[[{"name": "north", "capacity_per_week": 60, "segments": ["Retail"]}]],
    )
    rules: Rules = Field(
        default=Rules(),
        description="What decides before the model: `objection`, `own_staff`, `competitor`, "
        "`customer`, `student`, `free_mail`, the first of them that applies. Each has a `column` "
        "of the leads, the `values` for which it applies and, but for `objection`, a `decision`: "
        "`disqualify` or `nurture`.",
        examples=[{"competitor": {"column": "Type", "values": ["Competitor"]}}],
    )

    @field_validator("timezone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise ValueError(
                f'there is no time zone "{name}"; give a name such as "Europe/Berlin"'
            ) from None
        return name

    @field_validator("grades", "stages")
    @classmethod
    def _limits_ascend(cls, limits: list[float] | None, info: ValidationInfo) -> list[float] | None:
        n, names = (3, "C, B and A") if info.field_name == "grades" else (2, "the later stages")
        inside = limits is None or all(0 < limit < 1 for limit in limits)
        if limits is not None and (len(limits) != n or sorted(set(limits)) != limits or not inside):
            raise ValueError(
                f"give {n} ascending numbers between 0 and 1, where {names} begin, or leave it out"
            )
        return limits

    @property
    def capacity(self) -> float | None:
        """Handoffs a week that sales can take: as given, else that of the people; None unknown."""
        if self.capacity_per_week is None and self.people:
            return sum(person.capacity_per_week for person in self.people)
        return self.capacity_per_week
