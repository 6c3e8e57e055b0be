"""The gate before the champion: what may decide about leads, and the way back."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from datetime import UTC, datetime

from leadgate.config import Config
from leadgate.errors import PromotionRefused
from leadgate.registry import CHALLENGER, CHAMPION, PREVIOUS, Registry
from training.result import BETTER, NO_SIGNAL

AGAIN = "Train again, so that it is compared with the champion of today: leadgate train"


@dataclass(frozen=True)
class Promotion:
    """The champion of now, and what it took over from ("" when there was none)."""

    model: str
    version: str
    from_version: str
    evidence: str


def promote(config: Config, version: str = CHALLENGER) -> Promotion:
    """Move the champion to a version, when the evidence of its training allows it.

    The evidence is what training wrote on the version: its verdict and the champion that it was
    compared with. `previous` is set before `champion`, so that the way back is never lost, and
    the version is marked with who promoted it, when, from what and why.

    Parameters
    ----------
    version
        A version number or an alias.

    Raises
    ------
    PromotionRefused
        Code ``no_signal``, ``not_better``, or ``no_evidence`` when it was never compared with the
        champion of now.
    RegistryError
        If the registry cannot be reached or does not know the version.
    """
    registry = Registry(config.tracking, config.folder)
    chosen = registry.version(version)
    champion = registry.aliases().get(CHAMPION, "")
    tags = registry.tags(chosen)
    why = tags.get("why", "")
    if chosen == champion:
        return Promotion(registry.model, chosen, tags.get("from_version", ""), why)
    _judge(registry.model, chosen, champion, tags)
    registry.set_tags(chosen, {**_audit("promoted"), "from_version": champion, "evidence": why})
    if champion:
        registry.set_alias(PREVIOUS, champion)
    registry.set_alias(CHAMPION, chosen)
    return Promotion(registry.model, chosen, champion, why)


def rollback(config: Config) -> Promotion:
    """Give the leads back to the champion before this one.

    Asked again, it goes back one promotion further.

    Raises
    ------
    PromotionRefused
        Code ``no_evidence``, when there is no earlier champion.
    RegistryError
        If the registry cannot be reached.
    """
    registry = Registry(config.tracking, config.folder)
    champion = registry.version(CHAMPION)
    earlier = registry.aliases().get(PREVIOUS, champion)
    if earlier == champion:
        raise PromotionRefused(
            f"{registry.model} has no champion before version {champion}.", code="no_evidence"
        )
    registry.set_tags(champion, _audit("rolled_back"))
    registry.set_alias(CHAMPION, earlier)
    before = registry.tags(earlier).get("from_version", "")
    if before:
        registry.set_alias(PREVIOUS, before)
    else:
        registry.drop_alias(PREVIOUS)
    return Promotion(registry.model, earlier, champion, f"rolled back from version {champion}")


def _judge(model: str, version: str, champion: str, tags: dict[str, str]) -> None:
    verdict, why = tags.get("verdict"), tags.get("why", "")
    name = f"Version {version} of {model}"
    if verdict == NO_SIGNAL:
        raise PromotionRefused(f"{name} found no signal: {why}", code="no_signal")
    if verdict is None:
        raise PromotionRefused(f"{name} was never judged.", code="no_evidence", hint=AGAIN)
    compared = tags.get("compared_with", "")
    if compared != champion:
        raise PromotionRefused(
            f"{name} was compared with {_named(compared)}, and now there is {_named(champion)}.",
            code="no_evidence",
            hint=AGAIN,
        )
    if verdict != BETTER:
        raise PromotionRefused(f"{name} is not better than the champion: {why}", code="not_better")


def _named(version: str) -> str:
    return f"champion version {version}" if version else "no champion"


def _audit(event: str) -> dict[str, str]:
    try:
        who = getpass.getuser()
    except (OSError, KeyError):
        who = "unknown"
    return {f"{event}_at": datetime.now(UTC).isoformat(timespec="seconds"), f"{event}_by": who}
