"""Every feature of the activities, in one table: what it is, of what, over which time, in what."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from features.aggregation.definitions import EVERY, ActivityKind, Feature, Scope

Over = Literal["windows and ever", "windows", "ever", "now"]


@dataclass(frozen=True)
class Family:
    """Features that differ in their source and window only.

    Attributes
    ----------
    kind, scope
        As in `Feature`.
    over
        In each window of the feature set, ever, in both, or as of the moment.
    unit
        Of the values.
    name
        Of its features; ``{source}`` is the type or channel, ``{when}`` the window.
    meaning
        What a value is; NaN where it is not known or there is nothing to measure.
    half_life_days
        Of the decayed counts.
    of
        For ``distinct``: what is counted once.
    needs
        What the data must hold for it, besides activities.
    """

    kind: ActivityKind
    scope: Scope
    over: Over
    unit: str
    name: str
    meaning: str
    half_life_days: float | None = None
    of: str = EVERY
    needs: str = ""

    def features(self, sources: Sequence[str], windows_days: Sequence[float]) -> Iterator[Feature]:
        """Yield the features, by window, then by source."""
        windows: list[float | None] = [*windows_days] if "windows" in self.over else []
        windows += [None] if self.over != "windows" else []
        for days in windows:
            when = "ever" if days is None else f"in {days:g} days"
            for source in sources:
                name = self.name.format(source=source, when=when, half=self.half_life_days)
                yield Feature(name, self.kind, source, days, self.half_life_days, self.scope)


BOTH: Over = "windows and ever"

FAMILIES = (
    # What the lead did, by type of activity; rare types together are "other".
    Family("count", "type", BOTH, "activities", "{source} {when}", "how often"),
    Family("recency", "type", "now", "days", "days since {source}", "since the last one"),
    Family("decayed", "type", "ever", "activities", "{source} lately",
           "how often, one of so long ago counting half", half_life_days=14),
    # Everything that the lead did.
    Family("count", "lead", BOTH, "activities", "activities {when}", "how often"),
    Family("recency", "lead", "now", "days", "days since any activity", "since the last one"),
    Family("first", "lead", "now", "days", "days since the first activity", "since the first one"),
    Family("trend", "lead", "windows", "activities", "trend {when}",
           "how many more than in the window of the same length before"),
    Family("decayed", "lead", "ever", "activities", "activities lately",
           "how often, one of so long ago counting half", half_life_days=14),
    Family("gap", "lead", "now", "days", "days between the last two activities", "the last gap"),
    Family("mean gap", "lead", "now", "days", "days between activities", "the mean gap"),
    Family("distinct", "lead", BOTH, "types", "types of activity {when}",
           "how many types of activity", of="type"),
    Family("sum", "lead", BOTH, "as the values", "value {when}", "the sum of the values",
           needs="values"),
    Family("distinct", "lead", BOTH, "contents", "contents {when}",
           "how many different contents", of="content", needs="contents"),
    Family("distinct", "lead", BOTH, "channels", "channels {when}",
           "how many of the common channels", of="channel", needs="channels"),
    Family("count", "channel", BOTH, "activities", "by {source} {when}", "how often",
           needs="channels"),
    # What the other leads of the account did, and what became of them.
    Family("count", "account", BOTH, "activities", "activities of others {when}", "how often",
           needs="accounts"),
    Family("recency", "account", "now", "days", "days since any activity of others",
           "since the last one", needs="accounts"),
    Family("leads", "account", "now", "leads", "other leads", "how many there are",
           needs="accounts"),
    Family("won", "account", "now", "leads", "other leads won", "how many, as recorded by then",
           needs="accounts"),
    Family("lost", "account", "now", "leads", "other leads lost", "how many, as recorded by then",
           needs="accounts"),
    Family("age", "lead", "now", "days", "age of the lead", "since it was created"),
)  # fmt: skip


def families(given: Collection[str]) -> tuple[Family, ...]:
    """Return the families for which the data hold what they need."""
    return tuple(family for family in FAMILIES if not family.needs or family.needs in given)
