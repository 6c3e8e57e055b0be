"""Leads that are still open, held against how such leads close: columns that a close changes."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from features.history.worked import ever_worked
from features.parsing.times import NAT, US_PER_DAY
from leadgate.arrays import Bools, Floats, Ints, Texts
from training.dataset.censoring import Survival, censoring_survival
from training.leakage.labelled import PERIODS
from training.leakage.past import Past
from training.leakage.time_proxy import PROXY_AUC, late_auc
from training.leakage.univariate import codes
from training.statistics.bins import bin_of, quantile_edges, weighted_bins
from training.statistics.clusters import cluster_sums, group_sums, mean_with_error

ENOUGH_OPEN = 30
_DATED = 0.9
_GROUPS = 8
# Log-odds that differ by less do not differ.
_NOTHING = 1e-6


@dataclass(frozen=True)
class PileUp:
    """How far the scores of open leads are from what the closings of earlier leads promise.

    Attributes
    ----------
    mixture
        The mean score of the open leads less that of the leads that should be open at their ages,
        in standard errors.
    closing
        The same among the leads that have come since or were open then: the open ones against
        those that should still be open by their own scores. It does not see a column that drifts.
    shares
        Shape (n_columns,), what each column adds to both, in standard errors; it sums to their sum.
    """

    mixture: float
    closing: float
    shares: Floats = field(compare=False)


NO_PILE_UP = PileUp(0.0, 0.0, np.empty(0))


class OpenLeads:
    """The leads that may be open at the end of the data, and how leads like them close.

    How leads close is learned from those that came before the test window, as far as they had
    closed by then. Of a later lead only its columns and whether it is still open are looked at.

    Parameters
    ----------
    past
        Which part of the history is which.
    horizon_days
        An open lead that is older is not won, which is an outcome; left out: none.
    """

    def __init__(self, past: Past, horizon_days: float | None) -> None:
        history = past.whole
        closed = history.won | history.lost
        dated = ever_worked(history) & ~(closed & (history.closed == NAT))
        before = np.zeros(len(history), dtype=bool)
        before[past.place] = True
        # A lead created after the cut has no age at it.
        cut = past.history.until if len(past.history) < len(history) else history.until
        closes = np.where(closed, history.closed, np.iinfo(np.int64).max)
        since = dated & (closes > cut)
        if horizon_days is not None:
            since &= history.until - history.created < horizon_days * US_PER_DAY
        self._before = np.flatnonzero(before & dated)
        self._since = np.flatnonzero(since)
        self._open: Bools = ~closed[self._since]
        created = history.created
        self._age_at_cut = np.maximum(cut - created[self._since], 0) / US_PER_DAY
        self._age_now = (history.until - created[self._since]) / US_PER_DAY
        self._took = np.maximum(np.minimum(closes, cut) - created, 0)[self._before] / US_PER_DAY
        self._ended: Bools = closes[self._before] <= cut
        order = history.order[self._since]
        self._period = bin_of(order, quantile_edges(order, PERIODS))
        self._account: Ints = history.accounts[self._since]
        self._halves: Bools = history.accounts % 2 == 0
        kinds = [history.closed[kind] for kind in (history.won, history.lost) if kind.any()]
        dates = history.dated and all((each != NAT).mean() >= _DATED for each in kinds)
        self.enough = bool(dates and self._open.sum() >= ENOUGH_OPEN and self._ended.any())

    def comparable(self, texts: Texts) -> bool:
        """Whether later leads hold about what earlier ones did, and no new campaign each month."""
        code = codes(texts).astype(np.float64)
        early, late = code[self._before], code[self._since]
        if not (early.size and late.size):
            return False
        half = np.concatenate([self._halves[self._before], self._halves[self._since]])
        return late_auc(early, late, True, half) < PROXY_AUC

    def pile_up(self, parts: Floats, won: Ints, lost: Ints) -> PileUp:
        """Compare the open leads by a score with those that should be open.

        Parameters
        ----------
        parts
            Shape (n_leads, n_columns), what each column adds to the score.
        won, lost
            Positions of labelled leads of either kind.
        """
        score = parts.sum(axis=1)
        if np.ptp(score) < _NOTHING:
            return NO_PILE_UP
        group, groups = self._grouped(score, won, lost)
        stays_open = self._stays_open(group, groups)
        should, weight = self._should_be_open(group, groups, stays_open)
        opened, since = self._open, self._since
        means = _means(group[self._before], parts[self._before], groups)
        far = parts[since[opened]] - should @ means
        mean, error = mean_with_error(far.sum(axis=1), np.ones(len(far)), self._account[opened])
        moved = self._moved(parts[since], weight)
        noise = float(np.linalg.norm(cluster_sums(moved.sum(axis=1), self._account)))
        if not error or not noise:
            return NO_PILE_UP
        return PileUp(
            mixture=mean / error,
            closing=float(moved.sum()) / noise,
            shares=far.mean(axis=0) / error + moved.sum(axis=0) / noise,
        )

    def _moved(self, parts: Floats, chance: Floats) -> Floats:
        """Return what each lead adds to the scores of those open beyond what should be open.

        As many leads as are open in each period should be; shape (n_since, n_columns).
        """
        period = self._period
        count = group_sums(period, chance) + 1e-9
        level = group_sums(period, self._open) / count
        excess: Floats = self._open - np.minimum(chance * level[period], 1.0)
        mean = np.stack([group_sums(period, chance * part) / count for part in parts.T], axis=1)
        return np.asarray(excess[:, None] * (parts - mean[period]))

    def _grouped(self, score: Floats, won: Ints, lost: Ints) -> tuple[Ints, int]:
        """Return a group of leads of like score for each lead: as many of wins as of losses."""
        labelled = np.concatenate([won, lost])
        weight = np.repeat([1 / max(won.size, 1), 1 / max(lost.size, 1)], [won.size, lost.size])
        code = weighted_bins(score[labelled], weight, _GROUPS)
        tops = [score[labelled][code == k].max() for k in range(int(code.max()))]
        group = np.asarray(bin_of(score, np.array(tops), side="left"), dtype=np.int64)
        return group, len(tops) + 1

    def _stays_open(self, group: Ints, groups: int) -> list[Survival]:
        """Return the survival of being open in each group, of the leads before the test window."""
        own = group[self._before]
        rows = [own == k for k in range(groups)]
        took, ended = self._took, self._ended
        return [censoring_survival(took[r], ended[r], np.ones(int(r.sum()))) for r in rows]

    def _should_be_open(
        self, group: Ints, groups: int, stays_open: list[Survival]
    ) -> tuple[Floats, Floats]:
        """Return of which group each open lead should be, and how likely each lead is open.

        Returns
        -------
        ndarray
            Shape (n_open, n_groups), the chance that a lead of its age that is open is of each
            group, were the groups as common as they were before the test window.
        ndarray
            Shape (n_since,), the chance that a lead of its own group that was open at the cut, or
            came later, is open now.
        """
        common = group_sums(group[self._before], np.ones(self._before.size), groups)
        now = np.stack([_at(each, self._age_now) for each in stays_open], axis=1)
        cut = np.stack([_at(each, self._age_at_cut) for each in stays_open], axis=1)
        of_group = now[self._open] * common + 1e-12 * common
        own = group[self._since][:, None]
        ratio = now / np.maximum(cut, 1e-9)
        chance = np.take_along_axis(ratio, own, axis=1)[:, 0]
        return of_group / of_group.sum(axis=1, keepdims=True), np.clip(chance, 0.0, 1.0)


def _at(stays_open: Survival, age: Floats) -> Floats:
    """Return the survival at some ages, those who close at just that age not counted."""
    padded = np.concatenate([[1.0], stays_open.values])
    return padded[np.searchsorted(stays_open.times, age, side="right")]


def _means(group: Ints, parts: Floats, groups: int) -> Floats:
    """Return the mean of each part in each group; shape (n_groups, n_columns)."""
    size = np.maximum(group_sums(group, np.ones(group.size), groups), 1.0)
    sums = np.stack([group_sums(group, part, groups) for part in parts.T], axis=1)
    return np.asarray(sums / size[:, None])
