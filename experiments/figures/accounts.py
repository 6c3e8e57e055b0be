"""The accounts of some leads: the unit of every interval, since their leads are not independent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from experiments.figures.share import Share
from leadgate.arrays import Bools, Floats, Ints, Positions
from training.statistics.bootstrap import LEVEL, REPLICATES, percentiles, replicates

_CELLS, _CHUNK, _FEWEST = 120_000_000, 8_000_000, 100


@dataclass(frozen=True)
class Figure:
    """A figure that is no share, with its 90 % interval and how many leads it rests on."""

    value: float
    low: float
    high: float
    of: int


class Accounts:
    """Shares, sums and medians of leads, with intervals by account.

    Parameters
    ----------
    account
        Shape (n,), the account of each lead.
    """

    def __init__(self, account: Ints) -> None:
        names, self._code = np.unique(account, return_inverse=True)
        self._n = names.size

    def share(self, part: Bools, whole: Bools, unit: str = "leads") -> Share:
        """Return the share of the leads of `whole` that are in `part`, masks of shape (n,)."""
        return Share.of_accounts(self._count(part & whole), self._count(whole), unit)

    def shares(self, parts: Sequence[Bools], whole: Bools) -> list[Share]:
        """Return the share of each part in one whole; what lies outside it does not count."""
        leads = self._count(whole)
        return [Share.of_accounts(self._count(part & whole), leads) for part in parts]

    def summed(self, values: Floats) -> Floats:
        """Return the column sums of values, shape (n, k), in each account; (accounts, k)."""
        columns = [np.bincount(self._code, column, self._n) for column in values.T]
        return np.stack(columns, axis=1)

    def sums(self, values: Floats) -> Floats:
        """Return the column sums of values, shape (n, k), then those of every bootstrap draw.

        The draws of accounts are the same ones in every call, so that figures can be compared.

        Returns
        -------
        ndarray of shape (1 + draws, k)
        """
        by_account = self.summed(values)
        chunks = np.array_split(self._draws, max(1, self._draws.size // _CHUNK))
        drawn = [chunk.astype(np.float64) @ by_account for chunk in chunks]
        return np.vstack([by_account.sum(axis=0), *drawn])

    def medians(self, values: Floats, groups: Sequence[Bools]) -> list[Figure]:
        """Return the median of values, shape (n,), in each group of leads; NaN is left out."""
        finite = np.isfinite(values)
        return [self._median(values, np.flatnonzero(finite & group)) for group in groups]

    @cached_property
    def _draws(self) -> NDArray[np.uint8]:
        """How often each replicate drew each account; shape (replicates, accounts)."""
        n = min(REPLICATES, max(_FEWEST, _CELLS // max(1, self._n)))
        drawn = replicates(np.arange(self._n), np.ones(self._n), n=n, seed=0)
        return np.concatenate([chunk.astype(np.uint8) for chunk in drawn])

    def _count(self, mask: Bools) -> Floats:
        return np.bincount(self._code[mask], minlength=self._n).astype(np.float64)

    def _median(self, values: Floats, rows: Positions) -> Figure:
        if not rows.size:
            return Figure(np.nan, np.nan, np.nan, 0)
        rows = rows[np.argsort(values[rows], kind="stable")]
        ascending, code = values[rows], self._code[rows]

        def middle(counts: NDArray[np.uint8]) -> Floats:
            total = np.cumsum(counts[:, code], axis=1, dtype=np.int64)
            return np.asarray(ascending[(2 * total >= total[:, -1:]).argmax(axis=1)])

        pieces = max(1, self._draws.shape[0] * rows.size // _CHUNK)
        draws = [middle(chunk) for chunk in np.array_split(self._draws, pieces)]
        once = np.ones((1, self._n), dtype=np.uint8)
        return interval_of(np.concatenate([middle(once), *draws]), rows.size)


def interval_of(drawn: Floats, of: int) -> Figure:
    """Return a figure from its value and then its draws, shape (1 + draws,)."""
    low, high = percentiles(drawn[1:], LEVEL)
    return Figure(float(drawn[0]), float(low), float(high), of)
