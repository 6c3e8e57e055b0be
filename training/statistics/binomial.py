"""Exact intervals of shares, where the leads of an account go together."""

from __future__ import annotations

from scipy.stats import beta, t

from leadgate.arrays import Floats
from training.statistics.bootstrap import LEVEL

_TAIL = (1.0 - LEVEL) / 2


def effective_leads(part: Floats, whole: Floats) -> float:
    """Return how many independent leads say as much about a share as these leads do.

    The number of leads over the design effect, the variance of the share by account over that of
    independent leads, less what the few degrees of freedom of the accounts cost (Korn & Graubard
    1998). It is at most the number of leads, and equal to it where every lead has an account of its
    own. Where none or all have the property nothing is seen of that variance: it is the number of
    accounts. Leads may be weighed: what is counted then is the sum of their weights.

    Parameters
    ----------
    part, whole
        Shape (accounts,): leads with the property, and leads in all; not all of them zero.
    """
    part, whole = part[whole > 0], whole[whole > 0]
    count, of, accounts = part.sum(), whole.sum(), whole.size
    if count in (0, of) or accounts == 1 or of <= 1:
        return float(max(1.0, min(accounts, of)))
    share = count / of
    by_account = accounts / (accounts - 1) * ((part - share * whole) ** 2).sum() / of**2
    independent = share * (1.0 - share) / (of - 1.0)
    freedom = min(1.0, t.ppf(_TAIL, of - 1) / t.ppf(_TAIL, accounts - 1)) ** 2
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
