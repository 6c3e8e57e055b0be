"""The gate before the champion: what may decide about leads, and the way back."""

from __future__ import annotations

import getpass
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from leadgate.bundle.bundle import load_bundle
from leadgate.config import Config
from leadgate.errors import ModelError, NoChampionError, PromotionRefused
from leadgate.registry.describe import in_words
from leadgate.registry.lineage import trained
from leadgate.registry.registry import CHALLENGER, CHAMPION, PREVIOUS, Registry
from leadgate.registry.standing import standing
from leadgate.registry.tags import CHANGE, GATE_CHAMPION, evidence_of
from training.promotion.gate import check_evidence


@dataclass(frozen=True)
class Promotion:
    """The champion of now, what it took over from ("" when there was none), and why.

    Attributes
    ----------
    why
        The reason of its training's verdict.
    reason
        What the reviewer gave, "" where nothing.
    by, at
        Who moved it, and when (ISO 8601).
    rolled_back
        Whether it is a way back.
    evidence
        The figures that the change rests on, as training wrote them (see
        `training.promotion.written`); empty for a rollback.
    """

    model: str
    version: str
    from_version: str
    why: str
    reason: str = ""
    by: str = ""
    at: str = ""
    rolled_back: bool = False
    evidence: dict[str, Any] = field(default_factory=dict)


def promote(config: Config, version: str = CHALLENGER, reason: str = "") -> Promotion:
    """Move the champion to a version, when the evidence of its training allows it.

    The evidence is what training wrote on the version: its verdict, by the rule of
    `training.promotion.evidence` or, for a refresh, of `training.promotion.refresh`, the figures
    that the verdict rests on, and the champion that it was compared with. The bundle is read again
    with its checksums and golden rows. `previous` is set before `champion`, so that the way back is
    never lost, and the version, which keeps the evidence, is marked with who promoted it, when,
    why and from what.

    Parameters
    ----------
    version
        A version number or an alias.
    reason
        Why, in the reviewer's words; kept with the version. Where no figure can decide it is
        needed, and it never overrules an objection.

    Raises
    ------
    PromotionRefused
        Code ``no_signal``, ``not_better``, ``harm``, or ``no_evidence`` when it was never compared
        with the champion of now, or its bundle does not give the scores that it was evaluated by.
    RegistryError
        If the registry cannot be reached or does not know the version.
    """
    registry = Registry(config.tracking, config.folder)
    chosen = registry.version(version)
    champion = registry.aliases().get(CHAMPION, "")
    tags = registry.tags(chosen)
    if chosen == champion:
        return _as_it_stands(registry, chosen, tags)
    compared = tags.get("compared_with", "")
    if trained(registry, compared) == trained(registry, champion):
        # Only its offset was moved since.
        compared = champion
    asked = {**tags, "compared_with": compared}
    check_evidence(registry.model, chosen, champion, asked, reason)
    _check_scores(registry, chosen)
    audit = _audit("promoted")
    moved = {"from_version": champion, "promoted_because": reason}
    # Nothing is written for nothing, but over what an earlier promotion wrote.
    written = {key: value for key, value in moved.items() if value or key in tags}
    registry.set_tags(chosen, {**audit, **written})
    done = _promotion(registry, chosen, {**tags, **audit, **moved})
    # Before the alias moves: whoever follows it sees a change that the gate made.
    _write_down(registry, done)
    if champion:
        registry.set_alias(PREVIOUS, champion)
    registry.set_alias(CHAMPION, chosen)
    return done


def _as_it_stands(registry: Registry, version: str, tags: Mapping[str, str]) -> Promotion:
    """Return the promotion that made a version champion; it is nobody's where it was by hand."""
    now = standing(registry)
    if now is not None and now.moved_by_hand:
        return Promotion(registry.model, version, "", f"{now.warning[0].upper()}{now.warning[1:]}.")
    return _promotion(registry, version, tags)


def _promotion(registry: Registry, version: str, tags: Mapping[str, str]) -> Promotion:
    return Promotion(
        model=registry.model,
        version=version,
        from_version=tags.get("from_version", ""),
        why=tags.get("why", ""),
        reason=tags.get("promoted_because", ""),
        by=tags.get("promoted_by", ""),
        at=tags.get("promoted_at", ""),
        evidence=evidence_of(tags),
    )


def _write_down(registry: Registry, done: Promotion) -> None:
    """Mark the model with the change, so that a champion moved past the gate can be told."""
    change = {
        "version": done.version, "from": done.from_version, "at": done.at, "by": done.by,
        "why": done.reason or done.why, "rolled_back": done.rolled_back,
    }  # fmt: skip
    registry.set_model_tag(CHANGE, json.dumps(change, ensure_ascii=False))
    registry.set_model_tag(GATE_CHAMPION, in_words(change))


def rollback(config: Config, reason: str = "") -> Promotion:
    """Give the leads back to the champion before this one.

    Asked again, it goes back one promotion further.

    Parameters
    ----------
    reason
        Why, in words; kept with the version that is taken back.

    Raises
    ------
    NoChampionError
        When nothing has been promoted yet.
    PromotionRefused
        Code ``no_evidence``, when there is no earlier champion.
    RegistryError
        If the registry cannot be reached.
    """
    registry = Registry(config.tracking, config.folder)
    aliases = registry.aliases()
    champion = aliases.get(CHAMPION, "")
    if not champion:
        raise NoChampionError(
            f"{registry.model} has no champion to go back from: nothing has been promoted yet.",
            hint="leadgate promote makes the challenger the first one.",
        )
    earlier = aliases.get(PREVIOUS, champion)
    if earlier == champion:
        raise PromotionRefused(
            f"{registry.model} has no champion before version {champion}.",
            code="no_evidence",
            hint="leadgate experiments lists the versions; leadgate promote VERSION moves champion "
            "to one of them through the gate.",
        )
    audit = _audit("rolled_back")
    registry.set_tags(champion, {**audit, "rollback_reason": reason})
    done = Promotion(
        registry.model, earlier, champion, f"rolled back from version {champion}",
        reason, audit["rolled_back_by"], audit["rolled_back_at"], rolled_back=True,
    )  # fmt: skip
    _write_down(registry, done)
    registry.set_alias(CHAMPION, earlier)
    before = registry.tags(earlier).get("from_version", "")
    if before:
        registry.set_alias(PREVIOUS, before)
    else:
        registry.drop_alias(PREVIOUS)
    return done


def _check_scores(registry: Registry, version: str) -> None:
    """Read the bundle as serving will: its checksums, and the scores of its golden rows."""
    try:
        load_bundle(registry.bundle(version))
    except ModelError as error:
        raise PromotionRefused(
            f"Version {version} of {registry.model} cannot be used as it was evaluated: "
            f"{error.message}",
            code="no_evidence",
            hint=error.hint,
        ) from None


def _audit(event: str) -> dict[str, str]:
    try:
        who = getpass.getuser()
    except (OSError, KeyError):
        who = "unknown"
    return {f"{event}_at": datetime.now(UTC).isoformat(timespec="seconds"), f"{event}_by": who}
