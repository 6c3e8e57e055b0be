"""The gate's own effect in wins and money, from logged decisions and what became of the leads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.effect.decided import Decided, decided
from experiments.effect.plan import Plan, expected_effect
from experiments.effect.trial import Effect, Trial, effect_of
from features.history.until import newest
from features.parsing.times import micros
from features.stored_tables import StoredTables
from features.tables import Tables
from leadgate.config import Config
from leadgate.errors import DataError
from leadgate.policy import US_PER_WEEK, Policy
from training.dataset.feedback import with_store
from training.evaluation.evaluated import Metric
from training.statistics.binomial import effective_leads


@dataclass(frozen=True)
class GateValue:
    """What a gate brought, compared with leaving the same leads to marketing.

    Attributes
    ----------
    effect
        On the chance of a lead.
    leads, control
        Mature leads that the gate decided on, and those of its control group.
    waiting
        Leads with an arm whose horizon has not passed.
    crossed
        Leads of the control group that sales worked nevertheless.
    handed_off
        Of `leads`, those that got to sales.
    span_weeks
        Over how many weeks the mature leads came in.
    worth, cost
        What a win brings and a handoff costs; None where that is not known.
    plan
        What there is to see, and when.
    """

    effect: Effect
    leads: int
    control: int
    waiting: int
    crossed: int
    handed_off: int
    span_weeks: float
    worth: float | None
    cost: float
    plan: Plan

    def wins(self, per_lead: Metric) -> Metric:
        """Return the wins that the gate added among the leads it decided on."""
        return times(per_lead, self.leads)

    def profit(self, per_lead: Metric) -> Metric | None:
        """Return what these wins brought, less the cost of the handoffs; None: not known."""
        if self.worth is None:
            return None
        money = times(self.wins(per_lead), self.worth)
        spent = self.cost * self.handed_off
        return Metric(money.value - spent, money.low - spent, money.high - spent, 0.0)

    @property
    def proven(self) -> bool:
        """Whether the interval of the effect lies above zero."""
        return self.effect.intention_to_treat.low > 0

    @property
    def harmful(self) -> bool:
        """Whether it lies below zero: the leads were better off without the gate."""
        return self.effect.intention_to_treat.high < 0

    @property
    def weeks_needed(self) -> float:
        """The weeks from the first decision until the planned effect shows."""
        return self.plan.weeks(self.plan.control or 0.0)

    def to_dict(self) -> dict[str, Any]:
        """Return what ``leadgate value --json`` prints."""
        weeks = self.weeks_needed
        estimates = self.effect.estimates
        return {
            "effect": self._both(self.effect.intention_to_treat),
            "estimators": {name: self._both(metric) for name, metric in estimates.items()},
            "effective_n": self.effect.effective_n,
            "weeks_needed": int(np.ceil(weeks)) if np.isfinite(weeks) else None,
            "leads": {"gate": self.leads, "control": self.control, "waiting": self.waiting},
            "win_rate": {"gate": _ends(self.effect.gate), "control": _ends(self.effect.control)},
            "handed_off": self.handed_off,
            "control_worked": self.crossed,
            "weeks": self.span_weeks,
            "proven": self.proven,
            "plan": self.plan.to_dict(),
        }

    def _both(self, per_lead: Metric) -> dict[str, Any]:
        profit = self.profit(per_lead)
        return {
            "wins": _ends(self.wins(per_lead)),
            "profit": dict.fromkeys(("value", "low", "high")) if profit is None else _ends(profit),
        }


def value_of(
    config: Config,
    tables: Tables,
    stored: StoredTables | None,
    policy: Policy,
    horizon_days: float | None,
    effect: float | None = None,
) -> GateValue:
    """Return what the gate brought.

    Parameters
    ----------
    tables
        The export of today.
    stored
        What the endpoint's store holds; None where there is none.
    policy
        That decides today, under the settings of today.
    horizon_days
        Within which a win counts.
    effect
        What is planned to be seen, in win rate; None: what the policy expects.

    Raises
    ------
    DataError
        ``no_horizon``; ``no_log``: nothing was decided with a control group; ``no_overlap`` as
        `experiments.effect.trial.effect_of`.
    """
    log, horizon = _checked(stored, horizon_days)
    history = with_store(config, tables, log).history()
    exported = tables.leads["lead_id"].to_numpy(dtype=object)
    leads = decided(history, log, exported, _end(log), horizon)
    trial = leads.evaluated
    estimated = effect_of(trial)
    gate = leads.mature & ~leads.trial.control
    worth = policy.worth()
    return GateValue(
        effect=estimated,
        leads=int(gate.sum()),
        control=int(trial.control.sum()),
        waiting=int((~leads.mature).sum()),
        crossed=int((leads.crossed & leads.mature).sum()),
        handed_off=int((gate & leads.handed_off).sum()),
        span_weeks=_weeks(leads),
        worth=worth,
        cost=policy.cost_per_handoff,
        plan=_plan(trial, leads, policy, horizon, effect),
    )


def _checked(stored: StoredTables | None, horizon_days: float | None) -> tuple[StoredTables, float]:
    if horizon_days is None:
        raise DataError(
            "Without a horizon no lead has been observed for long enough.",
            code="no_horizon",
            hint="Set target.horizon_days and train again.",
        )
    if stored is None or not (stored.decisions["arm"] != "").any():
        raise DataError(
            "No decision was logged with a control group, so nothing shows what would have become "
            "of the leads without the gate.",
            code="no_log",
            hint="Set policy.control, for example to 0.1; leadgate value --plan says how long it "
            "takes.",
        )
    return stored, horizon_days


def _plan(
    trial: Trial, leads: Decided, policy: Policy, horizon_days: float, effect: float | None
) -> Plan:
    """Return the plan by what was seen so far: inflow, base rate, accounts, share."""
    rate = float(trial.won[trial.control].mean())
    expected = expected_effect(policy)[0] if effect is None else effect
    everyone = leads.as_of
    span = max(1.0, (int(everyone.max()) - int(everyone.min())) / US_PER_WEEK)
    share = float(leads.trial.share[np.argmax(everyone)])
    per_week = everyone.size / span
    return Plan(per_week, rate, expected, horizon_days, share, _variance(trial))


def _variance(trial: Trial) -> float:
    """Return the design effect of the accounts on the win rate of the gate's leads."""
    rows = ~trial.control
    _, code = np.unique(trial.account[rows], return_inverse=True)
    won = np.bincount(code, weights=trial.won[rows]).astype(np.float64)
    leads = np.bincount(code).astype(np.float64)
    return max(1.0, float(leads.sum()) / effective_leads(won, leads))


def _weeks(leads: Decided) -> float:
    mature = leads.as_of[leads.mature]
    return max(1.0, (int(mature.max()) - int(mature.min())) / US_PER_WEEK)


def _end(stored: StoredTables) -> int:
    times = [stored.leads["created_at"], stored.activities["recorded_at"]]
    times += [stored.outcomes["recorded_at"], stored.decisions["decided_at"]]
    return newest(map(micros, times))


def times(metric: Metric, factor: float) -> Metric:
    """Return a metric and its interval times a factor."""
    return Metric(metric.value * factor, metric.low * factor, metric.high * factor, 0.0)


def _ends(metric: Metric) -> dict[str, float]:
    return {"value": metric.value, "low": metric.low, "high": metric.high}
