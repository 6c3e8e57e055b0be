"""The verdict: is there signal, is it more than the base rate, is it better than the champion."""

from __future__ import annotations

from collections.abc import Sequence

from training.dataset.matrix import Matrix
from training.evaluation.evaluated import Evaluation, Metric
from training.evaluation.signal import MIN_ACCOUNTS, RANDOM
from training.promotion import advice
from training.promotion.advice import Supply
from training.promotion.against import in_words
from training.promotion.evidence import calibrated, calibration_in_words
from training.promotion.refresh import Refresh
from training.promotion.written import AnyEvidence

BETTER, REFRESH = "better", "refresh"
NO_SIGNAL, NOT_BETTER = "no_signal", "not_better_than_champion"
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
    "Nothing can be evaluated: before the test window too few outcomes were known. What would "
    "help: more months of leads whose outcome is known."
)
FEW_ACCOUNTS = (
    "Too few accounts to evaluate: whom a fit has seen it cannot be evaluated on, and without the "
    "accounts of the test window too few outcomes are left. What would help: leads of other "
    f"accounts, {MIN_ACCOUNTS} with a win and {MIN_ACCOUNTS} with a loss at least."
)
NO_FEATURE = (
    "Nothing discriminates between leads: there are no activities, and no column is left that a "
    "model could learn from. What would help: columns that are filled when a lead is created "
    "(source, industry, country, size), or activities with their times (visits, mails, forms). "
    "The report says why each column was left out; --keep NAME keeps what only looks like a leak."
)


def why_unevaluated(data: Matrix | None) -> str:
    """Say why nothing could be fitted before the test window, or evaluated in it.

    Parameters
    ----------
    data
        What could be fitted on before the window; None where that was too little.
    """
    if data is None:
        return NOT_EVALUATED
    return FEW_ACCOUNTS if data.X.shape[1] else NO_FEATURE


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


def decide(evaluation: Evaluation, evidence: AnyEvidence | None, supply: Supply) -> tuple[str, str]:
    """Return the verdict and the reason for it.

    Parameters
    ----------
    evidence
        Beside the champion; None without one.
    supply
        What would help is worked out from it.
    """
    signal = evaluation.signal
    if not signal.shown:
        return NO_SIGNAL, _no_signal(evaluation, supply).rstrip()
    pooled = evaluation.pooled_auc
    seen = f"{_interval(pooled, 3)} over {_where(evaluation)}"
    summary = _summary(evaluation, seen)
    if evidence is None:
        calibration = evaluation.metrics["calibration_in_the_large"]
        if not calibrated(calibration):
            summary += f" Mind its calibration: {calibration_in_words(calibration)}."
        return BETTER, f"{summary} There was no champion to beat."
    why = f"{summary} {in_words(evidence)}"
    if isinstance(evidence, Refresh) and not evidence.reason_asked:
        return REFRESH, why
    return NOT_BETTER if evidence.reason_asked or evidence.refusal else BETTER, why


def _no_signal(evaluation: Evaluation, supply: Supply) -> str:
    """Say why nothing is known of who buys, and what would help."""
    signal = evaluation.signal
    if not signal.enough:
        return (
            f"Too few accounts to test for signal: the evaluated wins count as {signal.won:.0f} "
            f"equal accounts and the evaluated losses as {signal.lost:.0f}, and {MIN_ACCOUNTS} of "
            f"either are needed. Every lead gets the base rate. "
            f"{advice.for_accounts(evaluation, supply)}"
        )
    return (
        f"No signal: the AUC on {_where(evaluation)} is {_interval(evaluation.pooled_auc, 3)}, "
        f"and one at random is as high with a chance of {signal.p_value:.2g} (below {RANDOM:g} is "
        f"asked for). Every lead gets the base rate. {advice.for_signal(evaluation, supply)}"
    )


def _where(evaluation: Evaluation) -> str:
    windows = len(evaluation.windows)
    return "the test window" if windows == 1 else f"{windows} forward windows"


def _summary(evaluation: Evaluation, pooled: str) -> str:
    """Say how much signal there is, and where it is in doubt."""
    auc = evaluation.metrics["auc"]
    interval = _interval(auc, 3)
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


def _interval(metric: Metric, digits: int = 4) -> str:
    low, value, high = (f"{end:.{digits}f}" for end in (metric.low, metric.value, metric.high))
    return f"{value} ({low} to {high})"
