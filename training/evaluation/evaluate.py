"""The evaluation: how the fits did on the test window, with intervals, beside the baselines."""

from __future__ import annotations

import math

import numpy as np

from leadgate.arrays import Floats, Positions
from leadgate.metrics import METRICS
from leadgate.policy.ranking import ranked
from training.dataset.sample import Sample
from training.ensemble.out_of_fold import OutOfFold
from training.evaluation.baselines import of_base_rate, of_ranking, score_values
from training.evaluation.evaluated import (
    Evaluated,
    Evaluation,
    Metric,
    WindowResult,
    measured,
)
from training.evaluation.signal import signal_of
from training.statistics import metrics
from training.validation.windows import Window


def evaluate(
    evaluated: Evaluated, sample: Sample, window: Window, oof: OutOfFold, *,
    base_rate: float, share: float,
) -> Evaluation:  # fmt: skip
    """Evaluate fits on a window that they have not seen.

    Parameters
    ----------
    evaluated
        The window, with the readiness that they give it.
    sample
        Everything known at the end of the data.
    window
        The test window.
    oof
        The rows of all forward windows and of this one.
    base_rate
        Re-estimated on the same snapshots as the base-rate offset of the fits.
    share
        Share of the leads that the team can take.
    """
    baselines = {
        "base_rate": of_base_rate(evaluated, base_rate),
        "newest_first": of_ranking(evaluated, evaluated.order.astype(np.float64), share),
    }
    if evaluated.own_score is not None:
        baselines["own_score"] = of_ranking(evaluated, evaluated.own_score, share)
    figures = _with_intervals(evaluated, baselines["base_rate"], share)
    return Evaluation(
        metrics=figures,
        baselines=baselines,
        evaluated=evaluated,
        base_rate=base_rate,
        capacity_share=share,
        windows=_windows(sample, oof, window),
        signal=signal_of(oof),
        gain=gain(evaluated, np.full(evaluated.y.size, base_rate)),
    )


def view(
    sample: Sample,
    rows: Positions,
    readiness: Floats,
    segments: list[str],
    own: Floats | None = None,
) -> Evaluated:
    """Return some snapshots of a sample with a readiness, ready to be evaluated.

    Parameters
    ----------
    rows, readiness, own
        Shape (n,): which snapshots, their readiness and the current CRM score.
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
        weight=sample.labels.evaluation_weight[rows],
        readiness=readiness,
        own_score=own,
        segments={n: history.columns[n][at.lead] for n in segments if n in history.columns},
    )


def own_score(sample: Sample, earlier: Sample, rows: Positions, name: str | None) -> Floats | None:
    """Return the current CRM score of some snapshots as numbers; None where there is none.

    Words are ranked by their win rate before the window.

    Parameters
    ----------
    earlier
        The sample as it stood when the window began.
    name
        Of the column.
    """
    columns = sample.history.columns
    if name is None or name not in columns:
        return None
    labels = earlier.labels
    labelled = np.flatnonzero(labels.weight > 0)
    words = earlier.history.columns[name][earlier.snapshots.lead[labelled]]
    texts = columns[name][sample.snapshots.lead[rows]]
    return score_values(texts, words, labels.y[labelled], labels.weight[labelled])


def gain(evaluated: Evaluated, other: Floats) -> Metric:
    """Return the log loss of other probabilities minus that of the model, with 90 %, paired."""
    theirs, ours = (
        metrics.losses(evaluated.y, other),
        metrics.losses(evaluated.y, evaluated.readiness),
    )

    def mean(weight: Floats) -> Floats:
        return metrics.mean(theirs - ours, weight)

    return measured(mean, evaluated.account, evaluated.weight, [0.0])[0]


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


def _windows(sample: Sample, oof: OutOfFold, window: Window) -> list[WindowResult]:
    """Return what each window held, the test window last."""
    lead, even = sample.snapshots.lead[oof.rows], oof.log_odds.mean(axis=1)
    results = []
    for code, span in enumerate(oof.windows):
        inside = oof.window == code
        y, weight = oof.y[inside], oof.weight[inside]
        leads = np.unique(lead[inside]).size
        wins = np.unique(lead[inside & (oof.y == 1)]).size
        auc = float(metrics.auc(y, even[inside], weight))
        name = "test" if span == window else f"fold {code + 1}"
        results.append(WindowResult(span.start, span.end, name, y.size, leads, wins, auc))
    return results
