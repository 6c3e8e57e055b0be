"""When a column is filled: before the outcome, or only after it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.history.lead_history import LeadHistory
from features.parsing.times import NAT
from leadgate.arrays import Bools
from training.leakage.labelled import PERIODS
from training.statistics.bins import bin_of, quantile_edges

_ENOUGH = 20
_RARELY, _MOSTLY = 0.05, 0.95
_SAME = 0.98


@dataclass(frozen=True)
class Fill:
    """The share of filled values in two groups of leads, compared within periods of creation."""

    group: str
    others: str
    share: float
    share_others: float

    @property
    def gap(self) -> float:
        """How far the two shares lie apart, 0 to 1."""
        return abs(self.share - self.share_others)

    def sentence(self) -> str:
        """Say it in words."""
        return (
            f"it is filled for {self.share:.0%} of the {self.group} and {self.share_others:.0%} of "
            f"the {self.others} of the same time"
        )


class Groups:
    """The groups of leads whose filling is compared, pair by pair."""

    def __init__(self, history: LeadHistory) -> None:
        closed = history.won | history.lost
        never = history.unworked | (history.has_handoffs & (history.first_worked == NAT) & ~closed)
        self._period = bin_of(history.order, quantile_edges(history.order, PERIODS))
        self._pairs = (
            ("closed leads", closed, "open ones", ~closed & ~never),
            ("won leads", history.won, "lost ones", history.lost),
            ("leads that were worked", ~never, "leads never worked", never),
        )

    def fills(self, filled: Bools) -> list[Fill]:
        """Compare how often a column is filled, for each pair with enough leads; shape (n,)."""
        fills = []
        for group, first, others, second in self._pairs:
            n, m = (np.bincount(self._period[rows], minlength=PERIODS) for rows in (first, second))
            # The weight of a period in the most precise estimate of one common difference.
            weight = n * m / np.maximum(n + m, 1)
            if weight.sum() < _ENOUGH:
                continue
            shares = [
                float(weight @ (np.bincount(self._period[rows & filled], minlength=PERIODS) / size))
                for rows, size in ((first, np.maximum(n, 1)), (second, np.maximum(m, 1)))
            ]
            fills.append(Fill(group, others, *(share / weight.sum() for share in shares)))
        return fills


def same_filling(first: Bools, second: Bools) -> bool:
    """Whether two columns are filled for the same leads, as if written in one go.

    Both must be empty for some leads; the correlation of the two patterns is at least 0.98.
    """
    if any(not _RARELY < filled.mean() < _MOSTLY for filled in (first, second)):
        return False
    return bool(np.corrcoef(first, second)[0, 1] >= _SAME)
