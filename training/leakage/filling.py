"""When a column is filled: before the outcome, or only after it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leadgate.arrays import Bools
from training.leakage.labelled import PERIODS
from training.leakage.past import Past
from training.statistics.bins import bin_of, quantile_edges

_ENOUGH = 20
_RARELY, _MOSTLY = 0.05, 0.95
_SAME = 0.98
# One end of a 90 % interval of a normal estimate.
_ERRORS = 1.645


@dataclass(frozen=True)
class Fill:
    """The share of filled values in two groups of leads, compared within periods of creation.

    Attributes
    ----------
    error
        The standard error of their difference.
    two_sided
        Whether either group may be the one that has it: a lead that is closed is not emptied.
    """

    group: str
    others: str
    share: float
    share_others: float
    error: float
    two_sided: bool = True

    @property
    def gap(self) -> float:
        """How far the two shares lie apart at least, 0 to 1: the end of a 90 % interval."""
        gap = self.share - self.share_others
        return max(0.0, (abs(gap) if self.two_sided else gap) - _ERRORS * self.error)

    def sentence(self) -> str:
        """Say it in words."""
        return (
            f"it is filled for {self.share:.0%} of the {self.group} and {self.share_others:.0%} of "
            f"the {self.others} of the same time"
        )


class Groups:
    """The groups of leads whose filling is compared, pair by pair."""

    def __init__(self, past: Past) -> None:
        history, self._closed = past.history, past.closed
        self._period = bin_of(history.order, quantile_edges(history.order, PERIODS))
        self._pairs = (
            ("closed leads", past.closed, "open ones", past.still_open),
            ("won leads", history.won, "lost ones", history.lost),
            ("leads that were worked", ~past.never, "leads never worked", past.never),
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
            share, other = (each / weight.sum() for each in shares)
            # The variance of either share, at most: one lead of the effective number is in doubt.
            spread = max(share * (1 - share), other * (1 - other), 1 / (4 * weight.sum()))
            error = float((spread / weight.sum()) ** 0.5)
            two_sided = first is not self._closed
            fills.append(Fill(group, others, share, other, error, two_sided))
        return fills


def same_filling(first: Bools, second: Bools) -> bool:
    """Whether two columns are filled for the same leads, as if written in one go.

    Both must be empty for some leads; the correlation of the two patterns is at least 0.98.
    """
    if any(not _RARELY < filled.mean() < _MOSTLY for filled in (first, second)):
        return False
    return same_pattern(first, second)


def same_pattern(first: Bools, second: Bools) -> bool:
    """Whether two marks, each of some leads and not of all, are all but of the same leads."""
    return bool(np.corrcoef(first, second)[0, 1] >= _SAME)
