"""A challenger beside the champion, put into words."""

from __future__ import annotations

from training.promotion.evidence import Evidence, gain_in_words
from training.promotion.refresh import Refresh
from training.promotion.written import AnyEvidence


def in_words(evidence: AnyEvidence) -> str:
    """Say how a challenger compares with the champion, in sentences."""
    objections = "; ".join(evidence.objections())
    against = f"champion version {evidence.champion}"
    if evidence.reason_asked:
        refused = f" Against it speaks: {objections}." if objections else ""
        return f"{evidence.reason_asked}{_checked(evidence)}{refused}"
    if isinstance(evidence, Refresh):
        return f"The recipe of {against} on newer data: a refresh.{_checked(evidence)}" + (
            f" It is refused for harm: {objections}." if objections else ""
        )
    if objections:
        return f"It does not replace {against}: {objections}."
    assert evidence.contest is not None
    return (
        f"On the same leads its log loss is lower than that of {against}: the gain is "
        f"{gain_in_words(evidence.contest)}."
    )


def _checked(evidence: AnyEvidence) -> str:
    """Say what held, and which checks could not be made."""
    if isinstance(evidence, Evidence):
        contest = evidence.contest
        if contest is None:
            return ""
        return (
            " With both recipes fitted to the new definition the gain in log loss is "
            f"{gain_in_words(contest)}."
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
    missing = evidence.not_made()
    unmade = f" Not checked: {'; '.join(missing)}." if missing else ""
    return f"{held}{unmade}{evidence.columns}"
