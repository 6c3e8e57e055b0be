"""The challenger: what the recipe is worth on the test window, and what ships for it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from leadgate.bundle.bundle import Bundle
from leadgate.config import Config
from training.dataset.matrix import labelled_matrix
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.ensemble.base_rate import base_rate_only
from training.ensemble.search import Effort, Progress
from training.evaluation.evaluate import evaluate
from training.fit import fit_for_window, refit
from training.packaging.arrivals import capacity_share
from training.promotion import verdict
from training.promotion.advice import Supply
from training.promotion.compare import readiness_by
from training.promotion.evidence import gather
from training.promotion.verdict import NO_SIGNAL
from training.report import notes
from training.result import Challenger
from training.validation.windows import test_window


@dataclass(frozen=True)
class Champion:
    """The model that decides today."""

    bundle: Bundle
    version: str


def build_challenger(
    config: Config,
    sample: Sample,
    settings: Settings,
    champion: Champion | None,
    effort: Effort | None,
    keep: Collection[str],
    say: Progress,
) -> Challenger:
    """Fit before the test window, evaluate there, and fit again on everything.

    Parameters
    ----------
    champion
        Who is compared with; None: nobody decides yet.
    effort
        How long to search for hyper-parameters; left out: as long as the data can bear.
    keep
        Columns that stay although they are time proxies.
    """
    window = test_window(sample.snapshots.order, sample.labels.evaluation_weight)
    assert window is not None
    before = fit_for_window(sample, window, settings, say, effort=effort, keep=keep)
    if before is None:
        enough = labelled_matrix(sample.before(window, settings), settings) is not None
        why = verdict.NO_FEATURE if enough else verdict.NOT_EVALUATED
        return unevaluated(config, sample, settings, why)
    say("fitting on everything", 0.6)
    settings = before.settings(settings)
    shipped, members, oof = refit(sample, window, settings, before)
    say("evaluating", 0.75)
    evaluation = evaluate(
        sample, window, before.fitted, before.oof, settings, base_rate=before.base_rate,
        share=capacity_share(config, sample.history), own_score=config.columns.own_score,
        segments=config.columns.segments,
    )  # fmt: skip
    evidence = None
    if champion is not None:
        say("comparing with the champion", 0.85)
        theirs = readiness_by(
            champion.bundle, sample, window, evaluation.evaluated, settings, before.search.tuning
        )
        evidence = gather(champion.version, evaluation, theirs)
    result, why = verdict.decide(evaluation, evidence, Supply.of(sample.history))
    if result == NO_SIGNAL:
        shipped = base_rate_only(sample, settings, oof)
    return Challenger(
        shipped=shipped,
        evaluated=before.fitted,
        evaluation=evaluation,
        evidence=evidence,
        tried=notes.tried(members, oof, before.oof),
        verdict=result,
        why=why,
        rows={"train": before.members.rows, "test": evaluation.evaluated.y.size},
        settings=settings,
        search=before.search,
        dates=before.dates,
    )


def unevaluated(config: Config, sample: Sample, settings: Settings, why: str) -> Challenger:
    """Return what ships where nothing can be evaluated: base rates, with the reason `why`."""
    shipped = base_rate_only(sample, settings, None, config.columns.segments)
    return Challenger(
        shipped=shipped,
        verdict=NO_SIGNAL,
        why=f"{why} {verdict.what_leads_get(shipped.base_rates_of)}",
        rows={"train": int((sample.labels.weight > 0).sum()), "test": 0},
        settings=settings,
    )
