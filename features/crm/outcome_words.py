"""The words by which exports say that a lead was won, lost or never worked."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from features.crm import other_languages
from features.crm.denylist import normalised, words

# fmt: off
_WON = {
    "won", "win", "closedwon", "converted", "closedconverted", "qualified", "customer", "sale",
    "sold", "purchased", "success", "successful", "yes", "true", "1", "y",
} | other_languages.WON
_LOST = {
    "lost", "loss", "closedlost", "notconverted", "closednotconverted", "disqualified",
    "unqualified", "dead", "rejected", "junk", "abandoned", "failure", "unsuccessful", "declined",
    "cancelled", "canceled", "notinterested", "nointerest", "no", "false", "0", "n",
} | other_languages.LOST
_UNWORKED = {
    "new", "opennotcontacted", "notcontacted", "untouched", "neverworked",
} | other_languages.UNWORKED
_OPEN = {
    "open", "working", "workingcontacted", "contacted", "inprogress", "inprocess", "pending",
    "active", "nurturing", "nurture", "proposal", "negotiation",
} | other_languages.OPEN
# Words that end a longer name: "Deal won", "Geschlossen und gewonnen".
_ENDS_WON = {"won", "gewonnen", "gagné", "gagnée", "ganado", "ganada", "vinta", "ganho", "ganha"}
_ENDS_LOST = {"lost", "verloren", "perdu", "perdue", "perdido", "perdida", "persa"}
_NOT = {"not", "never", "no"} | other_languages.NOT
_WON_EVENTS = {
    "won", "converted", "purchased", "purchase", "activated", "ordered",
}
_LOST_EVENTS = {
    "lost", "declined", "cancelled", "canceled", "rejected", "disqualified",
}
# fmt: on


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
        """Whether wins and losses are told apart."""
        return bool(self.won and self.lost)


def of_values(values: Iterable[str]) -> Outcomes:
    """Sort the values of an outcome column."""
    values = list(values)

    def among(known: set[str], ends: Collection[str] = ()) -> list[str]:
        return [v for v in values if normalised(v) in known or _ends(words(v), ends)]

    return Outcomes(
        won=among(_WON, _ENDS_WON),
        lost=among(_LOST, _ENDS_LOST),
        unworked=among(_UNWORKED),
        open=among(_OPEN),
    )


def speak(values: Iterable[str]) -> bool:
    """Whether the values of a column speak of won and of lost leads, whatever its name."""
    said = [words(value) for value in values]
    return all(any(_ends(one, ends) for one in said) for ends in (_ENDS_WON, _ENDS_LOST))


def _ends(said: list[str], ends: Collection[str]) -> bool:
    return bool(said) and said[-1] in ends and _NOT.isdisjoint(said)


def of_activities(types: Iterable[str]) -> Outcomes:
    """Sort the activity types that end a lead, by any word of theirs."""
    types = list(types)

    def among(known: set[str]) -> list[str]:
        return [name for name in types if known & set(words(name))]

    return Outcomes(among(_WON_EVENTS), among(_LOST_EVENTS), [])
