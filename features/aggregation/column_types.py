"""What a column of text means: a number, a category, a flag, or nothing that can be learned."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from features.aggregation.definitions import OTHER
from features.parsing.categorical import by_category, folded
from features.parsing.values import to_number
from features.schema.flags import flag

MAX_VALUES = 64

_NUMERIC_SHARE = 0.95
_TEXT_SHARE = 0.5
_IDENTIFIER = re.compile(r"(?i:(?:^|[\s_\-.])(?:id|key|uuid|guid)$)|(?<=[a-z])(?:Id|ID)$")
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?:[T ].*)?|\d{1,2}[/.\-]\d{1,2}[/.\-]\d{4}(?:[T ].*)?")


@dataclass(frozen=True)
class Meaning:
    """What a column means.

    Attributes
    ----------
    kind
        None where nothing can be learned from the column.
    vocabulary
        The texts of the codes 0, 1, …; empty for a number.
    reason
        Why the column is left out.
    """

    kind: Literal["number", "category", "flag"] | None
    vocabulary: tuple[str, ...] = ()
    reason: str = ""


def enough(n_leads: int) -> int:
    """Return how many leads must share a value for it to be learned: 1 %, from 5 to 20."""
    return min(20, max(5, n_leads // 100))


def meaning(name: str, counts: Counter[str], n_leads: int) -> Meaning:
    """Decide what a column means.

    Parameters
    ----------
    name
        The column, whose name may say that it holds identifiers.
    counts
        How many leads have each text at some time; ``""`` is missing.
    n_leads
        How many leads there are.
    """
    need = enough(n_leads)
    values = by_category({text: count for text, count in counts.items() if text})
    filled = sum(values.values())
    if not values:
        return Meaning(None, reason="empty")
    if counts.total() - max(counts.values()) < min(need, n_leads // 2):
        return Meaning(None, reason=f"fewer than {need} leads differ from the others")
    if len(values) == 2 and (set(values) == {"0", "1"} or not all(map(_is_number, values))):
        return Meaning("flag", _ordered(*sorted(values)))
    if _share(values, _DATE.fullmatch) >= _NUMERIC_SHARE:
        return Meaning(None, reason="holds dates")
    identifier = _IDENTIFIER.search(name)
    numeric = _share(values, _is_number) >= _NUMERIC_SHARE
    if numeric and len(values) > 1 and not identifier:
        return Meaning("number")
    kept = sorted((text for text in values if values[text] >= need), key=lambda t: (-values[t], t))
    if not kept or len(values) > _TEXT_SHARE * filled:
        return Meaning(None, reason="nearly every lead has a value of its own")
    return Meaning("category", (OTHER, *kept[:MAX_VALUES]))


def _is_number(text: str) -> bool:
    return not math.isnan(to_number(text))


def _share(values: dict[str, int], holds: Callable[[str], object]) -> float:
    return sum(1 for text in values if holds(text)) / len(values)


def _ordered(first: str, second: str) -> tuple[str, str]:
    """Put the word for yes second."""
    return (second, first) if flag(first) and flag(second) is False else (first, second)


def decoder(kind: str, vocabulary: Sequence[str]) -> Callable[[str], float]:
    """Return the function from text to the feature's value.

    A missing value is NaN; a category that training has not seen, or that is rare, is code 0; any
    other text in a flag or a number is NaN. Another spelling of a text is that text.
    """
    if kind == "number":
        return to_number
    first = 1 if kind == "category" else 0
    code = {text: float(place) for place, text in enumerate(vocabulary) if place >= first}
    code[""] = math.nan
    unseen = 0.0 if kind == "category" else math.nan
    of_any = {folded(text): place for text, place in reversed(code.items())}

    def decode(text: str) -> float:
        place = code.get(text)
        return of_any.get(folded(text), unseen) if place is None else place

    return decode


def unread_texts(kind: str, common: Collection[str], texts: Iterable[str]) -> set[str]:
    """Return the texts that are not missing and that `decoder` makes nothing of.

    Parameters
    ----------
    kind
        As in `Meaning`.
    common
        The texts that have a code of their own, and ``""``; for a number ``""`` alone.
    texts
        Of a column.
    """
    strange = set(texts).difference(common)
    if not strange or kind == "number":
        return {text for text in strange if not _is_number(text)}
    spellings = set(map(folded, common))
    return {text for text in strange if folded(text) not in spellings}
