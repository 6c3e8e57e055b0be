"""What to expect of decisions that are not mature, from their readiness alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.monitor.matured import Handoffs
from leadgate.model.calibration import reach
from training.evaluation.evaluated import Metric
from training.statistics.bootstrap import LEVEL


@dataclass(frozen=True)
class Expected:
    """Wins among the handoffs whose outcome is not known yet, if the calibration holds.

    Nothing of it was observed: the interval is that of chance alone (Poisson-binomial).
    """

    handoffs: int
    wins: Metric
    win_rate: float


def expected(handoffs: Handoffs, horizon_days: float | None) -> Expected | None:
    """Return what readiness says of the handoffs that are not mature; None without any."""
    waiting = handoffs.readiness[~handoffs.mature(horizon_days)]
    if not waiting.size:
        return None
    wins = float(waiting.sum())
    half = reach(LEVEL) * float(np.sqrt((waiting * (1.0 - waiting)).sum()))
    interval = Metric(wins, max(wins - half, 0.0), min(wins + half, float(waiting.size)))
    return Expected(waiting.size, interval, wins / waiting.size)
