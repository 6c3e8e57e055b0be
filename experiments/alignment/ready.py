"""The leads that are ready now and that nobody has contacted: how many, and which."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.alignment.lead_states import LeadStates
from experiments.alignment.view import View
from experiments.figures.share import Share
from features.parsing.times import NAT, US_PER_DAY
from features.parsing.values import number_column
from features.ruled import rules_as_of
from leadgate.arrays import Floats, Ints
from leadgate.policy import OBJECTION, Policy
from leadgate.policy.batch import Decisions, decide_many
from leadgate.policy.decision import HAND_OFF


@dataclass(frozen=True)
class ReadyLeads:
    """Open leads that nobody has contacted and that the gate hands off today, best first.

    Attributes
    ----------
    lead, readiness
        Which they are, and how ready; shape (n,).
    expected
        What each is expected to bring, shape (n,); NaN where a win has no known value.
    by_uplift
        Whether that is what contacting them adds to what they would bring by themselves.
    waiting
        Of all open, uncontacted leads, the share that they are.
    """

    lead: Ints
    readiness: Floats
    expected: Floats
    by_uplift: bool
    waiting: Share

    @property
    def money(self) -> float | None:
        """What their wins are expected to bring in all; None where a win has no known value."""
        finite = np.isfinite(self.expected)
        return float(self.expected[finite].sum()) if finite.any() else None

    def frame(self, states: LeadStates) -> pd.DataFrame:
        """Return them as the rows of a list, with nothing of a lead but its id and dates."""
        history, lead = states.history, self.lead
        days = {}
        if history.dated:
            days["days_since_created"] = _days(history.created[lead], history.until)
        if history.dated and history.has_handoffs:
            days["days_since_handoff"] = _days(history.handed_off[lead], history.until)
        return pd.DataFrame(
            {
                "lead_id": history.lead_ids[lead],
                "readiness": self.readiness.round(4),
                "expected_value": self.expected.round(2),
                **days,
                "person": "" if history.person is None else history.person[lead],
            }
        )


def decide_now(view: View, states: LeadStates, policy: Policy) -> Decisions:
    """Decide on the leads of ``view.now`` by the fixed threshold."""
    seen, history = view.now, states.history
    at = np.full(len(seen.lead), history.until)
    rule = rules_as_of(history, policy.rules, seen.lead, at)
    return decide_many(
        np.where(rule == OBJECTION, np.nan, seen.readiness),
        history.lead_ids[seen.lead],
        policy,
        values=_values(view, states, policy),
        uplift=seen.uplift,
        rule=rule,
        account_ids=None if history.account_ids is None else history.account_ids[seen.lead],
    )


def ready_leads(decided: Decisions, view: View, states: LeadStates, policy: Policy) -> ReadyLeads:
    """Return the open, uncontacted leads that are handed off now, best first.

    Explored leads are none of them: nobody is called for a draw.
    """
    seen, history, uplift = view.now, states.history, view.now.uplift
    taken = (decided.decision == HAND_OFF) & ~decided.explored
    chance = seen.readiness if uplift is None else uplift
    expected = _expected(chance, policy, _values(view, states, policy))
    rank = np.where(np.isnan(expected), seen.readiness, expected)
    best_first = np.lexsort((history.lead_ids[seen.lead].astype(str), -rank))
    order = best_first[taken[best_first]]
    lead, waiting = seen.lead[order], states.marked(seen.lead)
    return ReadyLeads(
        lead=lead,
        readiness=seen.readiness[order],
        expected=expected[order],
        by_uplift=uplift is not None,
        waiting=states.accounts.share(states.marked(lead), waiting),
    )


def _values(view: View, states: LeadStates, policy: Policy) -> Floats | None:
    """Return what winning each lead brings by its own column; None without one."""
    columns = states.history.columns
    if policy.value_column not in columns:
        return None
    return number_column(columns[policy.value_column][view.now.lead])


def _expected(chance: Floats, policy: Policy, values: Floats | None) -> Floats:
    value = policy.worth()
    worth = np.full(chance.size, np.nan if value is None else value)
    if values is not None:
        worth = np.where(np.isnan(values), worth, values)
    return np.asarray(chance * worth)


def _days(since: Ints, until: int) -> pd.Series:
    """Return whole days up to the end of the data, none where it is not known since when."""
    return pd.Series((until - since) // US_PER_DAY, dtype="Int64").where(since != NAT)
