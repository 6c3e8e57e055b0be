"""The verdict: is there signal, is it more than the base rate, is it better than the champion."""

from __future__ import annotations

import math
from collections.abc import Sequence

from training.evaluation.evaluated import Evaluation, Metric
from training.promotion import advice
from training.promotion.advice import Supply
from training.promotion.evidence import Evidence, calibrated, calibration_in_words, gain_in_words

BETTER, NO_SIGNAL, NOT_BETTER = "better", "no_signal", "not_better_than_champion"
MIN_CLOSED, MIN_OF_EITHER = 40, 10


def too_few(won: int, lost: int, supply: Supply) -> str:
    """Return why there is too little to learn from, and what would help; "" when there is enough.

    Parameters
    ----------
    won, lost
        Leads labelled as won, and as not won.
    """
    if won + lost >= MIN_CLOSED and min(won, lost) >= MIN_OF_EITHER:
        return ""
    return (
        f"Too few closed leads to learn from: {won} won and {lost} not won; {MIN_CLOSED} are "
        f"needed, {MIN_OF_EITHER} of either kind. "
        f"{advice.for_counts(won, lost, MIN_CLOSED, MIN_OF_EITHER, supply)}"
    )


NOT_EVALUATED = (
    "Nothing can be evaluated: before the test window, without the accounts in it, too few "
    "outcomes are left. What would help: more months of leads whose outcome is known."
)
NO_FEATURE = (
    "Nothing discriminates between leads: there are no activities, and no column is left that a "
    "model could learn from. What would help: columns that are filled when a lead is created "
    "(source, industry, country, size), or activities with their times (visits, mails, forms). "
    "The report says why each column was left out; --keep NAME keeps what only looks like a leak."
)


def what_leads_get(segments: Sequence[str]) -> str:
    """Say which base rate leads get where they could not be evaluated.

    Parameters
    ----------
    segments
        Columns by whose values there is one.
    """
    if not segments:
        return "Every lead gets the base rate."
    return (
        f"Every lead gets the base rate of its segment ({', '.join(segments)}), shrunken towards "
        "the overall rate the more, the fewer leads it has."
    )


def decide(evaluation: Evaluation, evidence: Evidence | None, supply: Supply) -> tuple[str, str]:
    """Return the verdict and the reason for it.

    Parameters
    ----------
    evidence
        Beside the champion; None without one.
    supply
        What would help is worked out from it.
    """
    signal = evaluation.pooled_auc
    if math.isnan(signal.low):
        why = "No signal can be shown: the windows hold one class of outcome only."
        return NO_SIGNAL, f"{why} {advice.for_signal(evaluation, supply)}".rstrip()
    seen = f"{signal.value:.3f} ({signal.low:.3f} to {signal.high:.3f}, 95 %)"
    windows = len(evaluation.windows)
    where = "the test window" if windows == 1 else f"{windows} forward windows"
    if not signal.low > 0.5:
        newest = f", in the newest alone {_interval_of_auc(evaluation)}" if windows > 1 else ""
        why = (
            f"No signal: the AUC on {where} is {seen}{newest}, so it may be random. Every lead "
            f"gets the base rate. {advice.for_signal(evaluation, supply)}"
        )
        return NO_SIGNAL, why.rstrip()
    summary = _summary(evaluation, f"{seen} over {where}")
    if evidence is None:
        calibration = evaluation.metrics["calibration_in_the_large"]
        if not calibrated(calibration):
            summary += f" Mind its calibration: {calibration_in_words(calibration)}."
        return BETTER, f"{summary} There is no champion to beat."
    against = f"champion version {evidence.champion}"
    objections = evidence.objections()
    if objections:
        return NOT_BETTER, f"{summary} It does not replace {against}: {'; '.join(objections)}."
    assert evidence.contest is not None
    return BETTER, (
        f"{summary} On the same leads its log loss is lower than that of {against}: the gain is "
        f"{gain_in_words(evidence.contest)}."
    )


def _summary(evaluation: Evaluation, pooled: str) -> str:
    """Say how much signal there is, and where it is in doubt."""
    auc, interval = evaluation.metrics["auc"], _interval_of_auc(evaluation)
    if auc.low > 0.5 or len(evaluation.windows) == 1:
        summary = f"AUC {interval} on leads it had not seen; {pooled}."
    else:
        turned = auc.high < 0.5
        summary = (
            f"AUC {pooled}, but {interval} in the newest window alone: there "
            f"{'it points the wrong way' if turned else 'no signal is seen'}, so the signal "
            "comes from earlier leads and may be gone."
        )
    if not evaluation.gain.low > 0:
        summary += (
            f" Its log loss is not surely below that of the base rate: the gain is "
            f"{_interval(evaluation.gain)}."
        )
    return summary


def _interval_of_auc(evaluation: Evaluation) -> str:
    auc = evaluation.metrics["auc"]
    return f"{auc.value:.3f} ({auc.low:.3f} to {auc.high:.3f})"


def _interval(metric: Metric) -> str:
    return f"{metric.value:.4f} ({metric.low:.4f} to {metric.high:.4f})"
