"""The labelled leads, on which columns are tried one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from features.history.lead_history import LeadHistory
from features.history.snapshots import plan
from leadgate.arrays import Floats, Ints, Positions
from training.dataset.even_sample import even_sample
from training.dataset.labels import label
from training.statistics.bins import bin_of, quantile_edges
from training.statistics.metrics import concordance
from training.validation.windows import disjoint_windows, holds_both

PERIODS = 12
# What so many leads do not show of a column is no leak.
MOST_LEADS = 100_000
_SHRINK = 20.0


@dataclass(frozen=True)
class Trial:
    """Rows to learn from, and later or other rows to evaluate on."""

    fit: Positions
    evaluate: Positions


@dataclass(frozen=True, eq=False)
class Labelled:
    """One snapshot, the first, of each labelled lead; every array has shape (n,).

    Attributes
    ----------
    lead
        Position in the history.
    as_of, order
        When the lead is seen, and the axis of time.
    y
        1 won (within the horizon), 0 not.
    period
        Codes of up to twelve periods of equal size. Every figure compares leads of one period, so
        that a column does not look good by moving with the calendar as the base rate does.
    account
        Codes of the accounts.
    forward
        Trials on up to four forward windows: learn before, evaluate within, no account in both.
    random
        Trials on two random halves of the accounts.
    """

    lead: Ints
    as_of: Ints
    order: Ints
    y: Floats
    period: Ints
    account: Ints
    forward: list[Trial]
    random: list[Trial]

    @classmethod
    def of(
        cls, history: LeadHistory, ages_days: Sequence[float], horizon_days: float | None
    ) -> Labelled | None:
        """Return the labelled leads, an even sample of them where there are many.

        None with fewer than ten wins or ten losses; without forward windows where these would
        hold fewer.
        """
        snapshots = plan(history, ages_days)
        snapshots = snapshots.take(np.unique(snapshots.lead, return_index=True)[1])
        labels = label(history, snapshots, horizon_days)
        labelled = even_sample(np.flatnonzero(labels.evaluation_weight > 0), MOST_LEADS)
        y, order, known_at = (
            labels.y[labelled],
            snapshots.order[labelled],
            labels.known_at[labelled],
        )
        if not holds_both(y):
            return None
        lead = snapshots.lead[labelled]
        account = history.accounts[lead]
        windows = disjoint_windows(order, known_at, y, account)
        forward = [Trial(fit, evaluate) for fit, evaluate in windows]
        place = bin_of(order, quantile_edges(order, PERIODS))
        period = np.unique(place, return_inverse=True)[1]
        return cls(
            lead=lead,
            as_of=snapshots.as_of[labelled],
            order=order,
            y=y,
            period=period,
            account=account,
            forward=forward,
            random=_halves(account),
        )

    def auc(self, code: Ints, trials: Sequence[Trial]) -> float:
        """Return how well codes alone discriminate: the AUC within the evaluated rows, pooled.

        A code's score is the excess of its wins over the rate of the period, shrunken by twenty
        leads. Where several periods are evaluated at once only pairs of one period count.
        """
        size = int(code.max()) + 1
        right = pairs = 0.0
        for trial in trials:
            fit, evaluate = trial.fit, trial.evaluate
            rate = _rates(self.period[fit], self.y[fit])
            excess = np.bincount(code[fit], self.y[fit] - rate[self.period[fit]], size)
            score = excess / (np.bincount(code[fit], minlength=size) + _SHRINK)
            for period in np.unique(self.period[evaluate]):
                rows = evaluate[self.period[evaluate] == period]
                good, all_ = concordance(self.y[rows], score[code[rows]], np.ones(rows.size))
                right, pairs = right + float(good), pairs + float(all_)
        return right / pairs if pairs else 0.5

    def noise(self) -> float:
        """Return the standard error of a forward AUC without signal (Mann & Whitney 1947)."""
        evaluated = self.y[np.concatenate([trial.evaluate for trial in self.forward])]
        return float(np.sqrt((1 / evaluated.sum() + 1 / (1 - evaluated).sum()) / 12))


def _halves(account: Ints) -> list[Trial]:
    names, code = np.unique(account, return_inverse=True)
    first = (np.random.default_rng(0).random(names.size) < 0.5)[code]
    left_half, right_half = np.flatnonzero(first), np.flatnonzero(~first)
    return [Trial(left_half, right_half), Trial(right_half, left_half)]


def _rates(period: Ints, y: Floats) -> Floats:
    """Return the rate of wins of each period, the overall one where a period has no lead."""
    size = np.bincount(period, minlength=PERIODS)
    wins = np.bincount(period, y, PERIODS)
    overall = y.mean() if y.size else 0.0
    return np.where(size > 0, wins / np.maximum(size, 1), overall)
