"""Shares of leads and medians, each with its count and a 90 % interval, bootstrap by account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from leadgate.arrays import Bools, Floats, Ints, Positions
from training.statistics.bootstrap import LEVEL, REPLICATES, percentiles, replicates

_CELLS, _CHUNK, _FEWEST = 120_000_000, 8_000_000, 100


@dataclass(frozen=True)
class Share:
    """How many of some leads have a property.

    Attributes
    ----------
    count, of
        Leads with it, and leads in all.
    value, low, high
        The share and its 90 % interval; NaN where there is no lead.
    """

    count: int
    of: int
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Figure:
    """A figure that is no share, with how many leads it rests on and its 90 % interval."""

    value: float
    low: float
    high: float
    of: int


class Bootstrap:
    """Draws of the accounts of some leads, the same ones for every figure of a page.

    Parameters
    ----------
    account
        Shape (n,), the account of each lead: the unit that is drawn.
    """

    def __init__(self, account: Ints) -> None:
        self._code = np.unique(account, return_inverse=True)[1]
        self._accounts = int(self._code.max(initial=-1)) + 1

    @cached_property
    def _counts(self) -> NDArray[np.uint8]:
        """How often each replicate drew each account; shape (replicates, accounts)."""
        n = min(REPLICATES, max(_FEWEST, _CELLS // max(1, self._accounts)))
        one = np.ones(self._accounts)
        drawn = replicates(np.arange(self._accounts), one, n=n, seed=0)
        return np.concatenate([chunk.astype(np.uint8) for chunk in drawn])

    def totals(self, masks: Sequence[Bools]) -> tuple[Floats, Floats]:
        """Count the leads of some masks of shape (n,): as they are, and in every replicate.

        Returns
        -------
        counts, draws
            Shapes (k,) and (k, replicates).
        """
        by_account = self._by_account(masks).T.tocsr()
        chunks = np.array_split(self._counts, max(1, self._counts.size // _CHUNK))
        draws = [by_account @ chunk.T.astype(np.float64) for chunk in chunks]
        return np.asarray(by_account.sum(axis=1)).ravel(), np.concatenate(draws, axis=1)

    def shares(self, parts: Sequence[Bools], wholes: Sequence[Bools]) -> list[Share]:
        """Return the share of each part in its whole.

        Parameters
        ----------
        parts, wholes
            Of each share a mask of shape (n,); what lies outside the whole does not count.

        Returns
        -------
        list of Share
            Where all or none have the property every draw says the same, and the interval ends at
            the exact binomial bound of as many accounts (Clopper & Pearson 1934).
        """
        if not parts:
            return []
        both = [part & whole for part, whole in zip(parts, wholes, strict=True)]
        unique = {id(whole): whole for whole in wholes}
        place = {key: row for row, key in enumerate(unique)}
        rows = [place[id(whole)] for whole in wholes]
        count, top = self.totals(both)
        of, bottom = self.totals([*unique.values()])
        accounts = np.array([np.unique(self._code[whole]).size for whole in unique.values()])
        with np.errstate(invalid="ignore"):
            low, high = percentiles(top / bottom[rows], LEVEL)
        columns = zip(count, of[rows], low, high, accounts[rows], strict=True)
        return [_share(*(float(v) for v in figures)) for figures in columns]

    def medians(self, values: Floats, groups: Sequence[Bools]) -> list[Figure]:
        """Return the median of values, shape (n,), in each group of leads; NaN where unknown."""
        known = np.isfinite(values)
        return [self._median(values, np.flatnonzero(known & group)) for group in groups]

    def figure(self, value: float, draws: Floats, of: int) -> Figure:
        """Return a figure with the interval of its draws, shape (replicates,)."""
        low, high = percentiles(draws, LEVEL)
        return Figure(value, float(low), float(high), of)

    def _median(self, values: Floats, rows: Positions) -> Figure:
        if not rows.size:
            return Figure(np.nan, np.nan, np.nan, 0)
        rows = rows[np.argsort(values[rows], kind="stable")]
        ascending, code = values[rows], self._code[rows]

        def middle(counts: NDArray[np.uint8]) -> Floats:
            total = np.cumsum(counts[:, code], axis=1, dtype=np.int64)
            return np.asarray(ascending[(2 * total >= total[:, -1:]).argmax(axis=1)])

        pieces = max(1, self._counts.shape[0] * rows.size // _CHUNK)
        draws = [middle(chunk) for chunk in np.array_split(self._counts, pieces)]
        once = np.ones((1, self._accounts), dtype=np.uint8)
        return self.figure(float(middle(once)[0]), np.concatenate(draws), rows.size)

    def _by_account(self, masks: Sequence[Bools]) -> sparse.csc_matrix:
        """Return how many leads of each account a mask holds; shape (accounts, masks)."""
        rows = [self._code[mask] for mask in masks]
        columns = np.repeat(np.arange(len(masks)), [row.size for row in rows])
        row = np.concatenate(rows)
        size = (self._accounts, len(masks))
        return sparse.csc_matrix((np.ones(row.size), (row, columns)), shape=size)


def _share(count: float, of: float, low: float, high: float, accounts: float) -> Share:
    if not of:
        return Share(0, 0, np.nan, np.nan, np.nan)
    bound = ((1.0 - LEVEL) / 2) ** (1.0 / accounts)
    if count == 0:
        low, high = 0.0, 1.0 - bound
    elif count == of:
        low, high = bound, 1.0
    return Share(int(count), int(of), count / of, low, high)
