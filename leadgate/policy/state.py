"""What is known of a lead and of this week when a decision is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Load:
    """What one salesperson was given this ISO week: leads, and their expected value."""

    handoffs: int = 0
    value: float = 0.0


@dataclass(frozen=True, slots=True)
class LeadState:
    """The handoffs of this ISO week (`Policy.timezone`) and what became of the lead so far.

    Attributes
    ----------
    now
        When the decision is asked for, microseconds since the epoch, UTC; None: handoffs are not
        paced over the week and no handoff grows old.
    this_week
        Decisions of this ISO week that used capacity (`Decision.uses_capacity`), of all leads.
    people
        The same by `Decision.person`, with the sum of `Decision.expected_value`.
    last_decision
        The lead's newest decision; None before the first.
    grade, stage
        As of that decision; "" for none.
    handed_off_at
        When its newest handoff began: the first `hand_off` after another decision, or as the CRM
        says; None when sales never had it.
    person
        Who of sales has it; "" for nobody in particular.
    worked
        Whether sales worked it since then.
    returned
        Whether sales gave it back since then without working it.
    outcome
        ``won``, ``lost``, or "" while it is open.
    arm
        As of its first decision with one (`leadgate.policy.control`); "" before it.
    override
        What a person decided instead of the policy, and still holds; "" for nothing.
    overridden_by, override_reason
        Who did, and why.
    paced
        False where leads come in together and the best are taken first: capacity binds, no pace.
    """

    now: int | None = None
    this_week: int = 0
    people: Mapping[str, Load] = field(default_factory=dict)
    last_decision: str | None = None
    grade: str = ""
    stage: str = ""
    handed_off_at: int | None = None
    person: str = ""
    worked: bool = False
    returned: bool = False
    outcome: str = ""
    arm: str = ""
    override: str = ""
    overridden_by: str = ""
    override_reason: str = ""
    paced: bool = True
