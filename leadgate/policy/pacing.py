"""Pacing: the line rises when the week's handoffs run ahead of the leads that have come in.

The rest of the capacity is shared out among the leads that are still to come this week, as if the
week began now (re-solving, the standard policy of the multi-secretary problem: Arlotto and
Gurvich 2019). Monday's average lead then cannot take the place of Friday's best one. The line never
falls below the fixed one: a lead that waits is asked about again next week.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

from leadgate.policy.lead import Lead
from leadgate.policy.people import Salesperson
from leadgate.policy.policy import UPLIFT, Policy
from leadgate.policy.state import LeadState
from leadgate.policy.week import elapsed

BREAK_EVEN, CAPACITY, PACING = "break-even", "capacity", "pacing"


@dataclass(frozen=True, slots=True)
class Line:
    """The score from which a lead is handed off, which bound gave it, and what is explored.

    The score is what leads are ranked by. The bound is `UPLIFT` where working the lead adds too
    little for any score.

    `even` and `slope` are the rates of `leadgate.policy.exploration`.
    """

    score: float
    bound: str
    even: float
    slope: float

    def chance(self, score: float) -> float:
        """Return the probability that a lead below the line is handed off to explore."""
        return min(1.0, self.even + self.slope * max(score, 0.0))


def line_now(policy: Policy, lead: Lead, state: LeadState) -> Line:
    """Return the line for a lead at this moment of the week.

    Parameters
    ----------
    policy
        The rule.
    lead
        Its value and uplift say whether it pays; only the capacity of those who take its segments
        counts for it.
    state
        What was handed off this week, and the instant; without it the line is the fixed one.
    """
    fixed = policy.line(lead.value, lead.uplift)
    bound = CAPACITY if fixed == policy.capacity_line else BREAK_EVEN
    if bound == BREAK_EVEN and not policy.by_uplift and not math.isnan(lead.uplift):
        bound = UPLIFT
    share = _share_left(policy, state, lead.segments)
    if policy.signal and share < policy.capacity_share:
        paced = policy.capacity_line_at(share)
        if paced > fixed:
            return Line(paced, PACING, *policy.exploration_rates_at(paced, share))
    return Line(fixed, bound, *policy.exploration_rates)


def _share_left(policy: Policy, state: LeadState, segments: Collection[str]) -> float:
    """Return how many leads can still be handed off for each that is still to come this week."""
    capacity, weekly = policy.capacity_per_week, policy.leads_per_week
    if state.now is None or not state.paced or capacity is None or not weekly:
        return 1.0
    coming = (
        weekly * (1.0 - policy.control) * (1.0 - elapsed(state.now, policy.days, policy.timezone))
    )
    team = policy.team
    takers = [person for person in team if person.takes(segments)]
    left = capacity - state.this_week
    if len(takers) < len(team):
        # Leads come in to a group of salespeople as their part of the capacity.
        part = sum(p.capacity_per_week for p in takers) / _total(team)
        left = min(left, _left(takers, state) / part) if part > 0 else left
    return max(left, 0.0) / coming if coming > 0 else 1.0


def _total(team: Collection[Salesperson]) -> float:
    return sum(person.capacity_per_week for person in team)


def _left(takers: Collection[Salesperson], state: LeadState) -> float:
    return sum(max(0.0, person.left(state.people)) for person in takers)
