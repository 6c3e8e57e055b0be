"""What a sales leader reads of the effect of a gate: what it brought, and when it shows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from experiments.effect.plan import WEEKS_PER_QUARTER, Plan
from experiments.effect.value import GateValue, times


def in_words(value: GateValue) -> Iterator[str]:
    """Yield what a sales leader reads: what the gate brought, how sure that is, what to do."""
    per_quarter = WEEKS_PER_QUARTER / value.span_weeks
    wins = times(value.wins(value.effect.intention_to_treat), per_quarter)
    profit = value.profit(value.effect.intention_to_treat)
    money = ""
    if profit is not None:
        each = times(profit, per_quarter)
        money = f", worth {each.value:,.0f} after the cost of the handoffs"
        money += f" ({each.low:,.0f} to {each.high:,.0f})"
    reach = f"(90 % interval {wins.low:+,.0f} to {wins.high:+,.0f})"
    compared = "than leaving the same leads to marketing"
    if value.proven:
        yield (
            f"The gate wins about {wins.value:,.0f} more deals a quarter {compared} {reach}{money}."
        )
    elif value.harmful:
        yield (
            f"By this log the gate loses about {-wins.value:,.0f} deals a quarter: it wins fewer "
            f"{compared} {reach}{money}. Do not rely on it: train and backtest again first."
        )
    else:
        yield (
            f"Not proven yet: the gate won {wins.value:+,.0f} deals a quarter more {compared} "
            f"{reach}, which includes none{money}."
        )
    if profit is None:
        yield "Set policy.value_per_win to see it in money."
    yield (
        f"Of {value.leads:,} leads that the gate decided on {value.effect.gate.value:.1%} were "
        f"won, of {value.control:,} that were left to marketing at random "
        f"{value.effect.control.value:.1%}, within the horizon. {value.waiting:,} more leads wait "
        "for theirs to pass."
    )
    if value.crossed:
        yield (
            f"Sales worked {value.crossed:,} leads of the control group nevertheless; they count "
            "as drawn, so that the effect shown is too small."
        )
    yield when_it_shows(value.plan)


def when_it_shows(plan: Plan) -> str:
    """Return when the planned effect shows with the control group that is set."""
    if not plan.control:
        return "Without a control group no effect ever shows: set policy.control."
    weeks = plan.weeks(plan.control)
    if not np.isfinite(weeks):
        return "No effect is expected, so that none would ever show."
    deals = plan.effect * (1.0 - plan.control) * plan.leads_per_week * WEEKS_PER_QUARTER
    return (
        f"With a control group of {plan.control:.0%} an effect of {deals:,.0f} deals a quarter "
        f"shows after {np.ceil(weeks):,.0f} weeks, four times in five."
    )


def of_plan(plan: Plan) -> Iterator[str]:
    """Yield what a plan rests on, and when its effect shows."""
    yield (
        f"{plan.leads_per_week:,.0f} leads come in each week, and {plan.base_rate:.1%} of them are "
        f"won without the gate. If the gate wins {plan.effect * 100:.1f} more of every 100 leads, "
        "the table says how long it takes until that shows, four times in five, and what the "
        "control group costs meanwhile."
    )
    if plan.control:
        yield when_it_shows(plan)
