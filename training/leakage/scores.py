"""What each column says for winning, learned from other accounts, and what they say together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from leadgate.arrays import Bools, Floats, Ints, Texts
from leadgate.model.calibration import logit
from training.leakage.labelled import Labelled
from training.leakage.univariate import codes
from training.statistics.clusters import group_sums
from training.statistics.logistic import fit_logistic
from training.statistics.metrics import concordance

# So many leads of the average rate are added to those of each value.
_SHRINK = 5.0
_LEAST = 1e-3
# The prior of the columns' weights: as one lead at even odds, this far out.
_PRIOR = 2.0
_HALVES = 20_261_202


class ColumnScores:
    """The log-odds of winning that each value of each column adds to the rate of the period.

    Those of a lead come from the labelled leads of the other half of the accounts, so that no lead
    speaks for itself; shape (n_leads, n_columns).

    Parameters
    ----------
    columns
        Shape (n_leads,) each, of all leads to the end of the data.
    labelled, lead
        The labelled leads, and the position of each in the columns.
    accounts
        Shape (n_leads,), codes.
    """

    def __init__(
        self, columns: Mapping[str, Texts], labelled: Labelled, lead: Ints, accounts: Ints
    ) -> None:
        self.names = [*columns]
        self._y, self._period, self._lead = labelled.y, labelled.period, lead
        distinct, place = np.unique(accounts, return_inverse=True)
        self._half: Bools = (np.random.default_rng(_HALVES).random(distinct.size) < 0.5)[place]
        self._values = np.column_stack([self._alone(codes(texts)) for texts in columns.values()])

    def parts(self, names: Sequence[str]) -> Floats:
        """Return what some columns add to the joint score of them; shape (n_leads, n_names).

        The weights of the columns are those of a logistic regression on the other half.
        """
        values = self._values[:, [self.names.index(name) for name in names]]
        result = np.empty(values.shape)
        for half in (self._half, ~self._half):
            rows = half[self._lead]
            result[~half] = values[~half] * self._weights(values[self._lead[rows]], self._y[rows])
        return result

    @property
    def won_and_lost(self) -> tuple[Ints, Ints]:
        """The positions of the labelled leads of either kind."""
        return self._lead[self._y == 1], self._lead[self._y == 0]

    def auc(self, names: Sequence[str]) -> float:
        """Return how well some columns together discriminate within the periods."""
        if not names:
            return 0.5
        score = self.parts(names).sum(axis=1)
        right = pairs = 0.0
        for period in np.unique(self._period):
            rows = self._period == period
            own = score[self._lead[rows]]
            good, all_ = concordance(self._y[rows], own, np.ones(own.size))
            right, pairs = right + float(good), pairs + float(all_)
        return right / pairs if pairs else 0.5

    def _alone(self, code: Ints) -> Floats:
        """Return the score of one column; shape (n_leads,)."""
        score, size = np.empty(code.size), int(code.max()) + 1
        for half in (self._half, ~self._half):
            rows = half[self._lead]
            y, period, of = self._y[rows], self._period[rows], code[self._lead[rows]]
            rate = group_sums(period, y) / np.maximum(group_sums(period, np.ones(y.size)), 1)
            count = np.bincount(of, minlength=size) + _SHRINK
            wins, expected = (
                (np.bincount(of, each, size) + _SHRINK * y.mean()) / count
                for each in (y, rate[period])
            )
            odds = logit(np.clip([wins, expected], _LEAST, 1 - _LEAST))
            score[~half] = (odds[0] - odds[1])[code[~half]]
        return score

    @staticmethod
    def _weights(values: Floats, y: Floats) -> Floats:
        """Return the weight of each column in the joint score; shape (n_columns,)."""
        size = values.shape[1]
        prior = np.column_stack([np.zeros(size), _PRIOR * np.eye(size)])
        X = np.vstack([np.column_stack([np.ones(len(values)), values]), prior])
        fitted = fit_logistic(X, np.append(y, np.full(size, 0.5)), np.ones(len(X)))
        return np.asarray(fitted.theta[1:])
