"""What to do next with the versions of a model: it depends on where they stand."""

from __future__ import annotations

from leadgate.registry.lineage import trained
from leadgate.registry.registry import CHALLENGER, CHAMPION, Registry
from leadgate.registry.tags import evidence_of

TRAIN, CHECK, PROMOTE = "leadgate train", "leadgate check", "leadgate promote"
PREVIEW, MONITOR = "leadgate experiments preview", "leadgate monitor"


def next_step(registry: Registry) -> str:
    """Return the command that follows.

    Raises
    ------
    RegistryError
        If the registry cannot be reached.
    """
    aliases = registry.aliases()
    champion, challenger = aliases.get(CHAMPION, ""), aliases.get(CHALLENGER, "")
    if not challenger:
        return MONITOR if champion else TRAIN
    if challenger in (champion, trained(registry, champion)):
        return MONITOR
    tags = registry.tags(challenger)
    if tags.get("verdict") == "no_signal":
        return CHECK
    if trained(registry, tags.get("compared_with", "")) != trained(registry, champion):
        return TRAIN
    against = evidence_of(tags).get("against") or {}
    if champion and against.get("refusal"):
        return f"leadgate experiments compare {champion} {challenger}"
    return PREVIEW if champion else PROMOTE
