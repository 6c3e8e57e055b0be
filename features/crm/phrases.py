"""What words of a value say together that none says alone: ``Order placed``, ``No sale``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from features.crm.data import in_any_language, table
from features.parsing.names import without_accents, words

_FILE = "outcomes"
_LONGEST = 4


def plain_words(value: str) -> list[str]:
    """Return the words of a value as the files' are compared: small, without accents."""
    return words(without_accents(value))


@cache
def forms(name: str, key: str) -> frozenset[str]:
    """Return the words of a list of the file `name`, in every form that exports write.

    Without accents, and those of Romance languages in both genders: ``Vendido``, ``Vendida``.
    """
    return frozenset(form for word in in_any_language(name, key) for form in _genders(word))


def genders(listed: Iterable[str]) -> frozenset[str]:
    """Return words without accents, with their feminine."""
    return frozenset(form for word in listed for form in _genders(word))


def _genders(word: str) -> Iterable[str]:
    plain = without_accents(word)
    yield plain
    if word.endswith("o"):
        yield f"{plain[:-1]}a"
    elif word.endswith(("é", "u")):
        yield f"{plain}e"


def kind_of_phrase(parts: Sequence[str]) -> str:
    """Return ``won_weaker``, ``lost`` or "": what is said of an order, a contract, an offer."""
    if not 1 < len(parts) <= _LONGEST:
        return ""
    denials = forms(_FILE, "not")
    if not denials.isdisjoint(parts):
        none = parts[0] in denials and forms(_FILE, "yet").isdisjoint(parts)
        return "lost" if none and _speaks(parts, "no", denied=True) else ""
    return next((kind for kind in ("won_weaker", "lost") if _speaks(parts, kind)), "")


def _speaks(parts: Sequence[str], kind: str, *, denied: bool = False) -> bool:
    there = set(parts)
    return any(
        not things.isdisjoint(there) and (denied or not said.isdisjoint(there))
        for things, said in _phrases(kind)
    )


@cache
def _phrases(kind: str) -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    listed = table("phrases")[kind]
    return tuple((genders(p["things"]), genders(p.get("said", ()))) for p in listed)
