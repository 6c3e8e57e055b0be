"""The data files of this folder, each read once, when it is first asked for."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_OBJECTS = Path(__file__).with_name("objects")


@cache
def table(name: str) -> dict[str, Any]:
    """Return a file such as ``columns`` or ``objects/zoho_deal``; nothing may write to it."""
    path = Path(__file__).parent / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def object_files() -> tuple[str, ...]:
    """Return the names of the files of all objects of CRMs, for `table`."""
    return tuple(f"objects/{path.stem}" for path in sorted(_OBJECTS.glob("*.toml")))


@cache
def in_any_language(name: str, key: str = "") -> tuple[str, ...]:
    """Return the English words of a list of a file, then those of other languages."""
    words = table(name)[key] if key else table(name)
    return (*words["english"], *words.get("other_languages", ()))
