"""How the model did over time: promised and won, and how well it ranked, period by period."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leadgate.arrays import Floats
from training.evaluation.breakdown import periods
from training.evaluation.evaluated import Evaluated, Metric
from training.statistics import metrics
from training.statistics.bootstrap import bootstrap


@dataclass(frozen=True)
class Period:
    """One period of the test window.

    Attributes
    ----------
    leads
        A sum of weights.
    expected
        The mean readiness.
    won, in_the_large, auc, log_loss
        The share of wins, expected over won, and the metrics of the readiness, each with its 90 %
        interval, bootstrap by account; NaN where a period holds one kind of outcome only. The
        baseline of the log loss is that of the base rate.
    """

    name: str
    leads: float
    expected: float
    won: Metric
    in_the_large: Metric
    auc: Metric
    log_loss: Metric


def over_time(evaluated: Evaluated, base_rate: float) -> list[Period]:
    """Return the periods of the test window, oldest first.

    Parameters
    ----------
    base_rate
        Re-estimated on the same rows as the level of the model.
    """
    codes, names = periods(evaluated)
    return [_period(evaluated, codes == k, name, base_rate) for k, name in enumerate(names)]


def _period(evaluated: Evaluated, inside: np.ndarray, name: str, base_rate: float) -> Period:
    y, p, weight = evaluated.y[inside], evaluated.readiness[inside], evaluated.weight[inside]

    def figures(w: Floats) -> Floats:
        return np.stack(
            [
                metrics.mean(y, w),
                metrics.calibration_in_the_large(y, p, w),
                metrics.auc(y, p, w),
                metrics.log_loss(y, p, w),
            ]
        )

    low, high = bootstrap(figures, evaluated.account[inside], weight)
    base = float(metrics.log_loss(y, np.full(y.size, base_rate), weight))
    baselines = (base_rate, 1.0, 0.5, base)
    found = [
        Metric(float(value), float(below), float(above), baseline)
        for value, below, above, baseline in zip(figures(weight), low, high, baselines, strict=True)
    ]
    return Period(name, float(weight.sum()), float(metrics.mean(p, weight)), *found)
