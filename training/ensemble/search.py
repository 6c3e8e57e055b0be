"""The search for hyper-parameters: seeded, on the forward folds, no more than the data can bear."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from leadgate.arrays import Floats
from training.dataset.sample import Sample
from training.ensemble.fold_sample import FoldSample, evaluation_rows, fold_samples
from training.ensemble.forward import Fold
from training.ensemble.members import fit_smooth, fit_trees
from training.ensemble.out_of_fold import OutOfFold
from training.ensemble.platt import platt
from training.ensemble.stacking import weigh
from training.estimators.candidates import BOOSTED
from training.estimators.tuning import SearchResult, Trial, Tuning
from training.statistics.metrics import losses

Progress = Callable[[str, float], None]

SEED = 0
# One trial takes about a second for so many values of the folds' matrices.
VALUES_A_TRIAL = 1_000_000
MOST_TRIALS, WORK = 24, 12.0
# With few outcomes to evaluate by, the best of many trials is the luckiest.
OUTCOMES_A_TRIAL = 100
# Fewer are draws at random, no search.
FEWEST_TRIALS = 5


@dataclass(frozen=True)
class Effort:
    """How long to search.

    Attributes
    ----------
    trials
        Exactly so many; None: as many as the data can bear.
    deadline
        `time.perf_counter` at which no further trial is begun, unless `trials` is given.
    """

    trials: int | None = None
    deadline: float = float("inf")


@dataclass(frozen=True)
class _Recipe:
    """The recipe on the folds; the additive members are fitted once for what they depend on.

    `smooth` holds their log-odds and the offsets of the periods, by fold and hyper-parameters.
    """

    folds: Sequence[FoldSample]
    names: Sequence[str]
    smooth: dict[tuple[object, ...], tuple[Floats, Floats]] = field(default_factory=dict)

    def rows(self, tuning: Tuning) -> OutOfFold:
        """Return the evaluation rows of all folds with their log-odds by each member."""
        log_odds = [self._log_odds(k, tuning) for k in range(len(self.folds))]
        return evaluation_rows(self.folds, log_odds, self.names)

    def _log_odds(self, k: int, tuning: Tuning) -> Floats:
        X, data = self.folds[k].X, self.folds[k].matrix
        key = (k, tuning.spread, tuning.knots, tuning.half_life)
        if key not in self.smooth:
            members, offset = fit_smooth(data, self.names, tuning)
            self.smooth[key] = np.column_stack([m.member.log_odds(X) for m in members]), offset
        log_odds, offset = self.smooth[key]
        if BOOSTED not in self.names or not X.shape[1]:
            return log_odds
        trees = fit_trees(data, offset, tuning)
        return np.column_stack([log_odds, trees.member.log_odds(X)])


def search(
    sample: Sample, folds: Sequence[Fold], names: Sequence[str], outcomes: float, effort: Effort,
    progress: Progress,
) -> SearchResult:  # fmt: skip
    """Choose the hyper-parameters by the log loss of the blend on the forward folds.

    The first trial is what is used without a search. Another one is chosen only where it loses
    less by more than the luckiest of so many random ones would: sqrt(2 log n) standard errors of
    the difference. The trials are drawn by the tree-structured Parzen estimator, seeded, so equal
    data and an equal number of trials give an equal choice.

    Parameters
    ----------
    sample
        What the folds were cut from.
    names
        The candidates.
    outcomes
        How many leads of the rarer class there are to fit on before the test window.

    References
    ----------
    Bergstra, Bardenet, Bengio & Kegl 2011, Algorithms for hyper-parameter optimization; the
    universal threshold: Donoho & Johnstone 1994.
    """
    default = Tuning.default(outcomes)
    recipe = _Recipe(fold_samples(sample, folds), names)
    planned = _planned(recipe) if effort.trials is None else effort.trials
    if not recipe.folds or not planned:
        return SearchResult(default, [], 0)
    trials = _trials(recipe, default, planned, effort, progress)
    luckiest = math.sqrt(2 * math.log(max(len(trials), 2)))
    sure = [trial for trial in trials if trial.gain > luckiest * trial.error]
    best = min(sure, key=lambda trial: trial.loss, default=trials[0])
    return SearchResult(best.tuning, trials, planned)


def _trials(
    recipe: _Recipe, default: Tuning, planned: int, effort: Effort, progress: Progress
) -> list[Trial]:
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    sampler = optuna.samplers.TPESampler(seed=SEED, n_startup_trials=max(5, planned // 3))
    study = optuna.create_study(sampler=sampler)
    trials: list[Trial] = []
    first = np.empty(0)
    for number in range(planned):
        begin = time.perf_counter()
        if number and effort.trials is None and begin > effort.deadline:
            break
        progress(f"trying hyper-parameters, {number + 1} of {planned}", number / planned)
        asked = study.ask() if number else None
        tuning = default if asked is None else Tuning.suggest(asked, default.outcomes)
        oof = recipe.rows(tuning)
        lost = _losses(oof)
        first = lost if not number else first
        gain, error = oof.mean(first - lost)
        mean, _ = oof.mean(lost)
        if asked is not None:
            study.tell(asked, mean)
        seconds = time.perf_counter() - begin
        trials.append(Trial(number, tuning, _by_fold(oof, lost), mean, gain, error, seconds))
    return trials


def _losses(oof: OutOfFold) -> Floats:
    """Return the log loss of each row by the blend of the members."""
    return losses(oof.y, platt(oof, oof.log_odds @ weigh(oof)))


def _by_fold(oof: OutOfFold, values: Floats) -> tuple[float, ...]:
    """Return the weighted mean of a value of each row in each fold."""
    means = np.bincount(oof.fold, oof.weight * values) / np.bincount(oof.fold, oof.weight)
    return tuple(means.tolist())


def _planned(recipe: _Recipe) -> int:
    """Return how many trials the size of the data allows."""
    if BOOSTED not in recipe.names or not recipe.folds:
        return 0
    y = np.concatenate([fold.y for fold in recipe.folds])
    rarer = float(min((y == 1).sum(), (y == 0).sum()))
    values = sum(fold.matrix.X.size for fold in recipe.folds)
    affordable = WORK / (0.2 + values / VALUES_A_TRIAL)
    planned = int(min(MOST_TRIALS, affordable, rarer / OUTCOMES_A_TRIAL))
    return planned if planned >= FEWEST_TRIALS else 0
