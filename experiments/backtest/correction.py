"""The correction: the readiness moved to what came of the leads that sales really worked.

The models of the last month score the accounts that they have not seen. A logistic regression with
their log-odds as offset moves them by a level, a slope and the log of the chance of being worked;
its rows are the leads that sales worked within seven days after a Monday, each weighed by the
inverse of that chance. So what is learned from the leads that sales picked holds for the leads that
waited: it is right where the moved readiness is or, for the mean over all of them, where the chance
is. Leads that sales would hardly ever have worked teach nothing.

References
----------
Kang & Schafer 2007, Statistical Science 22 (regression with inverse-propensity weights);
Scharfstein, Rotnitzky & Robins 1999, JASA 94 (the chance as a covariate).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.backtest.outcomes import Outcomes
from experiments.backtest.pool import Pool
from experiments.figures.accounts import Accounts
from leadgate.arrays import Bools, Floats
from leadgate.model.calibration import logit, sigmoid
from training.dataset.overlap import LEAST_CHANCE
from training.statistics.clusters import effective_n, group_sums
from training.statistics.logistic import fit_logistic

# Of slope and log chance: they move the log-odds by about one unit at most.
_PRIOR_INFORMATION = 1.0
_CLIP = 1e-6


@dataclass(frozen=True, eq=False)
class Correction:
    """The corrected readiness of each pair, and how it moves with the leads that are drawn.

    Attributes
    ----------
    likely
        Shape (pairs,), P(won within the horizon when sales works the lead), corrected.
    gradient
        Shape (pairs, 3), its derivative by level, slope and log chance.
    moves
        Shape (1 + draws, 3), by how much these differ in every bootstrap draw of the accounts.
    used
        Shape (pairs,), which pairs it was learned from.
    effective
        How many even leads these count for (Kish).
    """

    likely: Floats
    gradient: Floats
    moves: Floats
    used: Bools
    effective: float

    @classmethod
    def of(
        cls,
        pool: Pool,
        readiness: Floats,
        chance: Floats,
        outcomes: Outcomes,
        accounts: Accounts,
    ) -> Correction:
        """Learn it from the leads that sales worked.

        Parameters
        ----------
        readiness, chance
            Shape (pairs,): out of sample, and of being worked within seven days.
        accounts
            Of the leads in the replay.
        """
        used = outcomes.worked & outcomes.mature & (chance >= LEAST_CHANCE)
        weight = np.where(used, 1.0 / np.maximum(chance, LEAST_CHANCE), 0.0)
        # Where it is not known when sales came, all pairs of a lead say the same once.
        pairs = np.bincount(pool.lead[used], minlength=len(pool.history))
        weight = weight / np.maximum(pairs, 1)[pool.lead]
        total = weight.sum()
        weight = weight * (used.sum() / total if total else 0.0)
        offset = logit(np.clip(readiness, _CLIP, 1 - _CLIP))
        Z = np.column_stack([np.ones(len(pool)), *map(_centred, (offset, np.log(chance + _CLIP)))])
        prior = 4 * _PRIOR_INFORMATION
        fit = fit_logistic(
            np.vstack([Z[used], np.eye(3)[1:]]),
            np.append(outcomes.won[used].astype(np.float64), [0.5, 0.5]),
            np.append(weight[used], [prior, prior]),
            np.append(offset[used], [0.0, 0.0]),
        )
        likely = sigmoid(offset + Z @ fit.theta)
        score = np.zeros((len(pool.history), 3))
        np.add.at(score, pool.lead, Z * (weight * (outcomes.won - likely))[:, None])
        drawn = accounts.sums(score[pool.leads])
        moves = (drawn - drawn[0]) @ np.linalg.inv(fit.hessian)
        return cls(
            likely=likely,
            gradient=Z * (likely * (1 - likely))[:, None],
            moves=moves,
            used=used,
            effective=effective_n(group_sums(pool.lead, weight)),
        )


def _centred(column: Floats) -> Floats:
    return np.asarray(column - column.mean())
