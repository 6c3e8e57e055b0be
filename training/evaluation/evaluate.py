"""The evaluation: how a fit did on the test window, with intervals, beside the baselines."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from leadgate.arrays import Floats, Ints, Positions, Texts
from leadgate.metrics import METRICS
from leadgate.policy.ranking import ranked
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.ensemble.fitted import Fitted
from training.ensemble.out_of_fold import OutOfFold
from training.ensemble.stacking import prequential
from training.evaluation.baselines import of_base_rate, of_ranking, score_values
from training.evaluation.evaluated import (
    Evaluated,
    Evaluation,
    Metric,
    WindowResult,
    measured,
)
from training.statistics import metrics
from training.validation.windows import Window

SIGNAL_LEVEL = 0.95


@dataclass(frozen=True)
class Ranked:
    """The rows of all forward windows with log-odds that no label of theirs had a part in."""

    y: Floats
    log_odds: Floats
    weight: Floats
    account: Ints
    window: Ints


def evaluate(
    sample: Sample,
    window: Window,
    fitted: Fitted,
    oof: OutOfFold | None,
    settings: Settings,
    *,
    base_rate: float,
    share: float,
    own_score: str | None,
    segments: list[str],
) -> Evaluation:
    """Evaluate a fit on a window that it has not seen.

    Parameters
    ----------
    sample
        Everything known at the end of the data.
    window
        The test window.
    fitted
        The fit on the data cut at its start.
    oof
        The forward folds before it.
    settings
        By which the sample was made.
    base_rate
        Re-estimated on the same snapshots as the base-rate offset of `fitted`.
    share
        Share of the leads that the team can take.
    own_score, segments
        Columns of the history.
    """
    evaluated = evaluated_window(
        sample, window, fitted, settings, own_score=own_score, segments=segments
    )
    baselines = {
        "base_rate": of_base_rate(evaluated, base_rate),
        "newest_first": of_ranking(evaluated, evaluated.order.astype(np.float64), share),
    }
    if evaluated.own_score is not None:
        baselines["own_score"] = of_ranking(evaluated, evaluated.own_score, share)
    together = ranked_windows(evaluated, oof)
    return Evaluation(
        metrics=_with_intervals(evaluated, baselines["base_rate"], share),
        baselines=baselines,
        evaluated=evaluated,
        base_rate=base_rate,
        capacity_share=share,
        windows=_windows(together, [*(oof.windows if oof else ()), window]),
        pooled_auc=pooled_auc(together),
        gain=gain(evaluated, np.full(evaluated.y.size, base_rate)),
    )


def evaluated_window(
    sample: Sample,
    window: Window,
    fitted: Fitted,
    settings: Settings,
    *,
    own_score: str | None,
    segments: list[str],
) -> Evaluated:
    """Return the test window with the readiness that a fit gives it."""
    rows = sample.evaluated(window)
    at, history = sample.snapshots.take(rows), sample.history
    X = fitted.feature_set.matrix(history, at.lead, at.as_of)
    weight = sample.evaluation_weight(window, rows)
    own = None
    if own_score in history.columns:
        texts = history.columns[own_score][at.lead]
        own = _own_score(sample.before(window, settings), own_score, texts)
    return view(sample, rows, weight, fitted.model.readiness(X), segments, own)


def view(
    sample: Sample,
    rows: Positions,
    weight: Floats,
    readiness: Floats,
    segments: list[str],
    own: Floats | None = None,
) -> Evaluated:
    """Return some snapshots of a sample with a readiness, ready to be evaluated.

    Parameters
    ----------
    rows, weight, readiness, own
        Shape (n,): which snapshots, what each weighs, its readiness and the current CRM score.
    segments
        Columns of the history.
    """
    at, history = sample.snapshots.take(rows), sample.history
    return Evaluated(
        lead_id=history.lead_ids[at.lead],
        account=history.accounts[at.lead],
        as_of=at.as_of,
        order=at.order,
        age_days=at.age_days,
        y=sample.labels.y[rows],
        weight=weight,
        readiness=readiness,
        own_score=own,
        segments={n: history.columns[n][at.lead] for n in segments if n in history.columns},
    )


def _own_score(earlier: Sample, name: str, texts: Texts) -> Floats:
    """Return the current CRM score as numbers, words by their win rate before the window."""
    labels = earlier.labels
    rows = np.flatnonzero(labels.weight > 0)
    words = earlier.history.columns[name][earlier.snapshots.lead[rows]]
    return score_values(texts, words, labels.y[rows], labels.weight[rows])


def gain(evaluated: Evaluated, other: Floats) -> Metric:
    """Return the log loss of other probabilities minus that of the model, with 90 %, paired."""
    theirs, ours = (
        metrics.losses(evaluated.y, other),
        metrics.losses(evaluated.y, evaluated.readiness),
    )

    def mean(weight: Floats) -> Floats:
        return metrics.mean(theirs - ours, weight)

    return measured(mean, evaluated.account, evaluated.weight, [0.0])[0]


def ranked_windows(evaluated: Evaluated, oof: OutOfFold | None) -> Ranked:
    """Put the forward folds and the test window together.

    A fold is ranked by the blend of the earlier folds, the test window by that of all folds.
    """
    test = metrics.clipped_logit(evaluated.readiness)
    if oof is None:
        window = np.zeros(test.size, dtype=np.int64)
        return Ranked(evaluated.y, test, evaluated.weight, evaluated.account, window)
    log_odds = prequential(oof)
    last = np.full(test.size, int(oof.fold.max()) + 1)
    return Ranked(
        y=np.concatenate([oof.y, evaluated.y]),
        log_odds=np.concatenate([log_odds, test]),
        weight=np.concatenate([oof.weight, evaluated.weight]),
        account=np.concatenate([oof.account, evaluated.account]),
        window=np.concatenate([oof.fold, last]),
    )


def pooled_auc(rows: Ranked) -> Metric:
    """Return the AUC within each window, pooled over all pairs, with its 95 % interval."""

    def statistic(weight: Floats) -> Floats:
        return metrics.within(rows.y, rows.log_odds, weight, rows.window)

    return measured(statistic, rows.account, rows.weight, [0.5], SIGNAL_LEVEL)[0]


def _with_intervals(
    evaluated: Evaluated, base: dict[str, float], share: float
) -> dict[str, Metric]:
    y, p = evaluated.y, evaluated.readiness
    best_first = ranked(p, evaluated.lead_id)

    def all_of(weight: Floats) -> Floats:
        return np.stack(
            [
                metrics.log_loss(y, p, weight),
                metrics.auc(y, p, weight),
                metrics.brier(y, p, weight),
                metrics.lift_at(y, best_first, weight, 0.1),
                metrics.precision_at(y, best_first, weight, share),
                metrics.calibration_slope(y, p, weight),
                metrics.calibration_in_the_large(y, p, weight),
            ]
        )

    baselines = [base.get(name, math.nan) for name in METRICS]
    figures = measured(all_of, evaluated.account, evaluated.weight, baselines)
    return dict(zip(METRICS, figures, strict=True))


def _windows(rows: Ranked, windows: list[Window]) -> list[WindowResult]:
    names = [*(f"fold {k}" for k in range(1, len(windows))), "test"]
    results = []
    for code, (name, window) in enumerate(zip(names, windows, strict=True)):
        inside = rows.window == code
        y, weight = rows.y[inside], rows.weight[inside]
        auc = float(metrics.auc(y, rows.log_odds[inside], weight))
        figures = (int(inside.sum()), float(weight.sum()), float(weight @ y), auc)
        results.append(WindowResult(window.start, window.end, name, *figures))
    return results
