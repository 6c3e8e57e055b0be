"""Which values say that a lead was won, lost or never worked."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from features.crm.data import in_any_language, table
from features.parsing.names import normalised, words

_FILE = "outcomes"


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
    """

    won: list[str]
    lost: list[str]
    unworked: list[str]
    open: list[str] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether there are both wins and losses."""
        return bool(self.won and self.lost)


def of_values(values: Iterable[str]) -> Outcomes:
    """Sort the values of an outcome column."""
    values = list(values)

    def among(kind: str) -> list[str]:
        whole, endings = in_any_language(_FILE, kind), table(_FILE)[kind].get("endings", ())
        return [v for v in values if normalised(v) in whole or _ends(words(v), endings)]

    return Outcomes(among("won"), among("lost"), among("unworked"), among("open"))


def speak(values: Iterable[str]) -> bool:
    """Whether the values of a column speak of won and of lost leads, whatever its name."""
    parts = [words(value) for value in values]
    endings = [table(_FILE)[kind]["endings"] for kind in ("won", "lost")]
    return all(any(_ends(part, of_kind) for part in parts) for of_kind in endings)


def _ends(parts: list[str], endings: Collection[str]) -> bool:
    denied = not set(parts).isdisjoint(in_any_language(_FILE, "not"))
    return bool(parts) and parts[-1] in endings and not denied


def of_activities(types: Iterable[str]) -> Outcomes:
    """Sort the activity types that end a lead, by any word of theirs."""
    types = list(types)

    def among(kind: str) -> list[str]:
        ending = set(table(_FILE)[kind]["activities"])
        return [name for name in types if ending & set(words(name))]

    return Outcomes(among("won"), among("lost"), [])
