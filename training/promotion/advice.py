"""What would help where the data do not show who will buy, worked out from the data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from features.history.lead_history import LeadHistory
from features.history.worked import ever_worked
from features.parsing.times import US_PER_DAY
from training.evaluation.evaluated import Evaluation
from training.evaluation.signal import MIN_ACCOUNTS

_DAYS_A_MONTH = 30.44
# More wins than so many times those seen are nothing to wait for.
_HOPELESS = 20.0


@dataclass(frozen=True)
class Supply:
    """What more could be had.

    `wins_a_month` is how fast wins come, NaN without dates; `unworked` how many leads sales never
    worked; `activities` whether the export has any.
    """

    wins_a_month: float
    unworked: int
    activities: bool

    @classmethod
    def of(cls, history: LeadHistory) -> Supply:
        """Return what a history has to offer."""
        wins, days = int(history.won.sum()), math.nan
        if history.dated and len(history):
            days = (int(history.created.max()) - int(history.created.min())) / US_PER_DAY
        return cls(
            wins_a_month=wins / (days / _DAYS_A_MONTH) if days > 0 else math.nan,
            unworked=int((~ever_worked(history)).sum()),
            activities=len(history.activities) > 0,
        )


def for_signal(evaluation: Evaluation, supply: Supply) -> str:
    """Say in one sentence what would help when no signal was found."""
    wins = _wins(evaluation)
    needed = wins * (evaluation.signal.needed - 1.0)
    if needed <= _HOPELESS * wins:
        first = f"about {_rough(needed)} more wins{_months(needed, supply)}, were the AUC to stay"
    else:
        first = "other columns, as more leads of this kind would hardly help"
    return _listed([first], supply)


def for_accounts(evaluation: Evaluation, supply: Supply) -> str:
    """Say in one sentence what would help where too few accounts can be evaluated."""
    signal, parts, wins = evaluation.signal, [], 0.0
    if signal.won < MIN_ACCOUNTS:
        wins = max(1.0, MIN_ACCOUNTS - signal.won)
        parts.append(f"{_rough(wins)} more with a win{_months(wins, supply)}")
    if signal.lost < MIN_ACCOUNTS:
        parts.append(f"{_rough(max(1.0, MIN_ACCOUNTS - signal.lost))} more with a loss")
    return _listed([f"other accounts, {_and(parts)}"], supply)


def _wins(evaluation: Evaluation) -> int:
    """Return how many winning leads the windows hold."""
    return sum(window.wins for window in evaluation.windows)


def for_counts(won: int, lost: int, closed: int, of_either: int, supply: Supply) -> str:
    """Say in one sentence what would help where too few leads are closed.

    Parameters
    ----------
    won, lost
        How many there are.
    closed, of_either
        How many are needed, in all and of either kind.
    """
    wins, losses = max(0, of_either - won), max(0, of_either - lost)
    rest = max(0, closed - won - lost - wins - losses)
    parts = [(wins, "won"), (losses, "lost"), (rest, "of either kind")]
    more = _and([f"{n} more {what}" for n, what in parts if n])
    return _listed([f"{more}{_months(wins, supply)}"], supply)


def _listed(first: Sequence[str], supply: Supply) -> str:
    help_ = list(first)
    if supply.unworked:
        some = f"some of the {supply.unworked:,} leads" if supply.unworked > 1 else "the one lead"
        help_.append(f"sales working {some} that it never worked")
    if not supply.activities:
        help_.append("activities (visits, mails, calls), of which the export has none")
    return f"What would help: {'; '.join(help_)}." if help_ else ""


def _months(wins: float, supply: Supply) -> str:
    months = wins / supply.wins_a_month if supply.wins_a_month > 0 else math.nan
    if not months > 0:
        return ""
    return f" ({'a month' if months <= 1 else f'{math.ceil(months)} months'} at today's rate)"


def _rough(number: float) -> str:
    """Return a number with two figures, rounded up."""
    scale = 10 ** max(0, math.floor(math.log10(max(number, 1.0))) - 1)
    return f"{math.ceil(number / scale) * scale:,.0f}"


def _and(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1] if parts else ""]))
