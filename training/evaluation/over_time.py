"""How the model did over time: predicted and actual wins, and separation, slice by slice."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from leadgate.arrays import Floats
from training.evaluation.breakdown import time_slices
from training.evaluation.evaluated import Evaluated, Metric, measured
from training.statistics import metrics


@dataclass(frozen=True)
class TimeSlice:
    """One time slice of the test window.

    Attributes
    ----------
    leads
        A sum of weights.
    expected
        The mean readiness.
    won, in_the_large, auc, log_loss
        The share of wins, the predicted-to-actual ratio, and the metrics of the readiness, each
        with its 90 % interval, bootstrap by account; NaN where a slice holds one class of outcome
        only. The baseline of the log loss is that of the base rate.
    """

    name: str
    leads: float
    expected: float
    won: Metric
    in_the_large: Metric
    auc: Metric
    log_loss: Metric


def over_time(evaluated: Evaluated, base_rate: float) -> list[TimeSlice]:
    """Return the time slices of the test window, oldest first.

    Parameters
    ----------
    base_rate
        Re-estimated on the same rows as the base-rate offset of the model.
    """
    codes, names = time_slices(evaluated)
    return [_slice(evaluated, codes == k, name, base_rate) for k, name in enumerate(names)]


def _slice(evaluated: Evaluated, inside: np.ndarray, name: str, base_rate: float) -> TimeSlice:
    if not inside.any():
        undefined = Metric(math.nan, math.nan, math.nan)
        return TimeSlice(name, 0.0, math.nan, *[undefined] * 4)
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

    base = float(metrics.log_loss(y, np.full(y.size, base_rate), weight))
    baselines = (base_rate, 1.0, 0.5, base)
    measures = measured(figures, evaluated.account[inside], weight, baselines)
    return TimeSlice(name, float(weight.sum()), float(metrics.mean(p, weight)), *measures)
