"""How likely a label was to be observed by now: Kaplan-Meier of the censoring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from leadgate.arrays import Bools, Floats

CLIP = 0.05


@dataclass(frozen=True)
class Survival:
    """A right-continuous step function G(t) = P(C > t): 1 before the first of `times`."""

    times: Floats
    values: Floats

    def before(self, t: ArrayLike) -> Floats:
        """Return G(t-), the probability of not being censored before t."""
        padded = np.concatenate([[1.0], self.values])
        return padded[np.searchsorted(self.times, t, side="left")]


def censoring_survival(observed: Floats, censored: Bools, weight: Floats) -> Survival:
    """Return the Kaplan-Meier estimate of the censoring distribution.

    Assumes that how long a lead could be watched says nothing about when its outcome comes; it
    fails when young leads are of another kind than old ones. At equal times outcomes come first.

    Parameters
    ----------
    observed
        Shape (n,), min(T, C), the time until the outcome was recorded or the data ended.
    censored
        Shape (n,), whether the data ended first.
    weight
        Shape (n,), how much each counts. A young lead with few snapshots so far weighs more on
        each of them, so that an unweighted estimate would take it for better watched than it is.

    References
    ----------
    Kaplan & Meier 1958; Graf, Schmoor, Sauerbrei & Schumacher 1999, Statistics in Medicine 18.
    """
    times, code = np.unique(observed, return_inverse=True)
    events = np.bincount(code, weights=censored * weight, minlength=times.size)
    leaving = np.bincount(code, weights=weight, minlength=times.size)
    at_risk = leaving[::-1].cumsum()[::-1]
    exposed = at_risk - (leaving - events)
    step = np.divide(events, exposed, out=np.zeros(times.size), where=exposed > 0)
    return Survival(times, np.cumprod(1 - step))


def inverse_probability(observed: Floats, censored: Bools, weight: Floats) -> Floats:
    """Return 1 / G(T-) where the outcome was observed and 0 where it was censored; shape (n,).

    Arguments as in `censoring_survival`.

    G is clipped at 0.05, so that no single lead counts for more than 20.
    """
    g = censoring_survival(observed, censored, weight).before(observed)
    return np.where(censored, 0.0, 1.0 / np.maximum(g, CLIP))
