"""What the policy has to know of a lead and of the week, from the rows of the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from leadgate.policy import HAND_OFF, LeadState, Load

OPEN = "open"

Row = Sequence[Any]

# Rows of `last_decision`, `outcome` and `override` of a lead without any.
_UNDECIDED: Row = (None, "", "", None, "", "", None)
_NOT_OVERRIDDEN: Row = ("", None, "", "")
_UNREPORTED: Row = ("", None, None, None, 0, 0)


class Answered(NamedTuple):
    """What was answered under an idempotency key.

    Attributes
    ----------
    answer
        JSON.
    fingerprint
        Of the call; None where the last release kept it.
    at
        When, microseconds since the epoch, UTC.
    """

    lead_id: str
    answer: str
    fingerprint: str | None
    at: int


class Seen(NamedTuple):
    """What a decision has to know of its lead and of the week, as of its transaction.

    Attributes
    ----------
    answered
        What was answered under the idempotency key; None for nothing.
    erased
        Whether the lead was erased since the call came in.
    revision
        How many additions to the lead there were.
    state
        For the policy.
    """

    answered: Answered | None
    erased: bool
    revision: int
    state: LeadState


def state_of(
    now: int,
    week: Sequence[Row],
    last: Sequence[Row],
    outcomes: Sequence[Row],
    overrides: Sequence[Row],
) -> LeadState:
    """Return what the policy has to know, from rows.

    Those of `week`, `last_decision`, `outcome` and `override`.

    An outcome belongs to the handoff before it, by their order in the store: the clocks of two
    replicas need not agree.
    """
    people = loads(week)
    decision, grade, stage, handed_off_at, handed_to, arm, handoff = last[0] if last else _UNDECIDED
    outcome, _, _, worked, recorded_at, decided = outcomes[0] if outcomes else _UNREPORTED
    since = False
    if handed_off_at is not None:
        # The last release kept outcomes without the decision that they followed.
        since = recorded_at >= handed_off_at if decided is None else decided >= handoff
    override, until, by, reason = overrides[0] if overrides else _NOT_OVERRIDDEN
    if until is not None and until <= now:
        override = by = reason = ""
    return LeadState(
        now=now,
        this_week=in_all(people),
        people=people,
        last_decision=decision,
        grade=grade,
        stage=stage,
        handed_off_at=handed_off_at,
        person=handed_to,
        worked=since and bool(worked),
        returned=since and outcome == OPEN and worked == 0,
        outcome="" if outcome == OPEN else outcome,
        arm=arm,
        override=override,
        overridden_by=by,
        override_reason=reason,
    )


def newest_handoff(decision: str, person: str, state: LeadState) -> tuple[int | None, str]:
    """Return when the newest handoff of a lead began, and to whom, after one more decision."""
    if decision == HAND_OFF and state.last_decision != HAND_OFF:
        return state.now, person
    return state.handed_off_at, state.person


def loads(rows: Sequence[Row]) -> dict[str, Load]:
    """Return the handoffs of a week by person, from their rows."""
    return {person: Load(count, value) for person, count, value in rows}


def in_all(people: Mapping[str, Load]) -> int:
    """Return the handoffs to all people."""
    return sum(load.handoffs for load in people.values())
