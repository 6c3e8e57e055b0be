"""Spellings of one category: case, inner blanks and the Unicode form make no other value."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping


def folded(text: str) -> str:
    """Return what all spellings of a category share."""
    plain = text if text.isascii() else unicodedata.normalize("NFC", text)
    return " ".join(plain.casefold().split())


def by_category(counts: Mapping[str, int]) -> dict[str, int]:
    """Count categories, whatever their spelling, each under its most common one.

    Parameters
    ----------
    counts
        By spelling.
    """
    names: dict[str, str] = {}
    totals: Counter[str] = Counter()
    for text in sorted(counts, key=lambda text: (-counts[text], text)):
        totals[names.setdefault(folded(text), text)] += counts[text]
    return dict(totals)
