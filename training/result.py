"""What a training run gives: to the report, the registry and the caller alike."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leadgate.metrics import METRICS
from leadgate.registry.registry import BUNDLE, CHALLENGER
from leadgate.registry.tags import verdict_in_words
from training.ensemble.fitted import Fitted
from training.evaluation.evaluated import Evaluation, Metric
from training.evaluation.followed import Following
from training.evaluation.random_split import RandomSplit

if TYPE_CHECKING:
    from features.history.lead_history import LeadHistory
    from leadgate.config import Config
    from leadgate.policy import Policy
    from training.dataset.settings import Settings
    from training.evaluation.importance import Shape
    from training.leakage.time_proxy import TimeProxies
    from training.promotion.past import Look
    from training.promotion.recipe import Recipe
    from training.promotion.separation import Separation
    from training.promotion.written import AnyEvidence
    from training.segments.segments import SegmentRates

REPORT = "report.html"


@dataclass(frozen=True)
class Tried:
    """One candidate, its weight in the blend and how it did alone on some forward snapshots."""

    name: str
    weight: float
    log_loss: float
    auc: float
    seconds: float
    snapshots: int


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
    look
        What the evaluated fit found in its test window; None when nothing was evaluated.
    tried
        The candidates; none when there was too little to evaluate.
    rows
        ``train`` and ``test``: snapshots that the evaluated fit, or the base rate, was learned
        from, and that evaluated it.
    settings
        What the fits depend on besides the data; without the columns that were left out.
    recipe
        The same as the configuration says it.
    proxies
        The time proxies among the columns; None when there was too little to evaluate.
    following
        What an offset that follows the outcomes is worth; None where it is not known when outcomes
        come, or too few came.
    split
        What a split at random would have shown beside the forward one, for the report alone; None
        where nothing was evaluated.
    fallbacks
        What the windows did not hold enough for, and what was done instead: sentences.
    """

    shipped: Fitted
    evaluated: Fitted | None = None
    evaluation: Evaluation | None = None
    evidence: AnyEvidence | None = None
    separation: list[Separation] = field(default_factory=list)
    look: Look | None = None
    tried: list[Tried] = field(default_factory=list)
    verdict: str
    why: str
    rows: dict[str, int]
    settings: Settings
    recipe: Recipe
    proxies: TimeProxies | None = None
    following: Following | None = None
    split: RandomSplit | None = None
    fallbacks: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class TrainingResult(Challenger):
    """Everything about a training run; what the registry adds is empty before it is registered.

    Attributes
    ----------
    history, policy
        What was learned from, and the policy that the distribution of the scores gives.
    rows
        Also ``open`` (leads) and ``quarantined`` (rows).
    leads
        ``all``, ``won``, ``lost``, ``open``, ``unworked``.
    data_from, data_until
        The data window in microseconds UTC; `features.parsing.times.NAT` without dates.
    importance
        Mean absolute contribution of each feature group on the log-odds, largest first.
    column_importance
        The share of each column of the leads in what moves those that come in.
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
    segments
        The win rates so far of each segment column that is a category or a flag.
    brief
        Of `notes` what matters at once, the suspects in one sentence: for the screen.
    run_id, version
        Of the MLflow run and of the registered model.
    folder
        Holds the bundle, the fit that was evaluated, the report and the rejected rows.
    """

    config: Config
    history: LeadHistory
    policy: Policy
    leads: dict[str, int]
    data_from: int
    data_until: int
    importance: dict[str, float]
    column_importance: dict[str, float]
    shapes: list[Shape]
    left_out: dict[str, str]
    quarantine: list[tuple[str, str, int]]
    notes: list[str]
    digest: str
    seconds: float
    first_reason_kept: float = math.nan
    segments: list[SegmentRates] = field(default_factory=list)
    brief: list[str] = field(default_factory=list)
    run_id: str = ""
    version: str = ""
    folder: Path = Path()

    @property
    def metrics(self) -> dict[str, Metric]:
        """The metrics of the evaluation fit; undefined ones when there is none."""
        if self.evaluation is None:
            return dict.fromkeys(METRICS, Metric(math.nan, math.nan, math.nan))
        return self.evaluation.metrics

    @property
    def verdict_in_words(self) -> str:
        """The verdict for people: "first" where there was no champion to be better than."""
        return verdict_in_words(self.verdict, self.evidence.champion if self.evidence else "")

    @property
    def model(self) -> str:
        """The name of the registered model."""
        return self.config.tracking.model

    @property
    def alias(self) -> str:
        """The alias that the registered version has."""
        return CHALLENGER

    @property
    def bundle(self) -> Path:
        """The directory of the model that is registered."""
        return self.folder / BUNDLE

    @property
    def report(self) -> Path:
        """The report."""
        return self.folder / REPORT

    def to_dict(self) -> dict[str, Any]:
        """Return what ``leadgate train --json`` prints."""
        names = ("run_id", "model", "version", "alias", "verdict", "why", "seconds", "rows")
        metrics = {name: metric.to_dict() for name, metric in self.metrics.items()}
        values = {name: getattr(self, name) for name in names}
        following = None if self.following is None else self.following.to_dict()
        return {**values, "metrics": metrics, "following": following, "notes": self.brief}
