"""A share of leads: how many of how many, with an interval that always leaves room for chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from leadgate.arrays import Floats
from training.statistics.binomial import clopper_pearson, effective_leads


@dataclass(frozen=True)
class Share:
    """How many of some leads have a property.

    Attributes
    ----------
    count, of
        Leads with it, and leads in all: numerator and denominator.
    value, low, high
        The share and its 90 % interval; NaN where there is no lead.
    unit
        What is counted, for people.
    """

    count: int
    of: int
    value: float
    low: float
    high: float
    unit: str = "leads"

    @classmethod
    def of_accounts(cls, part: Floats, whole: Floats, unit: str = "leads") -> Share:
        """Return the share of leads with a property, from their counts in each account.

        Parameters
        ----------
        part, whole
            Shape (accounts,): leads with the property, and leads in all. An account without any
            lead does not count.
        unit
            What is counted.
        """
        count, of = float(part.sum()), float(whole.sum())
        if not of:
            return cls(0, 0, np.nan, np.nan, np.nan, unit)
        low, high = clopper_pearson(count / of, effective_leads(part, whole))
        return cls(int(count), int(of), count / of, low, high, unit)

    def to_dict(self) -> dict[str, Any]:
        """Return the share for JSON."""
        return {name: getattr(self, name) for name in ("count", "of", "value", "low", "high")}
