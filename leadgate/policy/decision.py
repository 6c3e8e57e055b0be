"""The decision: who goes to sales now, with the probability of having decided so."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from leadgate.policy.bands import STAGES
from leadgate.policy.control import CONTROL, arm_of
from leadgate.policy.exploration import draw
from leadgate.policy.lead import Lead
from leadgate.policy.pacing import Line, line_now
from leadgate.policy.people import Salesperson, choose
from leadgate.policy.policy import Policy
from leadgate.policy.state import LeadState
from leadgate.policy.week import US_PER_DAY
from leadgate.policy.wording import IN_CONTROL, NO_SIGNAL, NOBODY, UNKNOWN, by_the_line

HAND_OFF, NURTURE, RECYCLE = "hand_off", "nurture", "recycle"
DISQUALIFY, REVIEW = "disqualify", "review"
# In `Decision.ruled_by`.
OVERRIDE = "override"
DECISIONS = (HAND_OFF, NURTURE, RECYCLE, DISQUALIFY, REVIEW)


@dataclass(frozen=True, slots=True)
class Decision:
    """One lead's decision.

    Attributes
    ----------
    decision
        One of `DECISIONS`.
    threshold
        The readiness from which the lead would have been handed off at that moment, or the uplift
        where leads are ranked by it.
    propensity
        The probability of `decision` over the hashes of exploration and of the control group,
        given the state.
    explored
        Whether it was handed off to explore.
    why
        Which bound held, in words.
    grade, stage
        Names of the readiness; "" for none.
    person
        Who of sales gets it; "" where nobody in particular.
    uses_capacity
        Whether it counts among the handoffs of its ISO week: a lead's first one does.
    expected_value
        Readiness, or the uplift where leads are ranked by it, times what winning the lead brings
        (times 1 where that is not known): what it adds to the load of the person.
    arm
        ``control`` or ``gate``; "" where there is no control group, or sales had the lead before.
    ruled_by
        ``override`` where a person decided instead of the policy, else the name of the rule that
        decided before the model; "" otherwise.
    own
        What the policy decides by itself.
    """

    decision: str
    threshold: float
    propensity: float
    explored: bool
    why: str
    grade: str
    stage: str
    person: str = ""
    uses_capacity: bool = False
    expected_value: float = 0.0
    arm: str = ""
    ruled_by: str = ""
    own: str = ""


def decide(lead: Lead, state: LeadState, policy: Policy) -> Decision:
    """Decide on one lead; pure.

    What became of the lead comes first, then what a person decided instead of the policy: a lost
    lead is disqualified, one that sales has stays there, or is recycled once sales left it alone.
    Then the rules, by which no capacity is used, and
    then too little known, then no signal, then the capacity of this week, the line, and exploration
    below it. A lead of the control group is held back whatever they say.

    Parameters
    ----------
    lead
        What is known of it.
    state
        What was decided before, and what became of it.
    policy
        The rule.
    """
    decided = _decided(lead, state, policy)
    if decided.decision == HAND_OFF and not decided.explored and decided.stage == STAGES[0]:
        # What is handed off for its readiness is not called nowhere near buying.
        decided = replace(decided, stage=STAGES[1])
    # What became of a lead is nobody's decision.
    return (
        _overridden(decided, lead, state, policy)
        if state.override and not state.outcome
        else (replace(decided, own=decided.decision))
    )


def _overridden(decided: Decision, lead: Lead, state: LeadState, policy: Policy) -> Decision:
    """Return what a person decided, beside the policy's own decision.

    A handoff uses capacity as any first one does, and is not refused where none is left.
    """
    first = state.handed_off_at is None and state.last_decision not in (HAND_OFF, RECYCLE)
    hands_off = state.override == HAND_OFF
    expected = expected_value(lead, policy)
    return replace(
        decided,
        decision=state.override,
        own=decided.decision,
        ruled_by=OVERRIDE,
        propensity=1.0,
        explored=False,
        why=f"overridden by {state.overridden_by}: {state.override_reason}",
        person=_recipient(decided, lead, state, policy) if hands_off else "",
        uses_capacity=hands_off and first,
        expected_value=0.0 if math.isnan(expected) or not (hands_off and first) else expected,
    )


def _decided(lead: Lead, state: LeadState, policy: Policy) -> Decision:
    line, readiness = line_now(policy, lead, state), lead.readiness
    score = _score(lead, policy)
    grade = stage = ""
    if policy.signal and not math.isnan(readiness):
        grade, stage = policy.bands.name(readiness, state.grade, state.stage)
    kept = state.arm if policy.control else ""
    plain = Decision(NURTURE, line.score, 1.0, False, "", grade, stage, arm=kept)
    fixed = policy.line(lead.value, lead.uplift)
    rule = next((rule for rule in policy.rules if rule.name == lead.rule), None)
    if rule is not None and not state.outcome:
        return replace(plain, decision=rule.decision, why=rule.why, ruled_by=rule.name)
    had = _with_sales(plain, score, fixed, state, policy)
    if had is not None:
        return had
    plain = replace(plain, arm=arm_of(lead, state, policy))
    if math.isnan(score):
        return replace(plain, decision=REVIEW, why=UNKNOWN)
    decided = _by_the_line(lead, state, policy, line, plain)
    return _over_both_draws(decided, plain, policy) if plain.arm else decided


def _by_the_line(
    lead: Lead, state: LeadState, policy: Policy, line: Line, plain: Decision
) -> Decision:
    """Decide on a lead that sales never had, as if there were no control group."""
    score, expected = _score(lead, policy), expected_value(lead, policy)
    if not policy.signal:
        return _taken(plain, expected, NO_SIGNAL)
    person = choose(policy.team, lead.segments, state.people) if policy.people else None
    full = _full(state, policy, person)
    if full:
        return replace(plain, why=full)
    name = person.name if person else ""
    below, reaches, explores = by_the_line(policy, line.bound)
    if score >= line.score:
        return _taken(plain, expected, reaches, name)
    chance = line.chance(score)
    if draw(lead.lead_id, policy.key) < chance:
        return _taken(plain, expected, explores, name, chance)
    return replace(plain, propensity=1.0 - chance, why=below)


def _over_both_draws(decided: Decision, plain: Decision, policy: Policy) -> Decision:
    """Return the decision on a lead with an arm, and its probability over both draws."""
    held = decided.decision == NURTURE
    chance = 1.0 - decided.propensity if held else decided.propensity
    taken = chance * (1.0 - policy.control)
    if plain.arm == CONTROL:
        return replace(plain, propensity=1.0 - taken, why=IN_CONTROL)
    return replace(decided, propensity=1.0 - taken if held else taken)


def _recipient(decided: Decision, lead: Lead, state: LeadState, policy: Policy) -> str:
    """Return who gets a lead that a person hands off; "" where nobody has room for it."""
    named = decided.person or state.person
    if named or not policy.people:
        return named
    chosen = choose(policy.team, lead.segments, state.people)
    return chosen.name if chosen else ""


def expected_value(lead: Lead, policy: Policy) -> float:
    """Return what handing a lead off is expected to bring: what the best of many are taken by.

    Its readiness, or its uplift where leads are ranked by it, times what winning it brings (times
    1 where that is not known); NaN where too little is known of it.
    """
    worth = policy.worth(lead.value)
    return _score(lead, policy) * (1.0 if worth is None else worth)


def _score(lead: Lead, policy: Policy) -> float:
    return lead.uplift if policy.by_uplift else lead.readiness


def _with_sales(
    plain: Decision, score: float, fixed: float, state: LeadState, policy: Policy
) -> Decision | None:
    """Decide on a lead that is closed or that sales had; None for any other.

    Nothing of this uses capacity: the lead's first handoff did.
    """
    if state.outcome == "lost":
        return replace(plain, decision=DISQUALIFY, why="the lead is lost")
    won, had = state.outcome == "won", state.last_decision in (HAND_OFF, RECYCLE)
    if not (won or had or state.handed_off_at is not None):
        return None
    keep = replace(plain, decision=HAND_OFF, person=state.person)
    if won:
        return replace(keep, why="the lead is won")
    if not state.worked:
        recycled = _why_recycled(state, policy.recycle_after_days)
        if recycled:
            return replace(plain, decision=RECYCLE, why=recycled)
        if state.last_decision not in (RECYCLE, NURTURE):
            return replace(keep, why="handed off before")
    what = policy.rank_by if policy.by_uplift else "readiness"
    if not policy.signal or score >= fixed:
        return replace(keep, why=f"sales had it, and its {what} reaches the threshold")
    if math.isnan(score):
        return None
    return replace(plain, why=f"sales had it, and its {what} is below the threshold")


def _why_recycled(state: LeadState, after_days: float) -> str:
    """Return why a lead that sales did not work goes back to marketing; "" where it does not.

    It stays there for as long again; then its readiness decides.
    """
    if state.last_decision == NURTURE:
        return ""
    days = 0.0
    if state.now is not None and state.handed_off_at is not None:
        days = (state.now - state.handed_off_at) / US_PER_DAY
    if state.last_decision == RECYCLE:
        return "sales has not contacted it" if days <= 2 * after_days else ""
    if state.returned:
        return "sales gave it back"
    if days > after_days:
        return f"sales has not contacted it for more than {after_days:g} days"
    return ""


def _taken(
    plain: Decision, expected: float, why: str, person: str = "", chance: float | None = None
) -> Decision:
    """Hand off a lead, to explore where a `chance` is given."""
    return replace(
        plain,
        decision=HAND_OFF,
        propensity=1.0 if chance is None else chance,
        explored=chance is not None,
        why=why,
        person=person,
        uses_capacity=True,
        expected_value=expected,
    )


def _full(state: LeadState, policy: Policy, person: Salesperson | None) -> str:
    """Return why no lead can be handed off this week, "" where there is room for one more."""
    capacity = policy.capacity_per_week
    if capacity is not None and state.this_week + 1 > capacity:
        return "the capacity of this week is used"
    if policy.people and person is None:
        return NOBODY
    return ""
