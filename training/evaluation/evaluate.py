"""The evaluation: how a fit did on the test window, with intervals, beside the baselines."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.history.field_changes import Text
from leadgate.metrics import METRICS
from leadgate.policy.ranking import ranked
from training.dataset.sample import Sample, Settings
from training.ensemble.fitted import Fitted
from training.ensemble.out_of_fold import OutOfFold
from training.ensemble.stacking import prequential
from training.evaluation.baselines import of_base_rate, of_ranking, score_values
from training.evaluation.evaluated import Evaluation, Judged, Metric, Window
from training.statistics import metrics
from training.statistics.bootstrap import bootstrap
from training.validation.windows import Span

Float = NDArray[np.float64]

SIGNAL_LEVEL = 0.95


@dataclass(frozen=True)
class Ranked:
    """The rows of all forward windows with a margin that no label of theirs had a part in."""

    y: Float
    margin: Float
    weight: Float
    account: NDArray[np.int64]
    window: NDArray[np.int64]


def evaluate(
    sample: Sample,
    span: Span,
    fitted: Fitted,
    oof: OutOfFold | None,
    settings: Settings,
    *,
    base_rate: float,
    share: float,
    own_score: str | None,
    segments: list[str],
) -> Evaluation:
    """Judge a fit on a window that it has not seen.

    Parameters
    ----------
    sample
        Everything known at the end of the data.
    span
        The test window.
    fitted
        The fit on the data cut at its start.
    oof
        The forward folds before it.
    settings
        By which the sample was made.
    base_rate
        Re-estimated on the same snapshots as the level of `fitted`.
    share
        Share of the leads that the team can take.
    own_score, segments
        Columns of the history.
    """
    judged = judge(sample, span, fitted, settings, own_score=own_score, segments=segments)
    baselines = {
        "base_rate": of_base_rate(judged, base_rate),
        "newest_first": of_ranking(judged, judged.order.astype(np.float64), share),
    }
    if judged.own_score is not None:
        baselines["own_score"] = of_ranking(judged, judged.own_score, share)
    together = ranked_windows(judged, oof)
    return Evaluation(
        metrics=_with_intervals(judged, baselines["base_rate"], share),
        baselines=baselines,
        judged=judged,
        base_rate=base_rate,
        capacity_share=share,
        windows=_windows(together, [*(oof.spans if oof else ()), span]),
        pooled_auc=pooled_auc(together),
        gain=gain(judged, np.full(judged.y.size, base_rate)),
    )


def judge(
    sample: Sample,
    span: Span,
    fitted: Fitted,
    settings: Settings,
    *,
    own_score: str | None,
    segments: list[str],
) -> Judged:
    """Return the test window with the readiness that a fit gives it."""
    rows = sample.judged(span)
    at, history = sample.snapshots.take(rows), sample.history
    X = fitted.feature_set.matrix(history, at.lead, at.as_of)
    weight = sample.judge_weight(span, rows)
    own = None
    if own_score in history.columns:
        texts = history.columns[own_score][at.lead]
        own = _own_score(sample.before(span, settings), own_score, texts)
    return view(sample, rows, weight, fitted.model.readiness(X), segments, own)


def view(
    sample: Sample,
    rows: NDArray[np.intp],
    weight: Float,
    readiness: Float,
    segments: list[str],
    own: Float | None = None,
) -> Judged:
    """Return some snapshots of a sample with a readiness, ready to be judged.

    Parameters
    ----------
    rows, weight, readiness, own
        Shape (n,): which snapshots, what each weighs, its readiness and the score in use today.
    segments
        Columns of the history.
    """
    at, history = sample.snapshots.take(rows), sample.history
    return Judged(
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


def _own_score(earlier: Sample, name: str, texts: Text) -> Float:
    """Return the score in use today as numbers, words by what was known before the window."""
    labels = earlier.labels
    rows = np.flatnonzero(labels.weight > 0)
    told = earlier.history.columns[name][earlier.snapshots.lead[rows]]
    return score_values(texts, told, labels.y[rows], labels.weight[rows])


def gain(judged: Judged, other: Float) -> Metric:
    """Return the log loss of other probabilities minus that of the model, with 90 %, paired."""
    difference = metrics.losses(judged.y, other) - metrics.losses(judged.y, judged.readiness)

    def mean(weight: Float) -> Float:
        return metrics.mean(difference, weight)

    low, high = bootstrap(mean, judged.account, judged.weight)
    return Metric(float(mean(judged.weight)), float(low), float(high), 0.0)


def ranked_windows(judged: Judged, oof: OutOfFold | None) -> Ranked:
    """Put the forward folds and the test window together.

    A fold is ranked by the blend of the earlier folds, the test window by that of all folds.
    """
    test = metrics.log_odds(judged.readiness)
    if oof is None:
        window = np.zeros(test.size, dtype=np.int64)
        return Ranked(judged.y, test, judged.weight, judged.account, window)
    margin = prequential(oof.margins, oof.y, oof.weight, oof.fold, oof.family, oof.anchors)
    last = np.full(test.size, int(oof.fold.max()) + 1)
    return Ranked(
        y=np.concatenate([oof.y, judged.y]),
        margin=np.concatenate([margin, test]),
        weight=np.concatenate([oof.weight, judged.weight]),
        account=np.concatenate([oof.account, judged.account]),
        window=np.concatenate([oof.fold, last]),
    )


def pooled_auc(rows: Ranked) -> Metric:
    """Return the AUC within each window, pooled over all pairs, with its 95 % interval."""

    def statistic(weight: Float) -> Float:
        return metrics.within(rows.y, rows.margin, weight, rows.window)

    low, high = bootstrap(statistic, rows.account, rows.weight, level=SIGNAL_LEVEL)
    return Metric(float(statistic(rows.weight)), float(low), float(high), 0.5)


def _with_intervals(judged: Judged, base: dict[str, float], share: float) -> dict[str, Metric]:
    y, p = judged.y, judged.readiness
    best_first = ranked(p, judged.lead_id)

    def all_of(weight: Float) -> Float:
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

    low, high = bootstrap(all_of, judged.account, judged.weight)
    figures = zip(METRICS, all_of(judged.weight), low, high, strict=True)
    return {
        name: Metric(float(value), float(below), float(above), base.get(name, math.nan))
        for name, value, below, above in figures
    }


def _windows(rows: Ranked, spans: list[Span]) -> list[Window]:
    names = [*(f"fold {k}" for k in range(1, len(spans))), "test"]
    found = []
    for code, (name, span) in enumerate(zip(names, spans, strict=True)):
        inside = rows.window == code
        y, weight = rows.y[inside], rows.weight[inside]
        value = metrics.auc(y, rows.margin[inside], weight)
        found.append(
            Window(
                name, span.start, span.end, int(inside.sum()), float(weight.sum()),
                float(weight @ y), float(value),
            )
        )  # fmt: skip
    return found
