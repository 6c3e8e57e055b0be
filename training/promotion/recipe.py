"""The recipe of a model: everything that its fits depend on besides the data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Self

from features.aggregation.catalogue import FAMILIES
from leadgate import __version__
from leadgate.config import Columns, Config, Data, Target

# Where a table lies and how its file is written is no part of what is learned from it.
_SOURCES = ("leads", "outcomes", "field_changes", "handoffs")
_FILES = ("separator", "encoding", "until")
# What says which leads count as won and lost, and within what time.
_OUTCOME = frozenset(
    {
        *(f"columns.{key}" for key in ("outcome", "won", "lost", "unworked", "closed")),
        *(f"data.{key}" for key in ("outcomes", "outcome_activities", "handoffs")),
        "target.horizon_days",
    }
)


@dataclass(frozen=True)
class Recipe:
    """A digest of each part: ``[columns]``, ``[target]``, the roles of ``[data]``, the rest.

    The rest is what ``--keep`` names, the catalogue of features and the version of the code. No
    fitted value is part of it, and neither is the place or the name of a file: next week's export
    has the recipe of this week's.
    """

    parts: Mapping[str, str]

    @classmethod
    def of(cls, config: Config, keep: Collection[str] = ()) -> Self:
        """Return the recipe of a training run.

        Parameters
        ----------
        keep
            Columns and activities that stay features although they look like leaks.
        """
        sections = _sections(config.columns, config.data, config.target)
        return cls(_digests({**sections, "keep": sorted(keep), **_of_code(__version__)}))

    @classmethod
    def from_meta(cls, meta: Mapping[str, Any]) -> Self:
        """Return the recipe of a bundle; one that a version before 0.2 wrote is of other code."""
        if meta.get("recipe"):
            return cls(dict(meta["recipe"]["parts"]))
        settings, export = meta["settings"], meta["export"]
        ages = list(settings["ages_days"])
        target = Target(horizon_days=settings["horizon_days"], snapshot_ages_days=ages)
        sections = _sections(Columns(**export["columns"]), Data(**export["data"]), target)
        return cls(_digests({**sections, "keep": [], **_of_code("")}))

    @property
    def digest(self) -> str:
        """The sha256 of all parts."""
        return hashlib.sha256(json.dumps(dict(sorted(self.parts.items()))).encode()).hexdigest()

    def changed(self, other: Recipe) -> list[str]:
        """Name the parts in which two recipes differ, keys of leadgate.toml where they are such."""
        names = {*self.parts, *other.parts}
        return sorted(name for name in names if self.parts.get(name) != other.parts.get(name))

    def to_dict(self) -> dict[str, Any]:
        """Return the recipe as JSON values."""
        return {"digest": self.digest, "parts": dict(sorted(self.parts.items()))}


def of_the_outcome(keys: Collection[str]) -> list[str]:
    """Return those parts of a recipe that say what an outcome is."""
    return [key for key in keys if key in _OUTCOME]


def _sections(columns: Columns, data: Data, target: Target) -> dict[str, Any]:
    roles = data.model_dump(mode="json", exclude={*_SOURCES, *_FILES})
    roles |= {name: getattr(data, name) is not None for name in _SOURCES}
    named = {"columns": columns.model_dump(mode="json"), "data": roles}
    named["target"] = target.model_dump(mode="json")
    return {f"{name}.{key}": v for name, section in named.items() for key, v in section.items()}


def _of_code(version: str) -> dict[str, Any]:
    return {"code": version, "catalogue": repr(FAMILIES)}


def _digests(parts: Mapping[str, Any]) -> dict[str, str]:
    texts = {name: json.dumps(_canonical(part), sort_keys=True) for name, part in parts.items()}
    return {name: hashlib.sha256(text.encode()).hexdigest()[:16] for name, text in texts.items()}


def _canonical(part: object) -> object:
    """Return a part without places of files; the order of a list says nothing."""
    if isinstance(part, dict):
        return {key: _canonical(value) for key, value in part.items() if key != "path"}
    if isinstance(part, list):
        return sorted(map(_canonical, part), key=lambda value: json.dumps(value, sort_keys=True))
    return part
