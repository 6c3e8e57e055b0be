"""The champion: the model that decides today, and those before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from features.parsing.times import NAT, parse_instant
from leadgate.bundle.bundle import Bundle, load_bundle
from leadgate.config import Config
from leadgate.errors import ModelError, NoChampionError
from leadgate.registry.lineage import trained
from leadgate.registry.registry import CHAMPION, Registry, open_registry
from leadgate.registry.tags import evidence_of


@dataclass(frozen=True)
class Champion:
    """The model that decides today.

    Attributes
    ----------
    bundle, version
        As it is registered.
    evaluated
        Gives the fit that it was evaluated by, made before its test window; None where there is
        none.
    evidence
        What its training wrote down (`training.promotion.evidence`); empty where nothing.
    earlier
        Gives the champions that it took over from, newest first, as bundles with their versions.
    """

    bundle: Bundle
    version: str
    evaluated: Callable[[], Bundle | None] = lambda: None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    earlier: Callable[[], Iterator[Bundle]] = lambda: iter(())


def champion_of(config: Config) -> Champion | None:
    """Return the champion of a configuration's registry; None before the first promotion.

    Raises
    ------
    RegistryError
        If the registry cannot be reached.
    BundleError
        If the champion's files cannot be read.
    """
    try:
        registry = open_registry(config.tracking, config.folder)
        version = registry.version(CHAMPION)
    except NoChampionError:
        return None
    bundle = load_bundle(registry.bundle(version))
    root = trained(registry, version)
    return Champion(
        bundle=bundle,
        version=version,
        evaluated=lambda: _evaluated(registry, root),
        evidence=evidence_of(registry.tags(root)),
        earlier=lambda: _earlier(registry, version),
    )


def end_of_data(bundle: Bundle) -> int:
    """Return the end of the data that a bundle was trained on, microseconds UTC; `NAT` without."""
    until = bundle.meta.get("data_until")
    return parse_instant(until, field="data_until") if until else NAT


def _evaluated(registry: Registry, version: str) -> Bundle | None:
    path = registry.evaluated(version)
    return None if path is None else load_bundle(path)


def _earlier(registry: Registry, version: str) -> Iterator[Bundle]:
    seen = {version}
    while (version := registry.tags(version).get("from_version", "")) and version not in seen:
        seen.add(version)
        try:
            yield load_bundle(registry.bundle(version))
        except ModelError:
            # Its files are gone: so is what it would have predicted, and all before it.
            return
