"""Types of activity that come with the outcome and show which it was."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.history.lead_history import LeadHistory
from features.parsing.times import NAT, US_PER_DAY
from leadgate.arrays import Bools, Floats, Ints

DAYS_BEFORE = (30, 7, 1, 0)
_EXPECTED = 20
_HARDLY_ANY = 0.10


@dataclass(frozen=True)
class FinalAct:
    """One type of activity and when, before the end, it comes.

    Attributes
    ----------
    leads
        Closed leads, with a closing time, that have it.
    won
        The share of them that was won.
    auc
        By days before the close, how well having had it discriminates among the leads that were
        then at least that old.
    final
        Whether it shows how the lead ended and comes within the last day.
    """

    name: str
    leads: int
    won: float
    auc: dict[int, float]
    final: bool

    def sentence(self) -> str:
        """Say it in words."""
        kind, share = ("won", self.won) if self.won > 0.5 else ("lost", 1 - self.won)
        rise = ", ".join(f"{auc:.2f} at {days}" for days, auc in self.auc.items())
        return (
            f"{share:.0%} of the {self.leads} closed leads that have it were {kind}, and half of "
            f"them got it within a day of the close or later (AUC by days before the close: {rise})"
        )


def final_acts(history: LeadHistory) -> list[FinalAct]:
    """Look at every type of activity, by name."""
    acts = history.activities
    dated = (history.won | history.lost) & (history.closed != NAT)
    if not len(acts) or not dated.any():
        return []
    lead = acts.owner
    rows = np.flatnonzero(dated[lead])
    # Within a lead activities are in the order of time: the first of each pair is the first ever.
    pair = acts.type.codes[rows] * np.int64(len(history)) + lead[rows]
    pair, place = np.unique(pair, return_index=True)
    code, lead = np.divmod(pair, len(history))
    early = (history.closed[lead] - acts.occurred[rows[place]]) / US_PER_DAY
    return [
        _final_act(history, name, dated, lead[code == k], early[code == k])
        for k, name in enumerate(acts.type.texts)
        if (code == k).any()
    ]


def _final_act(
    history: LeadHistory, name: str, dated: Bools, lead: Ints, early: Floats
) -> FinalAct:
    won, n = history.won[dated], len(lead)
    wins, expected = int(history.won[lead].sum()), n * float(won.mean())
    no_win = expected >= _EXPECTED and wins <= _HARDLY_ANY * expected
    no_loss = n - expected >= _EXPECTED and n - wins <= _HARDLY_ANY * (n - expected)
    median = float(np.median(early))
    before = np.full(len(history), -np.inf)
    before[lead] = early
    age = (history.closed - history.created) / US_PER_DAY
    auc = {}
    for days in DAYS_BEFORE:
        old = dated & (age > days)
        ahead, behind = (before[old & kind] > days for kind in (history.won, history.lost))
        if ahead.size and behind.size:
            auc[days] = 0.5 + (float(ahead.mean()) - float(behind.mean())) / 2
    return FinalAct(name, n, wins / n, auc, bool((no_win or no_loss) and median <= 1))
