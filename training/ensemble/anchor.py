"""The level that a blend would have shipped with, as a linear function of its weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leadgate.arrays import Floats
from leadgate.model.calibration import sigmoid
from training.ensemble.level import Mature, local_level


@dataclass(frozen=True)
class Anchor:
    """What the intercept of a blend is: `level` - `centre` @ weights, exact but for `variance`.

    `centre` has shape (m,): the margins of the members where their intercept is decided. `variance`
    is that of what showed the level, without what may change later.
    """

    level: float
    centre: Floats
    variance: float


def anchor(seen: Mature, log_odds: Floats, even: Floats) -> Anchor:
    """Return the local level of a blend, to the first order of its weights.

    Parameters
    ----------
    seen
        Snapshots that show the level, n of them.
    log_odds
        Their log-odds by the members; shape (n, m).
    even
        The weights around which it is linear; shape (m,), sum 1.
    """
    levels, noise, _ = seen.levels(log_odds @ even)
    share = local_level(levels, np.diag(noise)).share
    p = sigmoid(levels[seen.period] + log_odds @ even)
    inner = seen.weight * p * (1 - p)
    deciding = inner * (share / np.bincount(seen.period, inner))[seen.period]
    centre = deciding @ log_odds
    return Anchor(float(share @ levels + centre @ even), centre, float(share @ noise @ share))
