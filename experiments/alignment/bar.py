"""The bar below which a lead is nowhere near buying: absolute, so that no share is built in."""

from __future__ import annotations

from dataclasses import dataclass

from leadgate.policy import Policy
from leadgate.policy.bands import STAGE_ODDS


@dataclass(frozen=True)
class Bar:
    """A readiness below which a lead is nowhere near buying.

    The higher one of two: where a handoff does not pay, and where a lead has half the odds of the
    average one. How many leads lie below depends on how far the model tells leads apart and on what
    a handoff costs; below the average would be about half of the leads of every firm.

    Attributes
    ----------
    break_even
        The readiness from which a handoff pays; 0 where cost or value is not known.
    base_rate
        That of the average lead.
    """

    break_even: float
    base_rate: float

    @classmethod
    def of(cls, policy: Policy, base_rate: float) -> Bar:
        """Return the bar of a policy; leads without a value of their own have the policy's."""
        return cls(min(policy.break_even(), 1.0), base_rate)

    @property
    def of_average(self) -> float:
        """The readiness of half the odds of the average lead."""
        odds = STAGE_ODDS[0] * self.base_rate
        return odds / (odds + 1.0 - self.base_rate)

    @property
    def readiness(self) -> float:
        """The bar itself."""
        return max(self.break_even, self.of_average)

    @property
    def pays(self) -> bool:
        """Whether the bar is the break-even."""
        return self.break_even > self.of_average
