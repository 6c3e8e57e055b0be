"""The gate before the champion: what may decide about leads, and the way back."""

from __future__ import annotations

import getpass
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from leadgate.bundle.bundle import load_bundle
from leadgate.config import Config
from leadgate.errors import ModelError, NoChampionError, PromotionRefused
from leadgate.registry.registry import CHALLENGER, CHAMPION, PREVIOUS, Registry
from training.promotion.evidence import EVIDENCE
from training.promotion.verdict import BETTER, NO_SIGNAL

AGAIN = "Train again, so that it is compared with the champion of today: leadgate train"


@dataclass(frozen=True)
class Promotion:
    """The champion of now, what it took over from ("" when there was none), and why.

    `evidence` holds the figures that the change rests on, as training wrote them (see
    `training.promotion.evidence`); empty for a rollback.
    """

    model: str
    version: str
    from_version: str
    why: str
    evidence: dict[str, Any] = field(default_factory=dict)


def promote(config: Config, version: str = CHALLENGER) -> Promotion:
    """Move the champion to a version, when the evidence of its training allows it.

    The evidence is what training wrote on the version: its verdict, by the rule of
    `training.promotion.evidence`, the figures that the verdict rests on, and the champion that it
    was compared with. The bundle is read again with its checksums and golden rows. `previous` is
    set before `champion`, so that the way back is never lost, and the version, which keeps the
    evidence, is marked with who promoted it, when and from what.

    Parameters
    ----------
    version
        A version number or an alias.

    Raises
    ------
    PromotionRefused
        Code ``no_signal``, ``not_better``, or ``no_evidence`` when it was never compared with the
        champion of now, or its bundle does not give the scores that it was evaluated by.
    RegistryError
        If the registry cannot be reached or does not know the version.
    """
    registry = Registry(config.tracking, config.folder)
    chosen = registry.version(version)
    champion = registry.aliases().get(CHAMPION, "")
    tags = registry.tags(chosen)
    why = tags.get("why", "")
    evidence = json.loads(tags.get(EVIDENCE) or "{}")
    if chosen == champion:
        return Promotion(registry.model, chosen, tags.get("from_version", ""), why, evidence)
    _check_evidence(registry.model, chosen, champion, tags)
    _check_scores(registry, chosen)
    registry.set_tags(chosen, {**_audit("promoted"), "from_version": champion})
    if champion:
        registry.set_alias(PREVIOUS, champion)
    registry.set_alias(CHAMPION, chosen)
    return Promotion(registry.model, chosen, champion, why, evidence)


def rollback(config: Config) -> Promotion:
    """Give the leads back to the champion before this one.

    Asked again, it goes back one promotion further.

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
    registry.set_tags(champion, _audit("rolled_back"))
    registry.set_alias(CHAMPION, earlier)
    before = registry.tags(earlier).get("from_version", "")
    if before:
        registry.set_alias(PREVIOUS, before)
    else:
        registry.drop_alias(PREVIOUS)
    return Promotion(registry.model, earlier, champion, f"rolled back from version {champion}")


def _check_evidence(model: str, version: str, champion: str, tags: dict[str, str]) -> None:
    verdict, why = tags.get("verdict"), tags.get("why", "")
    name = f"Version {version} of {model}"
    if verdict == NO_SIGNAL:
        raise PromotionRefused(
            f"{name} found no signal: {why}",
            code="no_signal",
            hint="What it was to learn from: leadgate check",
        )
    if verdict is None or not tags.get(EVIDENCE):
        raise PromotionRefused(f"{name} was never evaluated.", code="no_evidence", hint=AGAIN)
    compared = tags.get("compared_with", "")
    if compared != champion:
        raise PromotionRefused(
            f"{name} was compared with {_named(compared)}, and now there is {_named(champion)}.",
            code="no_evidence",
            hint=AGAIN,
        )
    if verdict != BETTER:
        raise PromotionRefused(
            f"{name} is not better than the champion: {why}",
            code="not_better",
            hint=f"Both on the same leads: leadgate experiments compare {champion} {version}",
        )


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


def _named(version: str) -> str:
    return f"champion version {version}" if version else "no champion"


def _audit(event: str) -> dict[str, str]:
    try:
        who = getpass.getuser()
    except (OSError, KeyError):
        who = "unknown"
    return {f"{event}_at": datetime.now(UTC).isoformat(timespec="seconds"), f"{event}_by": who}
