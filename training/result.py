"""What a training run hands to the report, the registry and the caller."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from leadgate.limits import Limits

if TYPE_CHECKING:
    from features.feature_set import FeatureSet
    from leadgate.config import Config
    from leadgate.model.model import Model
    from training.date_probe import DateProbe
    from training.evidence import Evidence
    from training.recipe import Settings
    from training.segments import SegmentRates
    from training.shapes import Shape
    from training.tuning import Found

Float = NDArray[np.float64]
Int = NDArray[np.int64]

METRICS = (
    "log_loss",
    "auc",
    "brier",
    "lift_10",
    "precision_at_capacity",
    "calibration_slope",
    "calibration_in_the_large",
)
NO_LIMITS = Limits()
BETTER, NO_SIGNAL, NOT_BETTER = "better", "no_signal", "not_better_than_champion"


@dataclass(frozen=True)
class Metric:
    """A figure with its interval, beside the same figure of the base rate (NaN: undefined)."""

    value: float
    low: float
    high: float
    baseline: float = math.nan

    def to_dict(self) -> dict[str, float | None]:
        """Return the metric for JSON, where an undefined number is null."""
        return plain(vars(self))


def plain(figures: Mapping[str, float]) -> dict[str, float | None]:
    """Return figures for JSON, where an undefined number is null."""
    return {k: v if math.isfinite(v) else None for k, v in figures.items()}


@dataclass(frozen=True)
class Judged:
    """The snapshots of one window with a model's readiness; every array has shape (n,).

    Attributes
    ----------
    lead_id
        Text, for the tie rule.
    account
        Codes of the accounts, the unit of the bootstrap.
    as_of
        Microseconds since the epoch, UTC; `features.times.NAT` in an export without dates.
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
        The score in use today, NaN where missing; None when the export has none.
    segments
        Text of each segment column, "" where missing.
    """

    lead_id: NDArray[np.object_]
    account: Int
    as_of: Int
    order: Int
    age_days: Float
    y: Float
    weight: Float
    readiness: Float
    own_score: Float | None = None
    segments: dict[str, NDArray[np.object_]] | None = None


@dataclass(frozen=True)
class Window:
    """One forward window: a fit on the data cut at `start` judged on what came after.

    `start` and `end` are on the time axis of the splits (microseconds UTC, or a position);
    `leads` and `wins` are sums of weights.
    """

    name: str
    start: int
    end: int
    rows: int
    leads: float
    wins: float
    auc: float


@dataclass(frozen=True)
class Evaluation:
    """How the evaluation fit did on the test window.

    Attributes
    ----------
    metrics
        One `Metric` with a 90 % interval, bootstrap by account, for each name in `METRICS`.
    baselines
        ``base_rate``, ``newest_first`` and, where the export has one, ``own_score``: the value of
        each metric that is defined for it.
    judged
        The test window itself, ready to plot.
    base_rate
        Re-estimated on the same snapshots as the level of the model.
    capacity_share
        Share of the leads that the team can take: what `precision_at_capacity` looks at.
    windows
        The forward folds, oldest first, then the test window.
    pooled_auc
        AUC within each window, pooled, with a 95 % interval: what signal is judged on.
    gain
        Log loss of the base rate minus that of the model, 90 %, paired.
    """

    metrics: dict[str, Metric]
    baselines: dict[str, dict[str, float]]
    judged: Judged
    base_rate: float
    capacity_share: float
    windows: list[Window]
    pooled_auc: Metric
    gain: Metric


@dataclass(frozen=True)
class Tried:
    """One candidate, its weight in the blend and how it did on the forward folds alone."""

    name: str
    weight: float
    log_loss: float
    auc: float
    seconds: float


@dataclass(frozen=True)
class Fitted:
    """A feature set and the model over its columns, with the ranges that its rows had.

    `low` and `high` are the 1st and 99th percentile of each column, shape (n_features,); beyond
    `limits` the model is not asked. One that knows no more than the
    base rate of each value of some segment columns names these in `base_rates_of`.
    """

    feature_set: FeatureSet
    model: Model
    low: Float
    high: Float
    limits: Limits = NO_LIMITS
    base_rates_of: tuple[str, ...] = ()

    @property
    def has_signal(self) -> bool:
        """Whether leads may be ranked by it."""
        return not self.base_rates_of and self.model.has_signal


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What ships, what was judged and how, and the verdict.

    Attributes
    ----------
    shipped
        The refit on everything known at `until`, the base rate where there is no signal; what the
        bundle holds.
    evaluated, evaluation
        The fit before the test window and what it was worth there; None when there was too little
        to judge.
    evidence
        It beside the champion; None without a champion.
    tried
        The candidates; none when there was too little to judge.
    rows
        ``train`` and ``test``: snapshots that the judged fit, or the base rate, was learned from,
        and that judged it.
    settings
        What the fits depend on besides the data; without the columns that were left out.
    search
        The hyper-parameters and every trial of them; None when there was too little to judge.
    dates
        The columns that tell the date, left out or kept; None where there is none.
    """

    shipped: Fitted
    evaluated: Fitted | None = None
    evaluation: Evaluation | None = None
    evidence: Evidence | None = None
    tried: list[Tried] = field(default_factory=list)
    verdict: str
    why: str
    rows: dict[str, int]
    settings: Settings
    search: Found | None = None
    dates: DateProbe | None = None


@dataclass(frozen=True, kw_only=True)
class Trained(Judgement):
    """Everything one training run found, before anything is written.

    Attributes
    ----------
    rows
        Also ``open`` (leads) and ``quarantined`` (rows).
    leads
        ``all``, ``won``, ``lost``, ``open``, ``unworked``.
    data_from, data_until
        The data window in microseconds UTC; `features.times.NAT` without dates.
    importance
        Mean absolute contribution of each feature group on the log-odds, largest first.
    shapes
        Of the strongest features, strongest first.
    first_reason_kept
        In which share of the leads the model that was judged names the same first reason; NaN
        where one of them has none.
    left_out
        Columns that are no features, with the reason.
    quarantine
        (table, reason, rows).
    digest
        sha256 of the data as it was read.
    segments
        The win rates so far of each segment column that is a category or a flag.
    brief
        Of `notes` what matters at once, the suspects in one sentence: for the screen.
    """

    config: Config
    leads: dict[str, int]
    data_from: int
    data_until: int
    importance: dict[str, float]
    shapes: list[Shape]
    left_out: dict[str, str]
    quarantine: list[tuple[str, str, int]]
    notes: list[str]
    digest: str
    seconds: float
    first_reason_kept: float = math.nan
    segments: list[SegmentRates] = field(default_factory=list)
    brief: list[str] = field(default_factory=list)

    @property
    def metrics(self) -> dict[str, Metric]:
        """The metrics of the evaluation fit; undefined ones when there is none."""
        if self.evaluation is None:
            return dict.fromkeys(METRICS, Metric(math.nan, math.nan, math.nan))
        return self.evaluation.metrics


@dataclass(frozen=True)
class TrainingResult:
    """One finished run: registered, with the alias moved and the report written."""

    run_id: str
    model: str
    version: str
    alias: str
    verdict: str
    why: str
    seconds: float
    rows: dict[str, int]
    metrics: dict[str, Metric]
    bundle: Path
    report: Path
    trained: Trained

    def to_dict(self) -> dict[str, Any]:
        """Return what ``leadgate train --json`` prints."""
        names = ("run_id", "model", "version", "alias", "verdict", "why", "seconds", "rows")
        metrics = {name: metric.to_dict() for name, metric in self.metrics.items()}
        found = {name: getattr(self, name) for name in names}
        return {**found, "metrics": metrics, "notes": self.trained.brief}
