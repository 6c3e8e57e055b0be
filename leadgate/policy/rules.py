"""Rules: what decides on a lead before the model does, by a column of the lead."""

from __future__ import annotations

from dataclasses import dataclass

from leadgate.config import PolicySettings

OBJECTION = "objection"


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
