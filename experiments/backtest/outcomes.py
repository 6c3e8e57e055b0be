"""What became of each pair: whether sales came soon after it, and whether that won."""

from __future__ import annotations

from dataclasses import dataclass

from experiments.backtest.pool import Pool
from features.parsing.times import NAT, US_PER_DAY
from leadgate.arrays import Bools
from leadgate.policy import US_PER_WEEK


@dataclass(frozen=True)
class Outcomes:
    """What became of each pair of a lead and a week; every array has shape (pairs,).

    Attributes
    ----------
    worked
        Whether sales first worked the lead within seven days after the Monday; where it is not
        known when, whether it worked it at all.
    won
        Of the worked ones, those that won within the horizon after that first work. A win that
        came without sales is nobody's.
    mature
        Whether that had to be known by the end of the data; without a horizon, whether it is.
    """

    worked: Bools
    won: Bools
    mature: Bools

    @classmethod
    def of(cls, pool: Pool, horizon_days: float | None, mature_days: float) -> Outcomes:
        """Look up what became of the pairs of a pool.

        Parameters
        ----------
        horizon_days
            Within which a win counts; None: ever.
        mature_days
            After so many days it has to be known.
        """
        history, work, lead = pool.history, pool.work, pool.lead
        closes, monday = history.closes[lead], pool.as_of
        worked, since = work.ever[lead], monday
        if work.dated:
            since = work.at[lead]
            worked = worked & (since > monday) & (since <= monday + US_PER_WEEK)
        after = closes > since if history.has_clock else closes >= since
        won = worked & history.won[lead] & after
        if horizon_days is None:
            return cls(worked, won, closes != NAT)
        won &= closes - since <= round(horizon_days * US_PER_DAY)
        matures = monday + US_PER_WEEK * work.dated + round(mature_days * US_PER_DAY)
        return cls(worked, won, matures <= history.until)
