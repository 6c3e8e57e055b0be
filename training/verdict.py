"""The verdict: is there signal, is it more than the base rate, is it better than the champion."""

from __future__ import annotations

import math

from training.result import BETTER, NO_SIGNAL, NOT_BETTER, Evaluation, Metric

MIN_CLOSED, MIN_OF_EITHER = 40, 10


def too_few(won: int, lost: int) -> str:
    """Return why there is too little to learn from; "" when there is enough."""
    if won + lost >= MIN_CLOSED and min(won, lost) >= MIN_OF_EITHER:
        return ""
    return (
        f"Too few closed leads to learn from: {won} won and {lost} not won; {MIN_CLOSED} are "
        f"needed, {MIN_OF_EITHER} of either kind. Every lead gets the base rate."
    )


NOT_JUDGED = (
    "Nothing can be judged: before the test window, without the accounts in it, too few outcomes "
    "are left. Every lead gets the base rate."
)


def decide(evaluation: Evaluation, champion: Metric | None, version: str = "") -> tuple[str, str]:
    """Return the verdict and the reason for it.

    Parameters
    ----------
    champion
        The champion's log loss minus the challenger's on the test window, paired; None without a
        champion.
    version
        Of the champion.
    """
    signal = evaluation.pooled_auc
    if math.isnan(signal.low):
        return NO_SIGNAL, "No signal can be shown: the windows hold one kind of outcome only."
    seen = f"{signal.value:.3f} ({signal.low:.3f} to {signal.high:.3f}, 95 %)"
    windows = len(evaluation.windows)
    where = "the test window" if windows == 1 else f"{windows} forward windows"
    if not signal.low > 0.5:
        why = (
            f"No signal: the AUC on {where} is {seen}, so it may be chance. Every lead gets the "
            "base rate."
        )
        return NO_SIGNAL, why
    auc = evaluation.metrics["auc"]
    found = (
        f"AUC {auc.value:.3f} ({auc.low:.3f} to {auc.high:.3f}) on leads it had not seen; "
        f"{seen} over {where}."
    )
    if windows > 1 and not auc.low > 0.5:
        found += " On the test window alone it may be chance."
    if not evaluation.gain.low > 0:
        found += (
            f" Its log loss is not surely below that of the base rate: the gain is "
            f"{_interval(evaluation.gain)}."
        )
    if champion is None:
        return BETTER, f"{found} There is no champion to beat."
    against = f"the log loss of champion version {version} minus its own is {_interval(champion)}"
    if champion.low > 0:
        return BETTER, f"{found} On the same leads {against}."
    return NOT_BETTER, f"{found} Not surely better than the champion: {against}."


def _interval(metric: Metric) -> str:
    return f"{metric.value:.4f} ({metric.low:.4f} to {metric.high:.4f})"
