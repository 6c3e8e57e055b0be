"""The challenger: what the recipe is worth on the test window, and what ships for it."""

from __future__ import annotations

from collections.abc import Sequence

from leadgate.arrays import Floats
from leadgate.model.calibration import logit
from training.dataset.matrix import labelled_matrix
from training.dataset.sample import Sample
from training.ensemble.base_rate import base_rate_only
from training.ensemble.following import can_follow
from training.ensemble.prequential import follow_window, outcomes_of
from training.evaluation.evaluate import evaluate, own_score, view
from training.evaluation.evaluated import Evaluation
from training.evaluation.followed import Following, following_of
from training.evaluation.random_split import random_split
from training.fit import Refit, WindowFit
from training.prepare import DataSet
from training.promotion import verdict
from training.promotion.advice import Supply
from training.promotion.champion import Champion
from training.promotion.gather import gather
from training.promotion.past import look
from training.promotion.separation import Separation
from training.promotion.verdict import NO_SIGNAL
from training.promotion.written import AnyEvidence
from training.report import notes
from training.result import Challenger
from training.validation.windows import Window


def evaluation_of(
    data: DataSet, fits: WindowFit, *, own: str | None, segments: Sequence[str], share: float
) -> Evaluation:
    """Evaluate fits on the test window.

    Parameters
    ----------
    own
        The column of the current CRM score.
    segments
        Columns by whose values the window is broken down.
    share
        Of the leads that the team can take.
    """
    sample = data.sample
    score = own_score(sample, fits.earlier, fits.rows, own)
    evaluated = view(sample, fits.rows, fits.readiness(sample), list(segments), score)
    return evaluate(evaluated, sample, fits.window, fits.oof, base_rate=fits.base_rate, share=share)


def evidence_against(
    champion: Champion | None, data: DataSet, fits: WindowFit, again: Refit,
    evaluation: Evaluation, separation: Sequence[Separation], data_sha256: str,
) -> AnyEvidence | None:  # fmt: skip
    """Put what was evaluated beside the model that decides today.

    None where nobody does, and where there is no signal to put beside it.
    """
    if champion is None or not evaluation.signal.shown:
        return None
    return gather(
        champion, data.recipe, data.sample, data.settings, fits, again.fitted, evaluation,
        separation, data_sha256,
    )  # fmt: skip


def shipped(
    data: DataSet, fits: WindowFit, again: Refit, evaluation: Evaluation,
    evidence: AnyEvidence | None, separation: list[Separation],
) -> Challenger:  # fmt: skip
    """Return the verdict and what ships by it: the refit, or the base rate without a signal."""
    result, why = verdict.decide(evaluation, evidence, Supply.of(data.history))
    fitted = again.fitted
    if result == NO_SIGNAL:
        fitted = base_rate_only(data.sample, data.settings, again.stacked)
        why = f"{why} {data.leaks.for_no_signal()}".rstrip()
    return Challenger(
        shipped=fitted,
        evaluated=fits.fitted,
        evaluation=evaluation,
        evidence=evidence,
        separation=separation,
        look=look(fits.fitted, data.sample, fits.window),
        tried=notes.tried(again, fits),
        verdict=result,
        why=why,
        rows={"train": fits.fitted_on, "test": evaluation.evaluated.y.size},
        settings=data.settings,
        recipe=data.recipe,
        proxies=fits.proxies,
        split=random_split(fits.oof, fits.same_time),
        following=following(data.sample, fits, evaluation.evaluated.readiness),
        fallbacks=notes.fallbacks(again.stacked, fits.skipped),
    )


def following(sample: Sample, fits: WindowFit, readiness: Floats) -> Following | None:
    """Return what it is worth to let the offset follow; None where that cannot be evaluated.

    Parameters
    ----------
    readiness
        Shape (n,), of the evaluated snapshots of the test window.
    """
    if not can_follow(sample):
        return None
    windows = [follow_window(sample, fit, fits.stacked) for fit in fits.fits]
    test = windows[-1]
    if test is None:
        return None
    evaluated = [window.evaluated for window in windows if window is not None]
    return following_of(evaluated, test, outcomes_of(sample, fits.rows, logit(readiness)))


def unevaluated(data: DataSet, window: Window | None, segments: Sequence[str]) -> Challenger:
    """Return what ships where nothing can be evaluated: base rates, with the reason.

    Parameters
    ----------
    window
        The test window, where there is one.
    segments
        Columns by whose values leads get a base rate of their own.
    """
    why = data.too_few or verdict.NOT_EVALUATED
    if window is not None and not data.too_few:
        earlier = data.sample.before(window, data.settings)
        why = verdict.why_unevaluated(labelled_matrix(earlier, data.settings))
    fitted = base_rate_only(data.sample, data.settings, None, segments)
    why = f"{why} {verdict.what_leads_get(fitted.base_rates_of)}"
    return Challenger(
        shipped=fitted,
        verdict=NO_SIGNAL,
        why=f"{why} {data.leaks.for_no_signal()}".rstrip(),
        rows={"train": int((data.sample.labels.weight > 0).sum()), "test": 0},
        settings=data.settings,
        recipe=data.recipe,
    )
