"""The challenger: what the recipe is worth on the test window, and what ships for it."""

from __future__ import annotations

from leadgate.config import Config
from leadgate.registry.mlflow_store import Progress
from training.dataset.matrix import labelled_matrix
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.ensemble.base_rate import base_rate_only
from training.evaluation.evaluate import evaluate, own_score, view
from training.evaluation.evaluated import Evaluation
from training.fit import WindowFit, fit_for_window, refit
from training.packaging.arrivals import capacity_share
from training.promotion import verdict
from training.promotion.advice import Supply
from training.promotion.champion import Champion
from training.promotion.gather import gather
from training.promotion.recipe import Recipe
from training.promotion.separation import separations
from training.promotion.verdict import NO_SIGNAL
from training.report import notes
from training.result import Challenger
from training.validation.windows import test_window


def build_challenger(
    config: Config,
    sample: Sample,
    settings: Settings,
    recipe: Recipe,
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
    separation = separations(sample, before.oof, config.columns.segments)
    say("fitting on everything", 0.8)
    shipped, members = refit(sample, settings, before)
    evidence = None
    if champion is not None and evaluation.signal.shown:
        say("comparing with the champion", 0.85)
        evidence = gather(
            champion, recipe, sample, settings, before, shipped, evaluation, separation
        )
    result, why = verdict.decide(evaluation, evidence, Supply.of(sample.history))
    if result == NO_SIGNAL:
        shipped = base_rate_only(sample, settings, before.oof)
    return Challenger(
        shipped=shipped,
        evaluated=before.fitted,
        evaluation=evaluation,
        evidence=evidence,
        separation=separation,
        tried=notes.tried(members, before),
        verdict=result,
        why=why,
        rows={"train": before.fitted_on, "test": evaluation.evaluated.y.size},
        settings=settings,
        proxies=before.proxies,
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
