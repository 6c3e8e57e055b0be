"""The horizon that fits: within how many days after their creation most wins are closed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.parsing.times import NAT, US_PER_DAY
from leadgate.arrays import Bools, Floats, Ints

CHOICES = (30, 60, 90, 180, 365)
# Of the wins so many are to fall into it; of the newest leads that are old enough so many are to
# have won, or nothing can be evaluated.
_COVERED = 0.85
_NEWEST, _WINS = 0.2, 10
DEFAULT = 90


@dataclass(frozen=True)
class Horizon:
    """How long wins take, and the horizon that follows.

    Attributes
    ----------
    days
        The horizon.
    why
        The reason.
    took
        Days from creation to closing of each win, where both are there.
    """

    days: int
    why: str
    took: Floats

    @classmethod
    def of(cls, created: Ints, closed: Ints, won: Bools) -> Horizon:
        """Choose a horizon.

        Parameters
        ----------
        created, closed
            Times in microseconds, `NAT` where there is none; shape (n,).
        won
            Which leads are won; shape (n,).
        """
        timed = won & (created != NAT) & (closed != NAT) & (closed >= created)
        took = (closed[timed] - created[timed]) / US_PER_DAY
        if not len(took):
            return cls(DEFAULT, "a win counts within so many days", took)
        covering = [days for days in CHOICES if (took <= days).mean() >= _COVERED] or [CHOICES[-1]]
        wanted = covering[0]
        until = max(int(created.max()), int(closed[timed].max()))
        days = next(
            (
                d
                for d in reversed(CHOICES)
                if d <= wanted and _can_be_evaluated(created, closed, timed, until, d)
            ),
            wanted,
        )
        share = f"{(took <= days).mean():.0%} of the wins came within so many days"
        shorter = "" if days == wanted else ", and the data are too short for more"
        return cls(days, share + shorter, took)


def _can_be_evaluated(created: Ints, closed: Ints, timed: Bools, until: int, days: int) -> bool:
    """Whether the newest leads that are old enough hold enough wins within the horizon."""
    reach = days * US_PER_DAY
    mature = (created != NAT) & (created <= until - reach)
    if not mature.any():
        return False
    start = np.quantile(created[mature], 1 - _NEWEST)
    wins = timed & mature & (created >= start) & (closed - created <= reach)
    return int(wins.sum()) >= _WINS
