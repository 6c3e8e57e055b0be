"""Which values say that a lead was won, lost or never worked."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from features.crm.data import table
from features.crm.names import canonical
from features.crm.phrases import forms, genders, kind_of_phrase, plain_words
from features.parsing.names import without_accents, words
from features.schema.flags import flag

_FILE = "outcomes"
# "3. Won", "G) Won", "07 - Won": the place in a list.
_PLACE = re.compile(r"^\(?(?:[0-9]{1,3}|[A-Za-z])[).:]\s*|^[0-9]{1,3}\s*[-–]\s*")
_BRACKETS = re.compile(r"^(.*?)\s*[(\[](.*?)[)\]]\s*$")
_SEPARATORS = re.compile(r"\s+[-–|/]\s+|[:;,]\s+")
_WINS = ("won", "won_weaker", "won_weakest")
_KINDS = ("won", "lost", "unworked", "open", "won_weaker", "won_weakest")
# Of a flag: wins and losses where there is no word for them.
_FLAG = {True: "yes", False: "no", None: ""}


@dataclass(frozen=True)
class Outcomes:
    """Which values mean what; values in none of the first three lists are open.

    Attributes
    ----------
    won, lost, unworked
        Values.
    open
        Those of the others that say so.
    rest
        All others.
    weaker
        Those of the others that would be a win, were there no stronger word for one.
    flag
        Whether wins are a flag that is set, and losses one that is not.
    """

    won: list[str]
    lost: list[str]
    unworked: list[str]
    open: list[str] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)
    weaker: list[str] = field(default_factory=list)
    flag: bool = False

    @property
    def complete(self) -> bool:
        """Whether there are both wins and losses."""
        return bool(self.won and self.lost)


def variants(value: str) -> list[str]:
    """Return what a value may be known as, its whole name first, as names are compared.

    ``3. Closed won (Sales Pipeline)`` is ``closedwon``, too; ``Lost - price`` is ``lost``.
    """
    plain = _PLACE.sub("", value.strip())
    parts = [value, plain]
    if match := _BRACKETS.match(plain):
        parts += [match[1], match[2]]
    parts.append(_SEPARATORS.split(plain)[0])
    names = [without_accents(canonical(part)) for part in parts]
    return [name for name in dict.fromkeys(names) if name]


def of_values(values: Iterable[str], stated: Outcomes | None = None) -> Outcomes:
    """Sort the values of an outcome column.

    Parameters
    ----------
    stated
        What is known of some of them, whatever they sound like.
    """
    kinds: dict[str, list[str]] = {kind: [] for kind in (*_KINDS, "yes", "no")}
    stated_kinds = _stated_kinds(stated)
    for value in values:
        kind = stated_kinds.get(value) or kind_of(value)
        if kind:
            kinds[kind].append(value)
    wins = [kinds[kind] for kind in ("won", "won_weaker", "won_weakest", "yes")]
    won = next(filter(None, wins), [])
    lost = kinds["lost"] or kinds["no"]
    return Outcomes(
        won,
        lost,
        kinds["unworked"],
        kinds["open"],
        weaker=[v for weaker in wins[:3] if weaker is not won for v in weaker],
        flag=bool(won) and won is kinds["yes"],
    )


def _stated_kinds(stated: Outcomes | None) -> dict[str, str]:
    if stated is None:
        return {}
    lists = {
        "won": stated.won,
        "lost": stated.lost,
        "unworked": stated.unworked,
        "open": stated.open,
    }
    return {value: kind for kind, values in lists.items() for value in values}


def kind_of(value: str) -> str:
    """Return what a value says of a lead: a key of the file of words, else yes or no, or ""."""
    lists = _words_by_kind()
    for variant in variants(value):
        for kind, listed in lists.items():
            if variant in listed:
                return kind
        if said := _FLAG[flag(variant)]:
            return said
    parts = plain_words(_BRACKETS.sub(r"\1", _PLACE.sub("", value.strip())))
    if parts and parts[0] in genders(table(_FILE)["lost"]["beginnings"]):
        return "lost"
    for kind in ("won", "lost"):
        if _ends(parts, genders(table(_FILE)[kind]["endings"])) or _begins(parts, lists[kind]):
            return kind
    return kind_of_phrase(parts)


@cache
def _words_by_kind() -> dict[str, frozenset[str]]:
    return {kind: forms(_FILE, kind) for kind in _KINDS}


def is_flag(name: str, values: Sequence[str]) -> bool:
    """Whether a column says of each lead, with yes or no, whether it was won."""
    parts = plain_words(name)
    intended = not forms(_FILE, "intended").isdisjoint(parts)
    if intended or forms(_FILE, "flags").isdisjoint(parts):
        return False
    kinds = {kind_of(value) for value in values}
    return kinds == {"yes", "no"} and len(values) == len(kinds)


def speak(values: Iterable[str]) -> bool:
    """Whether the values of a column speak of won and of lost leads, whatever its name."""
    kinds = {kind_of(value) for value in values}
    return "lost" in kinds and not kinds.isdisjoint(_WINS)


def _ends(parts: list[str], endings: Collection[str]) -> bool:
    return bool(parts) and parts[-1] in endings and not _denied(parts)


def _begins(parts: list[str], names: Collection[str]) -> bool:
    """Whether the first two words are a name: "Closed lost to competition"."""
    return len(parts) > 2 and "".join(parts[:2]) in names and not _denied(parts)


def _denied(parts: list[str]) -> bool:
    return not set(parts).isdisjoint(forms(_FILE, "not"))


def of_activities(types: Iterable[str]) -> Outcomes:
    """Sort the activity types that end a lead, by any word of theirs."""
    types = list(types)

    def ending(kind: str) -> list[str]:
        last = set(table(_FILE)[kind]["activities"])
        return [name for name in types if last & set(words(name))]

    return Outcomes(ending("won"), ending("lost"), [])
