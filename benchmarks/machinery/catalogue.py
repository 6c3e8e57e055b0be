"""Which benchmarks there are: one module each, on five shelves."""

from __future__ import annotations

import importlib
import inspect
import os
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

# Row -> column -> figure. Texts are shown, and never held against an aim.
Figure = float | int | str | None
Figures = Mapping[str, Mapping[str, Figure]]

GROUPS = ("speed", "quality", "coverage", "probes", "peers")
NEEDS_DATA, STARTS_SERVERS = "data", "servers"


@dataclass(frozen=True)
class Benchmark:
    """One benchmark.

    Attributes
    ----------
    name
        ``group/module``.
    purpose
        The first line of the docstring of its module.
    usual_time
        On two idle cores, with its default options.
    run
        Returns the figures; its keyword arguments, all with defaults, are the options.
    small
        The options of a smoke run, which takes seconds.
    needs
        Of ``data`` (the folder of the real sets) and ``servers`` (it starts some).
    """

    name: str
    purpose: str
    usual_time: str
    run: Callable[..., Figures]
    small: Mapping[str, object] = field(default_factory=dict)
    needs: frozenset[str] = frozenset()

    @classmethod
    def load(cls, name: str) -> Benchmark:
        """Import a module by ``group/module``."""
        module = importlib.import_module("benchmarks." + name.replace("/", "."))
        purpose = (inspect.getdoc(module) or "").splitlines()[0]
        needs = frozenset(getattr(module, "NEEDS", ()))
        return cls(name, purpose, module.USUAL_TIME, module.run, module.SMALL, needs)

    def options(self) -> dict[str, object]:
        """Return the options with their defaults."""
        parameters = inspect.signature(self.run).parameters.values()
        return {parameter.name: parameter.default for parameter in parameters}

    def missing(self, *, small: bool) -> str:
        """Return why this machine cannot run it, or ""; a smoke run needs no real set."""
        if not small and NEEDS_DATA in self.needs and not os.environ.get("LEADGATE_DATA"):
            return "needs the real data sets: LEADGATE_DATA names their folder"
        return ""


def names() -> list[str]:
    """Return the names of all benchmarks, group by group."""
    here = Path(__file__).resolve().parents[1]
    return [
        f"{group}/{module.name}"
        for group in GROUPS
        for module in pkgutil.iter_modules([str(here / group)])
        if not module.ispkg
    ]


def purpose_of(group: str) -> str:
    """Return what the benchmarks of a group have in common."""
    return inspect.getdoc(importlib.import_module(f"benchmarks.{group}")) or ""


def chosen(words: Iterable[str]) -> list[str]:
    """Return the benchmarks that groups and names stand for; all of them for none.

    Raises
    ------
    ValueError
        When a word is neither a group nor a benchmark.
    """
    every, result = names(), []
    for word in words or GROUPS:
        matching = [name for name in every if word in (name, name.split("/")[0])]
        if not matching:
            raise ValueError(f"{word} is neither a group nor a benchmark: --list names them")
        result += matching
    return list(dict.fromkeys(result))


def parse_option(text: str, defaults: Mapping[str, object]) -> tuple[str, object]:
    """Read ``name=value`` as the type of the default; values of a sequence are parted by commas.

    Raises
    ------
    ValueError
        When there is no such option, or the value is of another type.
    """
    name, _, value = text.partition("=")
    if name not in defaults:
        raise ValueError(f"no option {name}; there are: {', '.join(defaults) or 'none'}")
    default = defaults[name]
    if isinstance(default, tuple):
        kind = type(default[0]) if default else str
        return name, tuple(kind(part) for part in value.split(",") if part)
    if isinstance(default, bool):
        return name, value.lower() in {"1", "true", "yes"}
    return name, type(default)(value)
