"""Who of sales gets a lead: equal expected value for each unit of capacity.

Salespeople take the leads of their segments. Capacity of the team beyond theirs belongs to the
rest of the team, without a name, which takes every segment.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from leadgate.policy.state import Load

NOBODY = Load()


@dataclass(frozen=True)
class Salesperson:
    """A person or team; no segments means every segment."""

    name: str
    capacity_per_week: float
    segments: tuple[str, ...] = ()

    def takes(self, segments: Collection[str]) -> bool:
        """Return whether leads of these segments are theirs."""
        return not self.segments or not set(self.segments).isdisjoint(segments)

    def left(self, loads: Mapping[str, Load]) -> float:
        """Return how many more leads they can take this week."""
        return self.capacity_per_week - loads.get(self.name, NOBODY).handoffs


def choose(
    people: Sequence[Salesperson], segments: Collection[str], loads: Mapping[str, Load]
) -> Salesperson | None:
    """Return who gets the next lead: the least expected value for their capacity so far.

    The earlier one in the list wins a tie. Each lead adds its expected value to the least loaded,
    so that the loads of people who take the same segments differ by one lead's value at most
    (greedy balancing, Graham 1969).

    Parameters
    ----------
    people
        Everyone.
    segments
        The lead's.
    loads
        What each was given this week, by name.

    Returns
    -------
    Salesperson or None
        None where nobody takes these segments and has room for one more.
    """
    able = [p for p in people if p.takes(segments) and p.left(loads) >= 1]
    if not able:
        return None
    return min(able, key=lambda p: loads.get(p.name, NOBODY).value / p.capacity_per_week)
