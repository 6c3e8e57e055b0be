"""What the monitor can see with a firm's own numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.monitor.evidence import NEEDED, SHIFTS, fortune, log_pay, offsets_of
from leadgate.arrays import Floats, Ints

LOOKS, TOO_HIGH = 3, 1.3
_DRAWS, _BINS = 2_000, 20


@dataclass(frozen=True)
class Power:
    """The chance that a readiness of which is wrong by a factor is alarmed within some looks.

    Attributes
    ----------
    a_month
        Matured decisions in each period of 30 days.
    readiness
        Their mean.
    too_high
        The factor.
    looks
        How many periods.
    chance
        By simulation.
    """

    a_month: int
    readiness: float
    too_high: float
    looks: int
    chance: float

    def in_words(self) -> str:
        """Return it as a sentence."""
        return (
            f"With {self.a_month:,} matured handoffs a month, a readiness {self.too_high:g} times "
            f"too high is alarmed within {self.looks} looks with a chance of {self.chance:.0%}."
        )


def power(
    readiness: Floats,
    a_month: int,
    spread: float = 0.0,
    *,
    too_high: float = TOO_HIGH,
    looks: int = LOOKS,
    draws: int = _DRAWS,
) -> Power:
    """Simulate firms whose readiness is too high from the first period on; seed fixed.

    Parameters
    ----------
    readiness
        Of decisions like those to come, shape (n,), n >= 1.
    a_month
        How many mature in each period of 30 days.
    spread
        As in `experiments.monitor.evidence.offsets_of`.
    """
    p, n = _binned(readiness, a_month)
    rng = np.random.default_rng(0)
    won = rng.binomial(n, p / too_high, size=(draws, looks, p.size)).astype(np.float64)
    parts = [
        log_pay(won, n.astype(np.float64), p, shifts).sum(axis=-2)
        for shifts in (SHIFTS, offsets_of(spread))
    ]
    alarmed = (fortune(*parts) >= np.log(NEEDED)).any(axis=-1)
    return Power(a_month, float(readiness.mean()), too_high, looks, float(alarmed.mean()))


def _binned(readiness: Floats, a_month: int) -> tuple[Floats, Ints]:
    """Return the mean readiness of stretches of the ranked decisions, and how many are in each."""
    bins = max(1, min(_BINS, readiness.size, a_month))
    stretches = np.array_split(np.sort(readiness), bins)
    edges = np.arange(bins + 1) * a_month // bins
    return np.array([part.mean() for part in stretches]), np.diff(edges)
