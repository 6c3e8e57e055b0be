"""The challenger: what the recipe is worth on the test window, and what ships for it."""

from __future__ import annotations

from dataclasses import dataclass

from leadgate.arrays import Floats
from leadgate.bundle.bundle import Bundle
from leadgate.config import Config
from leadgate.model.calibration import logit
from leadgate.registry.mlflow_store import Progress
from training.dataset.matrix import labelled_matrix
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.ensemble.base_rate import base_rate_only
from training.ensemble.following import can_follow
from training.ensemble.prequential import follow_window, outcomes_of
from training.ensemble.stacking import stack
from training.evaluation.evaluate import evaluate, own_score, view
from training.evaluation.evaluated import Evaluation
from training.evaluation.followed import Following, following_of
from training.fit import WindowFit, fit_for_window, refit
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
    say: Progress,
) -> Challenger:
    """Fit before the test window, evaluate there, and fit again on everything.

    Parameters
    ----------
    champion
        Who is compared with; None: nobody decides yet.
    """
    window = test_window(sample.snapshots.order, sample.labels.evaluation_weight)
    if window is None:
        return unevaluated(config, sample, settings, verdict.NOT_EVALUATED)
    before = fit_for_window(sample, window, settings, say)
    if before is None:
        data = labelled_matrix(sample.before(window, settings), settings)
        return unevaluated(config, sample, settings, verdict.why_unevaluated(data))
    say("evaluating", 0.75)
    evaluation = _evaluation(config, sample, settings, before)
    evidence = None
    if champion is not None:
        say("comparing with the champion", 0.85)
        evaluated = evaluation.evaluated
        theirs = readiness_by(champion.bundle, sample, window, before.rows, evaluated, settings)
        evidence = gather(champion.version, evaluation, theirs)
    result, why = verdict.decide(evaluation, evidence, Supply.of(sample.history))
    say("fitting on everything", 0.8)
    shipped, members = refit(sample, settings, before)
    if result == NO_SIGNAL:
        shipped = base_rate_only(sample, settings, before.oof)
    return Challenger(
        shipped=shipped,
        evaluated=before.fitted,
        evaluation=evaluation,
        evidence=evidence,
        tried=notes.tried(members, before),
        verdict=result,
        why=why,
        rows={"train": before.fitted_on, "test": evaluation.evaluated.y.size},
        settings=settings,
        proxies=before.proxies,
        following=following(sample, before, evaluation.evaluated.readiness),
    )


def _evaluation(
    config: Config, sample: Sample, settings: Settings, before: WindowFit
) -> Evaluation:
    earlier = sample.before(before.window, settings)
    own = own_score(sample, earlier, before.rows, config.columns.own_score)
    readiness = before.readiness(sample)
    evaluated = view(sample, before.rows, readiness, config.columns.segments, own)
    return evaluate(
        evaluated, sample, before.window, before.oof,
        base_rate=before.base_rate, share=capacity_share(config, sample.history),
    )  # fmt: skip


def following(sample: Sample, before: WindowFit, readiness: Floats) -> Following | None:
    """Return what it is worth to let the offset follow; None where that cannot be evaluated.

    Parameters
    ----------
    readiness
        Shape (n,), of the evaluated snapshots of the test window.
    """
    if not can_follow(sample):
        return None
    stacked = stack(before.before, len(before.names))
    windows = [follow_window(sample, fits, stacked) for fits in before.fits]
    test = windows[-1]
    if test is None:
        return None
    evaluated = [window.evaluated for window in windows if window is not None]
    return following_of(evaluated, test, outcomes_of(sample, before.rows, logit(readiness)))


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
