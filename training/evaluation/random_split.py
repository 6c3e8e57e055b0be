"""What a split at random would have shown beside the forward one: the gap, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leadgate.arrays import Floats
from training.dataset.even_sample import even_sample
from training.ensemble.out_of_fold import OutOfFold
from training.evaluation.evaluated import Metric, measured
from training.statistics import metrics

# So many rows show an AUC to a hundredth.
MAX_ROWS = 10_000


@dataclass(frozen=True)
class RandomSplit:
    """The AUC of the members alike, by two splits.

    Attributes
    ----------
    random
        Of all snapshots before the test window, each by fits on other accounts of the same time:
        what a split at random shows, with no time between fit and evaluation.
    forward
        Of the test window, by the same fits.
    """

    random: Metric
    forward: Metric

    @property
    def gap(self) -> float:
        """How much more the split at random shows."""
        return self.random.value - self.forward.value

    @property
    def surely(self) -> bool:
        """Whether the two intervals are apart."""
        return self.random.low > self.forward.high


def random_split(oof: OutOfFold, same_time: OutOfFold | None) -> RandomSplit | None:
    """Return both AUCs with 90 % intervals by account; None where nothing was fitted before.

    Parameters
    ----------
    oof
        The forward windows, the test window last.
    same_time
        What the fits before the test window were made of, each by those of other accounts.
    """
    if same_time is None:
        return None
    test = oof.take(oof.window == oof.window.max())
    return RandomSplit(_auc(same_time), _auc(test))


def _auc(rows: OutOfFold) -> Metric:
    some = even_sample(np.arange(rows.y.size), MAX_ROWS)
    score, y = rows.log_odds[some].mean(axis=1), rows.y[some]

    def auc(weight: Floats) -> Floats:
        return metrics.auc(y, score, weight)

    return measured(auc, rows.account[some], rows.weight[some], [0.5])[0]
