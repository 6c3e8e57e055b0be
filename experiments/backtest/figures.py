"""What a policy's handoffs came to: counts, shares and money, with intervals by account."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from experiments.backtest.pool import Pool
from features.parsing.times import NAT, US_PER_DAY
from leadgate.arrays import Bools, Floats, Ints, Positions
from training.evaluation.evaluated import Metric
from training.statistics.bootstrap import LEVEL, REPLICATES, percentiles, replicates

# The columns of a tally.
ALL, MATURE, WORKED, QUALIFIED, WON, EARNED, PROFIT, WINS, EXPECTED = range(9)


@dataclass(frozen=True)
class Terms:
    """What decides how a handoff counts.

    Attributes
    ----------
    horizon_days
        Within which a win counts for the qualified share and the profit; None: ever.
    ripe_days
        The age at which a handoff is mature; without a horizon, closed leads are.
    cost
        Of one handoff.
    worth
        What winning each lead of the history brings, shape (n,); None where that is not known.
    """

    horizon_days: float | None
    ripe_days: float
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
    worked
        Those of the mature ones that sales worked in the past.
    won
        Historical wins that were handed off before the win.
    qualified_share
        Share of `worked` that won within the horizon after the handoff.
    wins_kept
        Share of all the wins there were to have.
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
    worked: int
    won: int
    qualified_share: Metric
    wins_kept: Metric
    profit: Metric
    profit_per_handoff: Metric
    days_to_handoff: float
    expected_won: float

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as `leadgate backtest --json` prints them."""
        share = self.qualified_share
        return {
            "handed_off": self.handed_off,
            "handed_off_ever": self.handed_off_ever,
            "worked": self.worked,
            "won": self.won,
            "qualified_share": {"value": share.value, "low": share.low, "high": share.high},
            "wins_kept": self.wins_kept.value,
            "wins_kept_low": self.wins_kept.low,
            "wins_kept_high": self.wins_kept.high,
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
    given = handed[leads] >= 0
    at = pool.weeks[handed[leads]]
    closes = history.closes[leads]
    won = history.won[leads]
    result = np.zeros((leads.size, 9))
    mature = given & _mature(pool, leads, at, terms)
    in_time = won & _after(pool, closes, at) & _within(closes, at, terms.horizon_days)
    worked = ~history.unworked[leads]
    if history.has_handoffs:
        worked &= history.first_worked[leads] != NAT
    result[:, ALL] = given
    result[:, MATURE] = mature
    result[:, WORKED] = mature & worked
    result[:, QUALIFIED] = mature & worked & in_time
    result[:, WON] = given & won & _after(pool, closes, at)
    result[:, EARNED] = mature & in_time
    result[:, WINS] = won & _after(pool, closes, pool.weeks[pool.first[leads]])
    worth = np.full(leads.size, np.nan) if terms.worth is None else terms.worth[leads]
    result[:, PROFIT] = np.where(mature, in_time * worth - terms.cost, 0.0)
    if truth is not None:
        taken = handed[pool.lead] == pool.week
        result[:, EXPECTED] = np.bincount(pool.lead[taken], truth[taken], minlength=len(history))[
            leads
        ]
    return result


class Resampled:
    """Bootstrap draws of the accounts in a replay, the same ones for every policy.

    Parameters
    ----------
    pool
        Who was decided on.
    """

    def __init__(self, pool: Pool) -> None:
        names, self._code = np.unique(pool.history.accounts[pool.leads], return_inverse=True)
        ones = np.ones(names.size)
        chunks = replicates(np.arange(names.size), ones, n=REPLICATES, seed=0)
        # How often an account is drawn is a small number: half the memory holds it exactly.
        self._weights = np.concatenate([chunk.astype(np.float32) for chunk in chunks])

    def sums(self, counted: Floats) -> Floats:
        """Return the column sums of a tally, then those of every draw, shape (1 + draws, k)."""
        by_account = np.zeros((self._weights.shape[1], counted.shape[1]))
        np.add.at(by_account, self._code, counted)
        drawn = self._weights @ by_account.astype(np.float32)
        return np.vstack([counted.sum(axis=0), drawn.astype(np.float64)])


def figures(
    pool: Pool, handed: Ints, counted: Floats, draws: Resampled, *, truth: bool = False
) -> Figures:
    """Sum up a tally, with 90 % intervals by account."""
    total = counted.sum(axis=0)
    share, kept, profit, each = _metrics(_ratios(draws.sums(counted)))
    given = pool.leads[handed[pool.leads] >= 0]
    waited = (pool.weeks[handed[given]] - pool.history.created[given]) / US_PER_DAY
    return Figures(
        handed_off_ever=int(total[ALL]),
        handed_off=int(total[MATURE]),
        worked=int(total[WORKED]),
        won=int(total[WON]),
        qualified_share=share,
        wins_kept=kept,
        profit=profit,
        profit_per_handoff=each,
        days_to_handoff=float(np.median(waited)) if given.size else math.nan,
        expected_won=float(total[EXPECTED]) if truth else math.nan,
    )


def kept_more(one: Floats, other: Floats, draws: Resampled) -> Metric:
    """Return by how much one policy keeps more of the wins than another, in the same draws."""
    both = draws.sums(np.column_stack([one[:, WON] - other[:, WON], one[:, WINS]]))
    return replace(_metrics(_divided(both[:, 0], both[:, 1])[None, :])[0], baseline=0.0)


def by_policy(found: Mapping[str, Figures]) -> dict[str, Any]:
    """Return the figures of all policies for JSON."""
    return {name: one.to_dict() for name, one in found.items()}


def _mature(pool: Pool, leads: Positions, at: Ints, terms: Terms) -> Bools:
    history = pool.history
    if terms.horizon_days is None:
        return np.asarray(history.closes[leads] != NAT)
    return np.asarray(at + round(terms.ripe_days * US_PER_DAY) <= history.until)


def _after(pool: Pool, closes: Ints, at: Ints) -> Bools:
    """Return whether a close comes after an instant; without a clock, on its day at the least."""
    return closes > at if pool.history.has_clock else closes >= at


def _within(closes: Ints, at: Ints, horizon_days: float | None) -> Bools:
    if horizon_days is None:
        return np.ones(closes.size, dtype=bool)
    return np.asarray(closes - at <= round(horizon_days * US_PER_DAY))


def _metrics(drawn: Floats) -> list[Metric]:
    """Return metrics from their values, shape (k, 1 + draws): the first one, then every draw."""
    low, high = percentiles(drawn[:, 1:], LEVEL)
    values = zip(drawn[:, 0], low, high, strict=True)
    return [Metric(float(v), float(a), float(b)) for v, a, b in values]


def _ratios(total: Floats) -> Floats:
    """Return qualified share, wins kept, profit and profit per handoff, shape (4, n)."""
    return np.stack(
        [
            _divided(total[:, QUALIFIED], total[:, WORKED]),
            _divided(total[:, WON], total[:, WINS]),
            total[:, PROFIT],
            _divided(total[:, PROFIT], total[:, MATURE]),
        ]
    )


def _divided(over: Floats, under: Floats) -> Floats:
    result: Floats = np.full(over.shape, np.nan)
    return np.divide(over, under, out=result, where=under > 0)
