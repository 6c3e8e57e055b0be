"""The gate: what the evidence of a version must say before it may be champion."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from leadgate.errors import PromotionRefused
from leadgate.registry.tags import evidence_of
from training.promotion.evidence import HARM, NOT_BETTER
from training.promotion.verdict import BETTER, NO_SIGNAL, REFRESH

AGAIN = "Train again, so that it is compared with the champion of today: leadgate train"
FOLLOW = "Where only the level is off: leadgate recalibrate."


def check_evidence(
    model: str, version: str, champion: str, tags: Mapping[str, str], reason: str
) -> None:
    """Refuse a version whose training does not allow it to take over.

    Parameters
    ----------
    tags
        Of the version, as training wrote them.
    reason
        The reviewer's, "" without.

    Raises
    ------
    PromotionRefused
        As `training.promotion.promote.promote`.
    """
    verdict, why = tags.get("verdict"), tags.get("why", "")
    name = f"Version {version} of {model}"
    if verdict == NO_SIGNAL:
        raise PromotionRefused(
            f"{name} found no signal: {why}",
            code="no_signal",
            hint="What it was to learn from: leadgate check",
        )
    evidence = evidence_of(tags)
    if verdict is None or not evidence:
        raise PromotionRefused(f"{name} was never evaluated.", code="no_evidence", hint=AGAIN)
    compared = tags.get("compared_with", "")
    if compared != champion:
        raise PromotionRefused(
            f"{name} was compared with {_named(compared)}, and now there is {_named(champion)}.",
            code="no_evidence",
            hint=AGAIN,
        )
    against = evidence.get("against") or {}
    _check_objections(name, tags, against, reason, f"{champion} {version}")


def _check_objections(
    name: str, tags: Mapping[str, str], against: Mapping[str, Any], reason: str, both: str
) -> None:
    """Refuse for harm first: no reason overrules it."""
    verdict, why = tags["verdict"], tags.get("why", "")
    side_by_side = f"Both on the same leads: leadgate experiments compare {both}"
    if against.get("refusal") == HARM:
        parts = "; ".join(against["objections"])
        raise PromotionRefused(
            f"{name} does harm: {parts}.",
            code=HARM,
            hint=f"{FOLLOW} {side_by_side}" if verdict == REFRESH else side_by_side,
        )
    if verdict in (BETTER, REFRESH):
        return
    asked, objections = against.get("reason_asked", ""), against.get("objections", [])
    if asked and not objections:
        if reason.strip():
            return
        raise PromotionRefused(
            f"{name} waits for a reason. {asked}",
            code=NOT_BETTER,
            hint='Say why it is right: leadgate promote --reason "..."',
        )
    raise PromotionRefused(
        f"{name} is not better than the champion: {why}", code=NOT_BETTER, hint=side_by_side
    )


def _named(version: str) -> str:
    return f"champion version {version}" if version else "no champion"
