"""The control group: leads that stay with marketing at random, to measure what the gate brings.

Whole accounts are drawn, so that nobody compares two leads of one firm, by a keyed hash that has
nothing to do with the one of exploration. A lead keeps its arm for life; ``control = 0`` ends the
group.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leadgate.arrays import Bools
from leadgate.policy.exploration import CONTROL_DRAW, draw, draws
from leadgate.policy.lead import Lead
from leadgate.policy.policy import Policy
from leadgate.policy.state import LeadState

CONTROL, GATE = "control", "gate"

# An effect that would not show in two years is taken for one that never does.
LONGEST_WEEKS = 104.0
# Of a one-sided test at 5 % (the end of a 90 % interval) that has four chances in five.
_Z = NormalDist().inv_cdf(0.95) + NormalDist().inv_cdf(0.8)


def arm_of(lead: Lead, state: LeadState, policy: Policy) -> str:
    """Return the arm of a lead: `CONTROL`, `GATE`, or "" where there is no control group."""
    if not policy.control or state.arm:
        return state.arm if policy.control else ""
    number = draw(lead.account_id or lead.lead_id, policy.key, CONTROL_DRAW)
    return CONTROL if number < policy.control else GATE


def in_control(
    lead_ids: Sequence[str] | NDArray[Any],
    account_ids: Sequence[str] | NDArray[Any] | None,
    policy: Policy,
) -> Bools:
    """Return which of many leads are in the control group, without a past; shape (n,)."""
    if not policy.control:
        return np.zeros(len(lead_ids), dtype=bool)
    units: Iterable[str] = lead_ids
    if account_ids is not None:
        units = (account or lead for account, lead in zip(account_ids, lead_ids, strict=True))
    return np.asarray(draws(units, policy.key, CONTROL_DRAW) < policy.control)


def weeks_to_show(
    effect: float, rate: float, control: float, leads_per_week: float, variance: float = 1.0
) -> float:
    """Return after how many weeks of leads an effect would show in four of five cases.

    The comparison is of the win rates of both arms, by the lower end of a 90 % interval above 0.

    Parameters
    ----------
    effect
        What the gate adds to the win rate of all leads, above 0.
    rate
        The win rate without it.
    control
        Share of the leads in the control group, above 0 and below 1.
    leads_per_week
        How many come in.
    variance
        How many times as much the rates vary as those of independent leads, such as by accounts of
        several leads.

    References
    ----------
    Fleiss, Levin & Paik 2003, Statistical Methods for Rates and Proportions, chapter 4.
    """
    spread = _spread(rate + effect) / (1.0 - control) + _spread(rate) / control
    if effect <= 0 or leads_per_week <= 0:
        return math.inf
    return variance * spread * (_Z / effect) ** 2 / leads_per_week


def _spread(rate: float) -> float:
    return rate * (1.0 - rate)


def largest_effect(policy: Policy) -> tuple[float, float]:
    """Return the most that the gate can add to the win rate of all leads, and that rate without it.

    As if none of the leads that reach the line won without sales; where the uplift is known, as if
    those that it hands off were the ones to which sales adds most.
    """
    scores = np.asarray(policy.scores)
    ranked = np.asarray(policy.uplifts) if policy.by_uplift else scores
    share = float((ranked >= policy.threshold).mean()) if policy.signal else 1.0
    gains = np.maximum(policy.uplifts or policy.scores, 0.0)
    effect = float(gains[gains.size - round(share * gains.size) :].sum()) / gains.size
    return effect, max(float(scores.mean()) - effect, 0.0)


def weakness(policy: Policy) -> str:
    """Return the warning of a control group too small to ever show an effect; "" otherwise."""
    if not policy.control or not policy.leads_per_week:
        return ""
    effect, rate = largest_effect(policy)
    weeks = weeks_to_show(effect, rate, policy.control, policy.leads_per_week)
    if weeks <= LONGEST_WEEKS:
        return ""
    time = f"take {weeks:,.0f} weeks to show" if math.isfinite(weeks) else "never show"
    return (
        f"the control group of {policy.control:.1%} is too small: with "
        f"{policy.leads_per_week:,.0f} leads a week even the largest effect that the gate can have "
        f"would {time}; raise policy.control (leadgate value --plan says to what)"
    )
