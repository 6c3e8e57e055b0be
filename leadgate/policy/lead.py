"""What a decision has to know of a lead by itself, and the rules that decide before the model."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

from leadgate.config import PolicySettings

OBJECTION = "objection"


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead as the policy sees it.

    Attributes
    ----------
    lead_id
        Its exploration number is drawn from this.
    readiness
        P(won within the horizon | worked now); NaN where too little is known, for `review`.
    account_id
        "" for none.
    segments
        Its values of the segment columns, for the people that take only some.
    readiness_unworked
        P(won within the horizon | left to marketing); NaN where it is not known.
    uplift
        What working it adds to the chance; NaN where it is not known.
    value
        What winning it brings; None or NaN: the policy's value.
    rule
        The name of the first rule that applies to it; "" for none.
    """

    lead_id: str
    readiness: float
    account_id: str = ""
    segments: Collection[str] = ()
    readiness_unworked: float = math.nan
    uplift: float = math.nan
    value: float | None = None
    rule: str = ""


@dataclass(frozen=True)
class Rule:
    """One rule of ``[policy.rules]``.

    Attributes
    ----------
    name
        As in the configuration; decisions bear it in `Decision.ruled_by`.
    column
        Of the leads.
    values
        It applies to a lead whose column has one of them (`features.ruled`).
    decision
        What becomes of the lead then.
    """

    name: str
    column: str
    values: tuple[str, ...]
    decision: str

    @property
    def why(self) -> str:
        """The reason of a decision, in words."""
        return f"rule {self.name}: the column {self.column} says so"


def rules_of(settings: PolicySettings) -> tuple[Rule, ...]:
    """Return the rules of ``[policy.rules]``; of those that apply the first counts."""
    return tuple(
        Rule(name, rule.column, tuple(rule.values), rule.decision)
        for name, rule in settings.rules.stated.items()
    )
