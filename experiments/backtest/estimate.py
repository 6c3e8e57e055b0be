"""What a policy's handoffs would have come to, with intervals by account.

A lead that a policy hands off wins with its corrected readiness
(`experiments.backtest.correction`), one that it leaves to marketing with its readiness_unworked.
What sales did itself is known: there the mean of won - readiness over the leads that it worked is
added, so that the model has no say.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.backtest.correction import Correction
from experiments.backtest.outcomes import Outcomes
from experiments.backtest.pool import Pool
from experiments.figures.accounts import Accounts
from leadgate.arrays import Floats, Ints, Positions
from training.dataset.overlap import LEAST_CHANCE
from training.evaluation.evaluated import Metric
from training.statistics.bootstrap import LEVEL, percentiles
from training.statistics.metrics import ratio

# A policy is refused with fewer effective worked leads, or with a larger part of its handoffs that
# sales would hardly ever have worked.
MIN_EFFECTIVE, MOST_TRIMMED = 50.0, 0.30
# The columns of a tally.
HANDED, LIKELY, LEFT, SHOWN, RESIDUAL = range(5)
LIKELY_MONEY, LEFT_MONEY, RESIDUAL_MONEY = range(5, 8)
GRADIENT, GRADIENT_MONEY = slice(8, 11), slice(11, 14)
MISSED, GRADIENT_MISSED = 14, slice(15, 18)
UNKNOWN = Metric(math.nan, math.nan, math.nan)


@dataclass(frozen=True)
class Figures:
    """What became of one policy's handoffs, estimated.

    Attributes
    ----------
    handed_off
        Leads handed off.
    evaluated
        Those of them that sales worked within seven days and whose outcome had to be known.
    wins
        Within the horizon, of all leads: those handed off worked, the others left to marketing.
        Where it is not known what becomes of the latter, among the leads handed off.
    win_rate
        Of the leads handed off.
    share_of_wins
        Wins of the leads handed off, of these and those that the others would have had if sales
        had worked them from their first Monday on.
    profit
        What the wins bring, less the cost of every handoff; NaN where that is not known.
    trimmed
        Which share of the handoffs were leads that sales would hardly ever have worked.
    refused
        Why nothing is estimated; "" where it is.
    """

    handed_off: int
    evaluated: int
    wins: Metric
    win_rate: Metric
    share_of_wins: Metric
    profit: Metric
    trimmed: float
    refused: str

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as `leadgate backtest --json` prints them."""
        return {
            "handed_off": self.handed_off,
            "evaluated": self.evaluated,
            **{name: _ends(getattr(self, name)) for name in _FIGURES},
        }


@dataclass(frozen=True)
class Difference:
    """By how much one policy is ahead of another, paired by account.

    `profit` is NaN where it is not known what a win brings.
    """

    wins: Metric
    profit: Metric

    def to_dict(self) -> dict[str, Any]:
        """Return the differences as `leadgate backtest --json` prints them."""
        return {"wins": _ends(self.wins), "profit": _ends(self.profit)}


_FIGURES = ("wins", "win_rate", "share_of_wins", "profit")


@dataclass(frozen=True, eq=False)
class Drawn:
    """The sums of one policy and those of every bootstrap draw of the accounts: (1 + draws,) each.

    All policies share their draws, so that they can be compared.
    """

    captured: Floats
    wins: Floats
    profit: Floats
    figures: Figures


@dataclass(frozen=True, eq=False)
class Estimator:
    """What every policy is judged by.

    Attributes
    ----------
    pool, outcomes
        The pairs, and what became of them.
    correction
        What each pair wins when it is worked.
    unworked
        What each pair wins when it is left to marketing; None where that is not known.
    chance
        Of each pair: of being worked within seven days.
    worth
        What winning each lead of the history brings; None where that is not known.
    cost
        Of one handoff.
    accounts
        Of the leads in the replay.
    """

    pool: Pool
    outcomes: Outcomes
    correction: Correction
    unworked: Floats | None
    chance: Floats
    worth: Floats | None
    cost: float
    accounts: Accounts

    @property
    def all_leads(self) -> bool:
        """Whether wins are those of all leads, and not only of the leads handed off."""
        return self.unworked is not None

    def of(self, handed: Ints, *, as_it_was: bool = False) -> Drawn:
        """Estimate what a policy's handoffs come to.

        Parameters
        ----------
        handed
            Shape (leads of the history,), the week of each handoff; -1 for never.
        as_it_was
            The handoffs are what sales did.
        """
        rows = np.flatnonzero(handed[self.pool.lead] == self.pool.week)
        sums = self.accounts.sums(self._tally(handed, rows))
        moves = self.correction.moves
        n = sums[:, HANDED]
        if as_it_was:
            captured = sums[:, LIKELY] + n * ratio(sums[:, RESIDUAL], sums[:, SHOWN])
            money = sums[:, LIKELY_MONEY] + n * ratio(sums[:, RESIDUAL_MONEY], sums[:, SHOWN])
        else:
            captured = sums[:, LIKELY] + (sums[:, GRADIENT] * moves).sum(axis=1)
            money = sums[:, LIKELY_MONEY] + (sums[:, GRADIENT_MONEY] * moves).sum(axis=1)
        wins = captured + sums[:, LEFT]
        profit = money + sums[:, LEFT_MONEY] - self.cost * n
        missed = sums[:, MISSED] + (sums[:, GRADIENT_MISSED] * moves).sum(axis=1)
        trimmed = 0.0
        if rows.size and not as_it_was:
            trimmed = float((self.chance[rows] < LEAST_CHANCE).mean())
        refused = _refused(self.correction.effective, trimmed)
        drawn = [wins, ratio(captured, n), ratio(captured, captured + missed), profit]
        metrics = [UNKNOWN if refused else _metric(figure) for figure in drawn]
        evaluated = int(self.correction.used[rows].sum())
        names = dict(zip(_FIGURES, metrics, strict=True))
        figures = Figures(int(n[0]), evaluated, **names, trimmed=trimmed, refused=refused)
        return Drawn(captured, wins, profit, figures)

    def _tally(self, handed: Ints, rows: Positions) -> Floats:
        """Return what each lead of the replay adds; shape (leads in the replay, 18)."""
        pool, outcomes = self.pool, self.outcomes
        result = np.zeros((len(pool.history), 18))
        worth = np.full(len(pool.history), np.nan) if self.worth is None else self.worth
        lead = pool.lead[rows]
        likely, gradient = self.correction.likely[rows], self.correction.gradient[rows]
        result[lead, HANDED] = 1.0
        result[lead, LIKELY] = likely
        result[lead, LIKELY_MONEY] = likely * worth[lead]
        result[lead, GRADIENT] = gradient
        result[lead, GRADIENT_MONEY] = gradient * worth[lead, None]
        shown = outcomes.mature[rows] & outcomes.worked[rows]
        residual = shown * (outcomes.won[rows] - likely)
        result[lead, SHOWN] = shown
        result[lead, RESIDUAL] = residual
        result[lead, RESIDUAL_MONEY] = residual * worth[lead]
        first = pool.first[pool.lead] == pool.week
        left = np.flatnonzero(first & (handed[pool.lead] < 0))
        result[pool.lead[left], MISSED] = self.correction.likely[left]
        result[pool.lead[left], GRADIENT_MISSED] = self.correction.gradient[left]
        if self.unworked is not None:
            result[pool.lead[left], LEFT] = self.unworked[left]
            result[pool.lead[left], LEFT_MONEY] = self.unworked[left] * worth[pool.lead[left]]
        return result[pool.leads]


def difference(policy: Drawn, other: Drawn) -> Difference:
    """Return by how much one policy is ahead of another, paired by account."""
    if policy.figures.refused or other.figures.refused:
        return Difference(UNKNOWN, UNKNOWN)
    return Difference(_metric(policy.wins - other.wins), _metric(policy.profit - other.profit))


def _refused(effective: float, trimmed: float) -> str:
    if trimmed > MOST_TRIMMED:
        return (
            f"sales would hardly ever have worked {trimmed:.0%} of the leads that it hands off, "
            f"and {MOST_TRIMMED:.0%} at most may be so"
        )
    if effective < MIN_EFFECTIVE:
        return (
            f"the leads that sales worked and whose outcome is known count for {effective:.0f} "
            f"even ones, and {MIN_EFFECTIVE:.0f} are needed"
        )
    return ""


def _metric(drawn: Floats) -> Metric:
    """Return a metric from its value and then its draws, shape (1 + draws,)."""
    low, high = percentiles(drawn[1:], LEVEL)
    return Metric(float(drawn[0]), float(low), float(high))


def _ends(metric: Metric) -> dict[str, float | None]:
    """Return a metric for JSON, without a baseline, as there is none."""
    values = metric.to_dict()
    return {name: values[name] for name in ("value", "low", "high")}
