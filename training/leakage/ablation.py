"""What a model of the columns discriminates without some of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from features.feature_set import FeatureSet
from features.history.lead_history import LeadHistory
from features.history.snapshots import Snapshots
from leadgate.arrays import Floats, Positions
from training.dataset.even_sample import even_sample
from training.estimators.additive import fit_additive
from training.leakage.labelled import Labelled
from training.statistics.metrics import concordance

_ROWS = 4_000
_KNOTS, _DEVIATION = 4, 0.3
# An AUC that honest columns seldom reach together, and what is left is no question any more.
UNUSUAL, USUAL = 0.90, 0.80


class Ablation:
    """Fits an additive model of all columns, and of some, and evaluates it on the newest window.

    Activities stay out of it: what columns hide shows best among columns. Where wins are few all
    of them are looked at, and as many losses as there is room for: an AUC does not mind.

    Parameters
    ----------
    history, labelled
        The leads, and those of them whose label is known, with forward windows.
    exclude
        Columns that are no features anyway.
    """

    def __init__(self, history: LeadHistory, labelled: Labelled, exclude: Collection[str]) -> None:
        trial = labelled.forward[-1]
        fit, evaluate = (_both_kinds(rows, labelled.y) for rows in (trial.fit, trial.evaluate))
        rows = np.concatenate([fit, evaluate])
        lead, as_of = labelled.lead[rows], labelled.as_of[rows]
        ones = np.ones(rows.size)
        seen = Snapshots(lead, as_of, labelled.order[rows], np.zeros(rows.size), ones)
        features = FeatureSet(exclude=exclude)
        features.fit(history, seen.take(np.arange(fit.size)))
        self._X = features.matrix(history, lead, as_of)
        self._features = features.features_
        self._y = labelled.y[rows]
        self._fit = np.arange(fit.size)
        self._evaluate = np.arange(fit.size, rows.size)

    def auc(self, without: Collection[str] = ()) -> float:
        """Return the AUC on the newest window by a fit without some of the columns."""
        own = (k for k, feature in enumerate(self._features) if feature.of_attribute)
        kept = [k for k in own if self._features[k].source not in without]
        if not kept:
            return 0.5
        X, fit, evaluate = self._X[:, kept], self._fit, self._evaluate
        is_category = [self._features[k].kind == "category" for k in kept]
        member = fit_additive(
            X[fit], self._y[fit], np.ones(fit.size), is_category,
            n_knots=_KNOTS, deviation=_DEVIATION,
        )  # fmt: skip
        log_odds = member.log_odds(X[evaluate])
        right, pairs = concordance(self._y[evaluate], log_odds, np.ones(evaluate.size))
        return float(right / pairs)


@dataclass(frozen=True)
class StrongSet:
    """Columns that stay, by which the rest would discriminate no better than is usual.

    Attributes
    ----------
    names
        The strongest of those that stay, one after the other.
    without, with_them
        The AUC forward in time of what stays without them, and of all that stays.
    """

    names: tuple[str, ...]
    without: float
    with_them: float

    @classmethod
    def of(cls, ablation: Ablation, left_out: Collection[str], strongest: Sequence[str]) -> Self:
        """Take columns away as long as the rest discriminates unusually well.

        Parameters
        ----------
        left_out
            The suspects.
        strongest
            The columns that stay, the one that discriminates best alone first.
        """
        with_them = without = ablation.auc(left_out)
        names: list[str] = []
        while with_them >= UNUSUAL and without >= USUAL and len(names) < len(strongest):
            names.append(strongest[len(names)])
            without = ablation.auc([*left_out, *names])
        return cls(tuple(names), without, with_them)

    def sentence(self) -> str:
        """Ask about them."""
        many = len(self.names) > 1
        return (
            f"The columns that stay discriminate unusually well, AUC {self.with_them:.2f} forward "
            f"in time, and {self.without:.2f} without {', '.join(self.names)}: "
            f"{'are these' if many else 'is this'} really known when a lead comes in? If not, name "
            f"{'them' if many else 'it'} as after_outcome."
        )


def _both_kinds(rows: Positions, y: Floats) -> Positions:
    """Return an even sample of rows in order, half of it wins at most where there are many rows."""
    won, lost = rows[y[rows] == 1], rows[y[rows] == 0]
    wins = even_sample(won, max(_ROWS // 2, _ROWS - lost.size))
    return np.sort(np.concatenate([wins, even_sample(lost, _ROWS - wins.size)]))
