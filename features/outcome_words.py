"""The words by which exports say that a lead was won, lost or never worked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from features.denylist import normalised, words

# fmt: off
_WON = {
    "won", "win", "closedwon", "converted", "closedconverted", "qualified", "customer", "sale",
    "sold", "purchased", "success", "successful", "yes", "true", "1", "y",
}
_LOST = {
    "lost", "loss", "closedlost", "notconverted", "closednotconverted", "disqualified",
    "unqualified", "dead", "rejected", "junk", "abandoned", "failure", "unsuccessful", "declined",
    "cancelled", "canceled", "no", "false", "0", "n",
}
_UNWORKED = {
    "new", "opennotcontacted", "notcontacted", "untouched", "neverworked",
}
_WON_EVENTS = {
    "won", "converted", "purchased", "purchase", "activated", "ordered",
}
_LOST_EVENTS = {
    "lost", "declined", "cancelled", "canceled", "rejected", "disqualified",
}
# fmt: on


@dataclass(frozen=True)
class Outcomes:
    """Which values mean what; values in none of the lists are open."""

    won: list[str]
    lost: list[str]
    unworked: list[str]

    @property
    def complete(self) -> bool:
        """Whether wins and losses are told apart."""
        return bool(self.won and self.lost)


def of_values(values: Iterable[str]) -> Outcomes:
    """Sort the values of an outcome column."""
    values = list(values)

    def among(known: set[str]) -> list[str]:
        return [value for value in values if normalised(value) in known]

    return Outcomes(among(_WON), among(_LOST), among(_UNWORKED))


def of_activities(types: Iterable[str]) -> Outcomes:
    """Sort the activity types that end a lead, by any word of theirs."""
    types = list(types)

    def among(known: set[str]) -> list[str]:
        return [name for name in types if known & set(words(name))]

    return Outcomes(among(_WON_EVENTS), among(_LOST_EVENTS), [])
