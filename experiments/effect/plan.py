"""How long a control group takes to show an effect, before and while it runs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from leadgate.errors import DataError
from leadgate.policy import Policy
from leadgate.policy.control import largest_effect, weeks_to_show

# Without knowing better: half of the wins among the handoffs would have come by themselves.
BY_THEMSELVES = 0.5
SHARES = (0.05, 0.1, 0.2, 0.3)
WEEKS_PER_QUARTER = 13


@dataclass(frozen=True)
class Plan:
    """What a control group is planned with.

    Attributes
    ----------
    leads_per_week
        How many leads come in.
    base_rate
        Which share of them wins without the gate.
    effect
        What the gate adds to that share.
    horizon_days
        Within which a win counts.
    control
        Share of the leads in the group; None where none is set.
    variance
        How many times as much the win rates vary as those of independent leads.
    """

    leads_per_week: float
    base_rate: float
    effect: float
    horizon_days: float
    control: float | None = None
    variance: float = 1.0

    @property
    def shares(self) -> list[float]:
        """The shares that are compared, ascending: a few, and the one that is set."""
        return sorted({*SHARES, *([self.control] if self.control else [])})

    def weeks(self, control: float) -> float:
        """Return the weeks until the effect shows in four of five cases, the horizon included."""
        leads = weeks_to_show(
            self.effect, self.base_rate, control, self.leads_per_week, self.variance
        )
        return leads + self.horizon_days / 7

    def wins_lost(self, control: float) -> float:
        """Return the wins a quarter that the control group costs."""
        return self.effect * control * self.leads_per_week * WEEKS_PER_QUARTER

    def to_dict(self) -> dict[str, Any]:
        """Return the plan for JSON."""
        return {
            "leads_per_week": self.leads_per_week,
            "base_rate": self.base_rate,
            "effect_per_lead": self.effect,
            "horizon_days": self.horizon_days,
            "weeks": [
                {
                    "control": share,
                    "weeks_needed": _whole(self.weeks(share)),
                    "wins_lost_per_quarter": self.wins_lost(share),
                }
                for share in self.shares
            ],
        }


def expected_effect(policy: Policy) -> tuple[float, float]:
    """Return what a gate is expected to add to the win rate of all leads, and the rate without it.

    By the uplift where the model knows it, else as if half of the wins among the leads that reach
    the line came by themselves.
    """
    effect, rate = largest_effect(policy)
    if policy.uplifts:
        return effect, rate
    return effect * (1.0 - BY_THEMSELVES), rate + effect * BY_THEMSELVES


def plan_of(
    policy: Policy | None,
    horizon_days: float,
    *,
    leads_per_week: float | None = None,
    base_rate: float | None = None,
    effect: float | None = None,
    control: float | None = None,
) -> Plan:
    """Return a plan from what is given, and from a policy where something is not.

    Raises
    ------
    DataError
        ``no_plan``: something is neither given nor known.
    """
    expected, without = (None, None) if policy is None else expected_effect(policy)
    incoming = None if policy is None else policy.leads_per_week
    inflow = incoming if leads_per_week is None else leads_per_week
    rate = without if base_rate is None else base_rate
    adds = expected if effect is None else effect
    values = {"--leads-per-week": inflow, "--base-rate": rate, "--effect": adds}
    unknown = [name for name, value in values.items() if value is None]
    if inflow is None or rate is None or adds is None:
        raise DataError(
            f"A plan needs {', '.join(unknown)}, and there is no model that knows it.",
            code="no_plan",
            hint=f"Give {' '.join(f'{name} X' for name in unknown)}, or train a model first.",
        )
    if rate + adds >= 1.0:
        raise DataError(
            f"The base rate and the effect add up to {rate + adds:.0%} of the leads.",
            code="no_plan",
            hint="Give shares that add up to less than 1, such as --base-rate 0.05 --effect 0.02.",
        )
    return Plan(inflow, rate, adds, horizon_days, control)


def _whole(weeks: float) -> int | None:
    return math.ceil(weeks) if math.isfinite(weeks) else None
