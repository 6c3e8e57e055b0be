"""Two groups of leads of the same time, and how far a property tells them apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import rel_entr

from leadgate.arrays import Bools, Floats, Ints
from training.statistics.binomial import clopper_pearson
from training.statistics.clusters import effective_n, group_sums

# A value ensures the first group only where it is so many times as frequent there.
ENSURES = 4.0
_ENOUGH = 10
# So many leads of each group are imagined to be spread over the values as all are.
_SHRINK = 5.0
_HALVES = 20_261_201


@dataclass(frozen=True)
class Divergence:
    """How much more often one group of leads has a property than another.

    Attributes
    ----------
    first, second
        The shares that have it; the second group's as if it had come at the times of the first.
    low
        The least Kullback-Leibler divergence of the second share from the first, in nats, that
        their 90 % intervals allow; 0 where the second may be as large. It is what the property
        says for a lead of the first group, on average, whatever the base rate.
    least, most
        The lower end of the interval of `first`, and the upper one of `second`.

    References
    ----------
    Kullback & Leibler 1951, On information and sufficiency.
    """

    first: float
    second: float
    low: float
    least: float
    most: float

    @property
    def gap(self) -> float:
        """How far the first share lies above the second at least."""
        return max(0.0, self.least - self.most)

    @property
    def ensures(self) -> bool:
        """Whether the property is so frequent in the first group alone that it ensures it."""
        return self.first >= ENSURES * self.second


NOTHING = Divergence(0.0, 0.0, 0.0, 0.0, 1.0)


class Contrast:
    """Two groups of leads, the second weighed to have come at the times of the first.

    Leads of periods that lack one of the groups are left aside. The leads of an account in one
    group count as Kish's effective number of accounts.

    Parameters
    ----------
    names
        What the groups are called.
    first, second
        Shape (n,), which leads are in each group.
    period, account
        Shape (n,), codes.
    """

    def __init__(
        self, names: tuple[str, str], first: Bools, second: Bools, period: Ints, account: Ints
    ) -> None:
        self.names = names
        n, m = (np.bincount(period[rows], minlength=period.max() + 1) for rows in (first, second))
        both = ((n > 0) & (m > 0))[period]
        weight = (n / np.maximum(m, 1))[period]
        self._weights = (np.where(first & both, 1.0, 0.0), np.where(second & both, weight, 0.0))
        self._n = [effective_n(group_sums(account, weight)) for weight in self._weights]
        accounts, place = np.unique(account, return_inverse=True)
        self._half = (np.random.default_rng(_HALVES).random(accounts.size) < 0.5)[place]

    @property
    def enough(self) -> bool:
        """Whether either group is worth ten accounts or more."""
        return min(self._n) >= _ENOUGH

    def of(self, inside: Bools) -> Divergence:
        """Compare how often the groups have a property; shape (n,). Nothing without `enough`."""
        if not self.enough:
            return NOTHING
        p, q = (min(1.0, float(weight @ inside / weight.sum())) for weight in self._weights)
        least, most = clopper_pearson(p, self._n[0])[0], clopper_pearson(q, self._n[1])[1]
        low = float(_divergence(np.array(least), np.array(most))) if least > most else 0.0
        return Divergence(p, q, low, least, most)

    def ensuring(self, code: Ints) -> Bools:
        """Return which leads have values that ensure the first group; shape (n,).

        Which values do is learned from one half of the accounts for the other.

        Parameters
        ----------
        code
            Shape (n,), 0, 1, ... for each value.
        """
        inside = np.empty(code.size, dtype=bool)
        for half in (self._half, ~self._half):
            inside[~half] = self._ensuring(code, half)[code[~half]]
        return inside

    def _ensuring(self, code: Ints, rows: Bools) -> Bools:
        """Return for each code whether it is one of those that ensure the first group.

        The most decisive ones are taken together as long as that makes the divergence grow.
        """
        size = int(code.max()) + 1
        counts = [np.bincount(code[rows], weight[rows], size) for weight in self._weights]
        spread = (counts[0] + counts[1] + 1e-9) / (counts[0] + counts[1] + 1e-9).sum()
        p, q = ((each + _SHRINK * spread) / (each.sum() + _SHRINK) for each in counts)
        order = np.argsort(-p / q, kind="stable")
        more, less = np.cumsum(p[order]), np.cumsum(q[order])
        worth = np.where(more >= ENSURES * less, _divergence(more, less), 0.0)
        ensuring = np.zeros(size, dtype=bool)
        if worth.max() > 0:
            ensuring[order[: int(worth.argmax()) + 1]] = True
        return ensuring


def _divergence(p: Floats, q: Floats) -> Floats:
    p, q = np.minimum(p, 1.0), np.minimum(q, 1.0)
    return np.asarray(rel_entr(p, q) + rel_entr(1.0 - p, 1.0 - q))
