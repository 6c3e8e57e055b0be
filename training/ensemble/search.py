"""The search for hyper-parameters: seeded, on the forward folds, no more than the data can bear."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from leadgate.arrays import Floats, Ints
from training.dataset.sample import Sample
from training.ensemble.forward import Fold
from training.ensemble.forward_window import ForwardWindow
from training.ensemble.platt import platt
from training.ensemble.stacking import weigh
from training.estimators.candidates import BOOSTED, families, fit_smooth, fit_trees
from training.estimators.tuning import SearchResult, Trial, Tuning
from training.statistics.metrics import losses
from training.statistics.sandwich import mean_with_error

Progress = Callable[[str, float], None]

SEED = 0
# One trial takes about a second for so many values of the folds' matrices.
VALUES_A_TRIAL = 1_000_000
MOST_TRIALS, WORK = 24, 12.0
# With few outcomes to judge by, the best of many trials is the luckiest.
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
class _Window(ForwardWindow):
    """A forward window and the additive members that were fitted before it, once each.

    `smooth` holds their margins and the log-odds of the periods by what they depend on.
    """

    smooth: dict[tuple[object, ...], tuple[Floats, Floats]] = field(default_factory=dict)

    def log_odds(self, names: Sequence[str], tuning: Tuning) -> Floats:
        """Return the log-odds of the judged rows by each member; shape (n, m)."""
        data = self.matrix
        weight = data.weight * tuning.recency(data.order)
        key = (tuning.spread, tuning.knots, tuning.half_life)
        if key not in self.smooth:
            members, offset = fit_smooth(
                data.X, data.y, weight, data.period, data.is_category, names, tuning
            )
            log_odds = np.column_stack([one.member.log_odds(self.X) for one in members])
            self.smooth[key] = log_odds, offset
        log_odds, offset = self.smooth[key]
        if BOOSTED not in names or not self.X.shape[1]:
            return log_odds
        scaled = tuning.on(data.outcomes)
        trees = fit_trees(data.X, data.y, weight, offset, data.is_category, scaled)
        return np.column_stack([log_odds, trees.member.log_odds(self.X)])


def search(
    sample: Sample, folds: Sequence[Fold], names: Sequence[str], outcomes: float, effort: Effort,
    progress: Progress,
) -> SearchResult:  # fmt: skip
    """Choose the hyper-parameters by the log loss of the blend on the forward folds.

    The first trial is what is used without a search. Another one is chosen only where it loses
    less by more than the luckiest of so many would by chance: sqrt(2 log n) standard errors of
    the difference. The trials are drawn by the tree-structured Parzen estimator, seeded, so equal
    data and an equal number of trials give an equal choice.

    Parameters
    ----------
    sample
        What the folds were cut from.
    names
        The candidates.
    outcomes
        How many leads of the rarer kind there are to fit on before the test window.

    References
    ----------
    Bergstra, Bardenet, Bengio & Kegl 2011, Algorithms for hyper-parameter optimization; the
    universal threshold: Donoho & Johnstone 1994.
    """
    usual = Tuning.usual(outcomes)
    windows = [_Window.of(sample, fold) for fold in folds]
    windows = [window for window in windows if window.y.size]
    planned = _planned(windows, names) if effort.trials is None else effort.trials
    if not windows or not planned:
        return SearchResult(usual, [], 0)
    trials = _trials(windows, names, usual, planned, effort, progress)
    by_chance = math.sqrt(2 * math.log(max(len(trials), 2)))
    sure = [trial for trial in trials if trial.gain > by_chance * trial.error]
    best = min(sure, key=lambda trial: trial.loss, default=trials[0])
    return SearchResult(best.tuning, trials, planned)


def _trials(
    windows: Sequence[_Window], names: Sequence[str], usual: Tuning, planned: int, effort: Effort,
    progress: Progress,
) -> list[Trial]:  # fmt: skip
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    sampler = optuna.samplers.TPESampler(seed=SEED, n_startup_trials=max(5, planned // 3))
    study = optuna.create_study(sampler=sampler)
    rows = _Rows.of(windows)
    trials: list[Trial] = []
    first = np.empty(0)
    for number in range(planned):
        begin = time.perf_counter()
        if number and effort.trials is None and begin > effort.deadline:
            break
        progress(f"trying hyper-parameters, {number + 1} of {planned}", number / planned)
        asked = study.ask() if number else None
        tuning = usual if asked is None else Tuning.suggest(asked, usual.outcomes)
        lost = rows.losses(windows, names, tuning)
        first = lost if not number else first
        gain, error = rows.mean(first - lost)
        mean, _ = rows.mean(lost)
        if asked is not None:
            study.tell(asked, mean)
        seconds = time.perf_counter() - begin
        trials.append(Trial(number, tuning, rows.by_fold(lost), mean, gain, error, seconds))
    return trials


@dataclass(frozen=True)
class _Rows:
    """The judged rows of all windows together."""

    y: Floats
    weight: Floats
    account: Ints
    fold: Ints

    @classmethod
    def of(cls, windows: Sequence[_Window]) -> _Rows:
        """Join the rows of the windows."""
        return cls(
            np.concatenate([w.y for w in windows]),
            np.concatenate([w.weight for w in windows]),
            np.concatenate([w.account for w in windows]),
            np.repeat(np.arange(len(windows)), [w.y.size for w in windows]),
        )

    def losses(self, windows: Sequence[_Window], names: Sequence[str], tuning: Tuning) -> Floats:
        """Return the log loss of each row by the blend of the members so tuned."""
        log_odds = np.concatenate([window.log_odds(names, tuning) for window in windows])
        shares = weigh(log_odds, self.y, self.weight, self.fold, families(names))
        return losses(self.y, platt(log_odds @ shares, self.y, self.weight, self.fold))

    def mean(self, values: Floats) -> tuple[float, float]:
        """Return the weighted mean of a value of each row, and its standard error by account."""
        return mean_with_error(values, self.weight, self.account)

    def by_fold(self, values: Floats) -> tuple[float, ...]:
        """Return the weighted mean of a value of each row in each window."""
        means = np.bincount(self.fold, self.weight * values) / np.bincount(self.fold, self.weight)
        return tuple(means.tolist())


def _planned(windows: Sequence[_Window], names: Sequence[str]) -> int:
    """Return how many trials the size of the data allows."""
    if BOOSTED not in names:
        return 0
    won = sum(float((window.y == 1).sum()) for window in windows)
    lost = sum(float((window.y == 0).sum()) for window in windows)
    values = sum(window.matrix.X.size for window in windows)
    affordable = WORK / (0.2 + values / VALUES_A_TRIAL)
    planned = int(min(MOST_TRIALS, affordable, min(won, lost) / OUTCOMES_A_TRIAL))
    return planned if planned >= FEWEST_TRIALS else 0
