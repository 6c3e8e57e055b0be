"""Partial pooling: the win rates of segments, with shrinkage towards the overall rate.

The fewer leads a segment has, the more its rate is that of all leads. The rate of a segment is beta
distributed around the overall rate, its wins are binomial, and how far segments differ is learned
from them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaln

from leadgate.arrays import Floats
from leadgate.model.calibration import logit, sigmoid

# Prior: segments differ by about as much on the log-odds, seldom by more than what triples the
# odds. Thirty leads do not show how far they do (docs/decisions/0018).
PRIOR_DEVIATION = 0.7
_DEVIATIONS = np.linspace(0.02, 3.0, 75)
_REACH = 1.6448536269514722


@dataclass(frozen=True)
class Pooled:
    """The rates of some segments, partially pooled; every array has shape (k,).

    Attributes
    ----------
    rate
        ``(1 - shrinkage) * raw + shrinkage * overall``.
    shrinkage
        Share of the rate that comes from the overall rate: strength / (strength + leads).
    variance
        Of the log-odds of the rate.
    strength
        How many leads of its own a segment needs to count as much as all others do for it.
    overall
        The rate of all leads.
    """

    rate: Floats
    shrinkage: Floats
    variance: Floats
    strength: float
    overall: float

    @property
    def low(self) -> Floats:
        """The lower end of the 90 % interval of each rate."""
        return self._end(-_REACH)

    @property
    def high(self) -> Floats:
        """The upper end of the 90 % interval of each rate."""
        return self._end(_REACH)

    def _end(self, reach: float) -> Floats:
        return sigmoid(logit(self.rate) + reach * np.sqrt(self.variance))


def shrunken_rate(wins: float, leads: float) -> float:
    """Return the mean of the rate under Jeffreys' prior: never 0 nor 1."""
    return (wins + 0.5) / (leads + 1.0)


def pool(wins: Floats, leads: Floats) -> Pooled:
    """Pool the win rates of segments.

    With the rate m of all leads and the strength s, a segment's rate is Beta(s m, s (1 - m)).
    s = 1 / (m (1 - m) d^2), where d is the deviation between segments on the log-odds: the mean of
    its posterior under a half-normal prior, so that a few leads neither show wild differences nor
    none. The variance holds what a segment's own leads leave open, the uncertainty of m, and that
    of d.

    Parameters
    ----------
    wins, leads
        Shape (k,), effective numbers (see `design_effect`); a segment may have no lead.

    References
    ----------
    Beta-binomial with a common prior: Gelman et al. 2013, Bayesian Data Analysis, 5.3; the prior
    of d: Gelman 2006, Prior distributions for variance parameters in hierarchical models.
    """
    total = float(leads.sum())
    m = shrunken_rate(float(wins.sum()), total)
    own = m * (1 - m)
    strength = 1 / (own * _DEVIATIONS**2)
    a, b = strength * m, strength * (1 - m)
    w, n = wins[:, None], leads[:, None]
    fit = (betaln(w + a, n - w + b) - betaln(a, b)).sum(axis=0) - (
        _DEVIATIONS / PRIOR_DEVIATION
    ) ** 2 / 2
    posterior = np.exp(fit - fit.max())
    posterior /= posterior.sum()
    s = float(1 / (own * (posterior @ _DEVIATIONS) ** 2))
    rate, shrinkage = (wins + s * m) / (leads + s), s / (leads + s)

    rates = (w + a) / (n + strength)
    of_all = 1 / ((total + 1) * own) + ((leads / total) ** 2).sum() / (strength * own)
    inside = 1 / ((n + strength) * rates * (1 - rates)) + (strength / (n + strength)) ** 2 * of_all
    between = (logit(rates) - logit(rate)[:, None]) ** 2
    return Pooled(rate, shrinkage, (inside + between) @ posterior, s, m)
