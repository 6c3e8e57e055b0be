"""What a test window showed: its snapshots, and the metrics of a model on them with intervals."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from leadgate.arrays import Floats, Ints, Texts
from leadgate.jsonfile import json_values
from training.evaluation.signal import Signal
from training.statistics.bootstrap import LEVEL, bootstrap
from training.validation.windows import Window


@dataclass(frozen=True)
class Metric:
    """A figure with its interval, beside the same figure of the base rate (NaN: undefined)."""

    value: float
    low: float
    high: float
    baseline: float = math.nan

    def to_dict(self) -> dict[str, float | None]:
        """Return the metric for JSON, where an undefined number is null."""
        return dict(json_values(self))


def measured(
    statistic: Callable[[Floats], Floats],
    account: Ints,
    weight: Floats,
    baselines: Sequence[float],
    level: float = LEVEL,
) -> list[Metric]:
    """Return k statistics with their intervals, bootstrap by account, beside k baselines.

    Parameters
    ----------
    statistic
        Takes weights of shape (b, n), returns shape (k, b); for one statistic shape (b,).
    account, weight
        Shape (n,).
    """
    ends = bootstrap(statistic, account, weight, level=level)
    values, low, high = (np.atleast_1d(figures) for figures in (statistic(weight), *ends))
    figures = zip(values, low, high, baselines, strict=True)
    return [Metric(*map(float, figure)) for figure in figures]


@dataclass(frozen=True)
class Evaluated:
    """The snapshots of one window with a model's readiness; every array has shape (n,).

    Attributes
    ----------
    lead_id
        Text, for the tie rule.
    account
        Codes of the accounts, the unit of the bootstrap.
    as_of
        Microseconds since the epoch, UTC; `features.parsing.times.NAT` in an export without dates.
    order
        The time axis of the splits: `as_of`, or the position in an export without dates.
    age_days
        Age of the lead at the snapshot, NaN at its first work.
    y
        1 won within the horizon, 0 not.
    weight
        The snapshots of one lead weigh 1 together.
    readiness
        The calibrated probability.
    own_score
        The current CRM score, NaN where missing; None when the export has none.
    segments
        Text of each segment column, "" where missing.
    """

    lead_id: Texts
    account: Ints
    as_of: Ints
    order: Ints
    age_days: Floats
    y: Floats
    weight: Floats
    readiness: Floats
    own_score: Floats | None = None
    segments: dict[str, Texts] | None = None


@dataclass(frozen=True)
class WindowResult(Window):
    """One forward window: fits on the data cut at its start, evaluated on what came after.

    `rows` are snapshots, `leads` and `wins` those of which there are any, `auc` is that of the
    members alike: the readiness of the test window has an AUC of its own.
    """

    name: str
    rows: int
    leads: int
    wins: int
    auc: float


@dataclass(frozen=True)
class Evaluation:
    """How the evaluation fit did on the test window.

    Attributes
    ----------
    metrics
        One `Metric` with a 90 % interval, bootstrap by account, for each name in
        `leadgate.metrics.METRICS`.
    baselines
        ``base_rate``, ``newest_first`` and, where the export has one, ``own_score``: the value of
        each metric that is defined for it.
    evaluated
        The test window itself, ready to plot.
    base_rate
        Re-estimated on the same snapshots as the base-rate offset of the model.
    capacity_share
        Share of the leads that the team can take: what `precision_at_capacity` looks at.
    windows
        The forward folds, oldest first, then the test window.
    signal
        The test of signal, on every evaluated snapshot of all windows.
    gain
        Log loss of the base rate minus that of the model, 90 %, paired.
    """

    metrics: dict[str, Metric]
    baselines: dict[str, dict[str, float]]
    evaluated: Evaluated
    base_rate: float
    capacity_share: float
    windows: list[WindowResult]
    signal: Signal
    gain: Metric

    @property
    def pooled_auc(self) -> Metric:
        """The AUC of the test of signal with its 90 % interval."""
        return Metric(self.signal.auc, *self.signal.interval, baseline=0.5)
