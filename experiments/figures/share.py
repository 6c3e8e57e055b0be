"""A share of leads: how many of how many, with an interval that always leaves room for chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import beta, t

from leadgate.arrays import Floats
from training.statistics.bootstrap import LEVEL

_TAIL = (1.0 - LEVEL) / 2


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


def effective_leads(part: Floats, whole: Floats) -> float:
    """Return how many independent leads say as much about a share as these leads do.

    The number of leads over the design effect, the variance of the share by account over that of
    independent leads, less what the few degrees of freedom of the accounts cost (Korn & Graubard
    1998). It is at most the number of leads, and equal to it where every lead has an account of its
    own. Where none or all have the property nothing is seen of that variance: it is the number of
    accounts.

    Parameters
    ----------
    part, whole
        Shape (accounts,), as `Share.of_accounts`.
    """
    part, whole = part[whole > 0], whole[whole > 0]
    count, of, accounts = part.sum(), whole.sum(), whole.size
    if count in (0, of) or accounts == 1:
        return float(accounts)
    share = count / of
    by_account = accounts / (accounts - 1) * ((part - share * whole) ** 2).sum() / of**2
    independent = share * (1.0 - share) / (of - 1.0)
    freedom = (t.ppf(_TAIL, of - 1) / t.ppf(_TAIL, accounts - 1)) ** 2
    design_effect = max(1.0, by_account / independent)
    return float(max(1.0, of * freedom / design_effect))


def clopper_pearson(share: float, n: float) -> tuple[float, float]:
    """Return the exact binomial 90 % interval of a share of n leads (Clopper & Pearson 1934).

    It holds the share, lies in [0, 1] and is never without width.

    Parameters
    ----------
    share
        In [0, 1].
    n
        Above 0; need not be whole.
    """
    count = share * n
    low = 0.0 if share == 0 else float(beta.ppf(_TAIL, count, n - count + 1))
    high = 1.0 if share == 1 else float(beta.ppf(1 - _TAIL, count + 1, n - count))
    return low, high
