"""The data files of this folder, each read once, when it is first asked for."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

# In this order an export is compared with them.
CRMS = ("salesforce", "hubspot", "dynamics")


@cache
def table(name: str) -> dict[str, Any]:
    """Return a file such as ``columns``; nothing may write to it."""
    return tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8"))


@cache
def in_any_language(name: str, key: str = "") -> tuple[str, ...]:
    """Return the English words of a list of a file, then those of other languages."""
    words = table(name)[key] if key else table(name)
    return (*words["english"], *words.get("other_languages", ()))
