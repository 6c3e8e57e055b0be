"""What a training run hands to the report, the registry and the caller."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leadgate.metrics import METRICS
from training.ensemble.fitted import Fitted
from training.evaluation.evaluated import Evaluation, Metric

if TYPE_CHECKING:
    from leadgate.config import Config
    from training.dataset.settings import Settings
    from training.evaluation.importance import Shape
    from training.leakage.time_proxy import TimeProxies
    from training.promotion.recipe import Recipe
    from training.promotion.separation import Separation
    from training.promotion.written import AnyEvidence
    from training.segments.segments import SegmentRates


@dataclass(frozen=True)
class Tried:
    """One candidate, its weight in the blend and how it did on the forward folds alone."""

    name: str
    weight: float
    log_loss: float
    auc: float
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Challenger:
    """What ships, what was evaluated and how, and the verdict.

    Attributes
    ----------
    shipped
        The refit on everything known at `until`, the base rate where there is no signal; what the
        bundle holds.
    evaluated, evaluation
        The fit before the test window and what it was worth there; None when there was too little
        to evaluate.
    evidence
        It beside the champion; None without a champion.
    separation
        By segment, how well leads are ranked in the forward windows.
    tried
        The candidates; none when there was too little to evaluate.
    rows
        ``train`` and ``test``: snapshots that the evaluated fit, or the base rate, was learned
        from, and that evaluated it.
    settings
        What the fits depend on besides the data; without the columns that were left out.
    proxies
        The time proxies among the columns; None when there was too little to evaluate.
    """

    shipped: Fitted
    evaluated: Fitted | None = None
    evaluation: Evaluation | None = None
    evidence: AnyEvidence | None = None
    separation: list[Separation] = field(default_factory=list)
    tried: list[Tried] = field(default_factory=list)
    verdict: str
    why: str
    rows: dict[str, int]
    settings: Settings
    proxies: TimeProxies | None = None


@dataclass(frozen=True, kw_only=True)
class Trained(Challenger):
    """Everything about a training run, before anything is written.

    Attributes
    ----------
    rows
        Also ``open`` (leads) and ``quarantined`` (rows).
    leads
        ``all``, ``won``, ``lost``, ``open``, ``unworked``.
    data_from, data_until
        The data window in microseconds UTC; `features.parsing.times.NAT` without dates.
    importance
        Mean absolute contribution of each feature group on the log-odds, largest first.
    shapes
        Of the strongest features, strongest first.
    first_reason_kept
        In which share of the leads the model that was evaluated names the same first reason; NaN
        where one of them has none.
    left_out
        Columns that are no features, with the reason.
    quarantine
        (table, reason, rows).
    digest
        sha256 of the data as it was read.
    recipe
        What the fits depend on besides the data; None: not of a training.
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
    recipe: Recipe | None = None

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
        values = {name: getattr(self, name) for name in names}
        return {**values, "metrics": metrics, "notes": self.trained.brief}
