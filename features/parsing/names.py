"""The names of columns, as they are compared: by their letters and digits, or by their words."""

from __future__ import annotations

import re
from collections.abc import Iterable


def normalised(name: str) -> str:
    """Return a column name as its letters and digits, in lower case."""
    return re.sub(r"[\W_]+", "", name.lower())


def all_normalised(names: Iterable[str]) -> frozenset[str]:
    """Return `normalised` of many names."""
    return frozenset(map(normalised, names))


def words(name: str) -> list[str]:
    """Return the words of a column name, in lower case; ``LastModified`` has two."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return re.sub(r"[\W_]+", " ", split).lower().split()
