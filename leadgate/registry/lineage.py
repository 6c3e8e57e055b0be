"""Which training a version comes from: a recalibration changes nothing but its offset."""

from __future__ import annotations

from leadgate.errors import RegistryError
from leadgate.registry.registry import Registry
from leadgate.registry.tags import RECALIBRATED


def trained(registry: Registry, version: str) -> str:
    """Return the version whose training a version comes from: itself unless recalibrated.

    Parameters
    ----------
    version
        A version number; one that is gone, or "" for none, comes from nothing else.
    """
    seen = {version}
    while version and (before := _recalibrated_from(registry, version)) not in seen:
        seen.add(before)
        if not before:
            break
        version = before
    return version


def _recalibrated_from(registry: Registry, version: str) -> str:
    try:
        return registry.tags(version).get(RECALIBRATED, "")
    except RegistryError:
        return ""
