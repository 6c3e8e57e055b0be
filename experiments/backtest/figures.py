"""What a policy's handoffs came to: counts, shares and money, with intervals by account."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.backtest.pool import Pool
from experiments.figures.accounts import Accounts
from experiments.figures.share import Share
from features.history.worked import ever_worked
from features.parsing.times import NAT, US_PER_DAY
from leadgate.arrays import Bools, Floats, Ints, Positions
from training.evaluation.evaluated import Metric
from training.statistics.bootstrap import LEVEL, percentiles
from training.statistics.metrics import ratio

# The columns of a tally.
ALL, MATURE, WORKED, WON_OF_WORKED, WON, EARNED, PROFIT, WINS, EXPECTED = range(9)


@dataclass(frozen=True)
class Terms:
    """What decides how a handoff counts.

    Attributes
    ----------
    horizon_days
        Within which a win counts for the win rate and the profit; None: ever.
    mature_days
        The age at which a handoff is mature; without a horizon, closed leads are.
    cost
        Of one handoff.
    worth
        What winning each lead of the history brings, shape (n,); None where that is not known.
    """

    horizon_days: float | None
    mature_days: float
    cost: float
    worth: Floats | None


@dataclass(frozen=True)
class Figures:
    """What became of one policy's handoffs.

    Attributes
    ----------
    handed_off_ever
        Every lead handed off, also those whose outcome cannot be known yet.
    handed_off
        The mature ones among them.
    win_rate
        Of the mature handoffs that sales worked in the past, those that won within the horizon
        after the handoff.
    share_of_wins
        Of all the wins there were to have, those that were handed off before the win.
    profit, profit_per_handoff
        Of the mature handoffs: what their wins brought less the cost of all; NaN where the value of
        a win is not known.
    days_to_handoff
        Median days from a lead's creation to its handoff.
    expected_won
        Sum of the true probabilities at the handoffs, where the truth is known, else NaN.
    """

    handed_off_ever: int
    handed_off: int
    win_rate: Share
    share_of_wins: Share
    profit: Metric
    profit_per_handoff: Metric
    days_to_handoff: float
    expected_won: float

    @property
    def worked(self) -> int:
        """Those of the mature handoffs that sales worked in the past."""
        return self.win_rate.of

    @property
    def won(self) -> int:
        """Historical wins that were handed off before the win."""
        return self.share_of_wins.count

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as `leadgate backtest --json` prints them."""
        rate, wins = self.win_rate, self.share_of_wins
        return {
            "handed_off": self.handed_off,
            "handed_off_ever": self.handed_off_ever,
            "worked": self.worked,
            "won": self.won,
            "qualified_share": {"value": rate.value, "low": rate.low, "high": rate.high},
            "wins_kept": wins.value,
            "wins_kept_low": wins.low,
            "wins_kept_high": wins.high,
            "profit": self.profit.value,
            "profit_low": self.profit.low,
            "profit_high": self.profit.high,
            "profit_per_handoff": self.profit_per_handoff.value,
            "days_to_handoff": self.days_to_handoff,
        }


def tally(pool: Pool, handed: Ints, terms: Terms, truth: Floats | None = None) -> Floats:
    """Count what each lead adds to the figures of a policy.

    Parameters
    ----------
    handed
        Shape (leads of the history,), the week of the handoff; -1 for never.
    truth
        The true probability of each pair, shape (pairs,).

    Returns
    -------
    ndarray of shape (leads in the replay, 9)
    """
    history, leads = pool.history, pool.leads
    taken = handed[leads] >= 0
    at = pool.weeks[handed[leads]]
    closes = history.closes[leads]
    won = history.won[leads]
    result = np.zeros((leads.size, 9))
    mature = taken & _mature(pool, leads, at, terms)
    in_time = won & _after(pool, closes, at) & _within(closes, at, terms.horizon_days)
    worked = ever_worked(history)[leads]
    result[:, ALL] = taken
    result[:, MATURE] = mature
    result[:, WORKED] = mature & worked
    result[:, WON_OF_WORKED] = mature & worked & in_time
    result[:, WON] = taken & won & _after(pool, closes, at)
    result[:, EARNED] = mature & in_time
    result[:, WINS] = won & _after(pool, closes, pool.weeks[pool.first[leads]])
    worth = np.full(leads.size, np.nan) if terms.worth is None else terms.worth[leads]
    result[:, PROFIT] = np.where(mature, in_time * worth - terms.cost, 0.0)
    if truth is not None:
        pairs = handed[pool.lead] == pool.week
        chance = np.bincount(pool.lead[pairs], truth[pairs], minlength=len(history))
        result[:, EXPECTED] = chance[leads]
    return result


def figures(
    pool: Pool, handed: Ints, counted: Floats, accounts: Accounts, *, truth: bool = False
) -> Figures:
    """Sum up a tally, with 90 % intervals by account.

    Parameters
    ----------
    accounts
        Of the leads in the replay.
    """
    by_account = accounts.summed(counted)
    total = by_account.sum(axis=0)
    money = accounts.sums(counted[:, [PROFIT, MATURE]])
    taken = pool.leads[handed[pool.leads] >= 0]
    waited = (pool.weeks[handed[taken]] - pool.history.created[taken]) / US_PER_DAY
    return Figures(
        handed_off_ever=int(total[ALL]),
        handed_off=int(total[MATURE]),
        win_rate=Share.of_accounts(by_account[:, WON_OF_WORKED], by_account[:, WORKED]),
        share_of_wins=Share.of_accounts(by_account[:, WON], by_account[:, WINS], "wins"),
        profit=_metric(money[:, 0]),
        profit_per_handoff=_metric(ratio(money[:, 0], money[:, 1])),
        days_to_handoff=float(np.median(waited)) if taken.size else math.nan,
        expected_won=float(total[EXPECTED]) if truth else math.nan,
    )


def captured_more(counted: Floats, other: Floats, accounts: Accounts) -> Metric:
    """Return by how much one policy captures more of the wins than another, paired by account."""
    both = accounts.sums(np.column_stack([counted[:, WON] - other[:, WON], counted[:, WINS]]))
    return _metric(ratio(both[:, 0], both[:, 1]), baseline=0.0)


def by_policy(policies: Mapping[str, Figures]) -> dict[str, Any]:
    """Return the figures of all policies for JSON."""
    return {name: figures_.to_dict() for name, figures_ in policies.items()}


def _mature(pool: Pool, leads: Positions, at: Ints, terms: Terms) -> Bools:
    history = pool.history
    if terms.horizon_days is None:
        return np.asarray(history.closes[leads] != NAT)
    return np.asarray(at + round(terms.mature_days * US_PER_DAY) <= history.until)


def _after(pool: Pool, closes: Ints, at: Ints) -> Bools:
    """Return whether a close comes after an instant; without a clock, on its day at the least."""
    return closes > at if pool.history.has_clock else closes >= at


def _within(closes: Ints, at: Ints, horizon_days: float | None) -> Bools:
    if horizon_days is None:
        return np.ones(closes.size, dtype=bool)
    return np.asarray(closes - at <= round(horizon_days * US_PER_DAY))


def _metric(drawn: Floats, baseline: float = math.nan) -> Metric:
    """Return a metric from its value and then its draws, shape (1 + draws,)."""
    low, high = percentiles(drawn[1:], LEVEL)
    return Metric(float(drawn[0]), float(low), float(high), baseline)
