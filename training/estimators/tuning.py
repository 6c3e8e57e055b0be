"""What is tuned: the size of the trees, the shrinkage of the additive members, recency."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from leadgate.arrays import Floats, Ints
from leadgate.jsonfile import JsonValues
from training.estimators.boosting import Size

if TYPE_CHECKING:
    import optuna


# The work of explaining one lead grows with trees * leaves * depth^2; below this it takes less
# than 0.3 ms (docs/decisions/0007).
EXPLAINABLE = 24_000

HALF_LIVES = {"none": None, "the whole time": 1.0, "a half": 0.5, "a quarter": 0.25}


@dataclass(frozen=True)
class Tuning(JsonValues):
    """The hyper-parameters of one fit.

    Attributes
    ----------
    size
        Of the boosted member.
    outcomes
        How many leads of the rarer class the number of trees is meant for (see `on`).
    spread
        Factor of the prior deviations of the linear and additive members: below 1 they are
        shrunken more.
    knots
        Of each function of the additive members.
    half_life
        Age at which a snapshot counts half, as a share of the time that the snapshots of the fit
        span; None: all count alike.
    """

    size: Size
    outcomes: float
    spread: float = 1.0
    knots: int = 6
    half_life: float | None = None

    @classmethod
    def default(cls, outcomes: float) -> Tuning:
        """Return what is used without a search, for so many leads of the rarer class."""
        trees = round(float(np.clip(8 * math.sqrt(outcomes), 40, 300)))
        return cls(Size(trees, leaves=4, rate=0.05, l2=20.0, columns=0.4), outcomes)

    @classmethod
    def suggest(cls, trial: optuna.Trial, outcomes: float) -> Tuning:
        """Draw a candidate that can be explained in time."""
        leaves = int(trial.suggest_categorical("leaves", [4, 7, 12]))
        rate = trial.suggest_float("rate", 0.02, 0.1, log=True)
        travel = trial.suggest_float("trees_times_rate", 2.0, 25.0, log=True)
        size = Size(
            trees=min(max(20, round(travel / rate)), most_trees(leaves)),
            leaves=leaves,
            rate=rate,
            l2=trial.suggest_float("l2", 2.0, 100.0, log=True),
            columns=trial.suggest_float("columns", 0.15, 0.7),
        )
        return cls(
            size,
            outcomes,
            spread=float(trial.suggest_categorical("spread", [0.5, 1.0, 2.0])),
            knots=int(trial.suggest_categorical("knots", [6, 10])),
            half_life=HALF_LIVES[trial.suggest_categorical("half_life", list(HALF_LIVES))],
        )

    def on(self, outcomes: float) -> Tuning:
        """Return the same for a fit on so many leads of the rarer class.

        The trees grow with their square root: what suits all leads would overfit the few that an
        early window has, and the slope and the shares that it shows would not be those of the
        model that ships.
        """
        trees = round(self.size.trees * math.sqrt(outcomes / self.outcomes))
        trees = min(max(20, trees), most_trees(self.size.leaves))
        return replace(self, size=replace(self.size, trees=trees))

    def recency(self, order: Ints) -> Floats:
        """Return the factor of each snapshot's weight; shape (n,), 1 for the newest."""
        if self.half_life is None or not order.size:
            return np.ones(order.size)
        age = (order.max() - order) / max(1, int(np.ptp(order)))
        factor: Floats = 0.5 ** (age / self.half_life)
        return factor


@dataclass(frozen=True)
class Trial:
    """One set of hyper-parameters and how the blend of its members did.

    `losses` has one log loss for each fold, `gain` is what the mean of all rows lost less than
    the first trial's, beside its standard error by account.
    """

    number: int
    tuning: Tuning
    losses: tuple[float, ...]
    loss: float
    gain: float
    error: float
    seconds: float


@dataclass(frozen=True)
class SearchResult:
    """What was chosen, every trial, and how many there were to be."""

    tuning: Tuning
    trials: list[Trial]
    planned: int


def most_trees(leaves: int) -> int:
    """Return how many trees of so many leaves one lead can be explained by in time."""
    depth = math.ceil(math.log2(leaves)) + 1
    return EXPLAINABLE // (leaves * depth**2)
