"""A challenger beside the champion, put into words."""

from __future__ import annotations

from training.promotion.evidence import CALIBRATED, Evidence, gain_in_words
from training.promotion.refresh import Refresh
from training.promotion.written import AnyEvidence

_INSTEAD = (
    "What is asked instead: a predicted-to-actual ratio that meets "
    f"{CALIBRATED[0]} to {CALIBRATED[1]}, no harm to a segment, and a reviewer's reason."
)


def in_words(evidence: AnyEvidence) -> str:
    """Say how a challenger compares with the champion, in sentences."""
    objections = "; ".join(evidence.objections())
    against = f"champion version {evidence.champion}"
    if evidence.reason_asked:
        refused = f" Against it speaks: {objections}." if objections else ""
        return f"{evidence.reason_asked}{_checked(evidence)}{refused}"
    if isinstance(evidence, Refresh):
        return f"The recipe of {against} on {evidence.data}: a refresh.{_checked(evidence)}" + (
            f" It is refused for harm: {objections}." if objections else ""
        )
    if objections:
        return f"It does not replace {against}: {objections}."
    assert evidence.contest is not None
    return (
        f"On the same leads its log loss is lower than that of {against}: the gain is "
        f"{gain_in_words(evidence.contest)}.{_unmade(evidence)}"
    )


def _unmade(evidence: AnyEvidence) -> str:
    missing = evidence.not_made()
    return f" Not checked: {'; '.join(missing)}." if missing else ""


def _checked(evidence: AnyEvidence) -> str:
    """Say what held, and which checks could not be made."""
    if isinstance(evidence, Evidence):
        contest = evidence.contest
        if contest is None:
            model = "both recipes are one model: there is no gain to show" if evidence.alike else (
                "too few outcomes are known to fit the champion's recipe: no gain can be shown"
            )  # fmt: skip
            return f" Fitted to the new definition {model}. {_INSTEAD}"
        return (
            " With both recipes fitted to the new definition the gain in log loss is "
            f"{gain_in_words(contest)}. {_INSTEAD}"
        )
    parts = []
    ratio = evidence.level.ratio
    if ratio is not None:
        parts.append(
            f"{ratio.value:.2f} wins were predicted for each of the {evidence.level.wins} that "
            f"matured since ({ratio.low:.2f} to {ratio.high:.2f})"
        )
    if evidence.first_reasons == evidence.first_reasons:
        parts.append(f"{evidence.first_reasons:.0%} of the leads keep their first reason")
    held = f" {'; '.join(parts).capitalize()}." if parts else ""
    return f"{held}{_unmade(evidence)}{evidence.columns}"
