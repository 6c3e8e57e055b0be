"""`[target]` and `[policy]`: what counts as a win, and what sales can take."""

from __future__ import annotations

from pydantic import Field

from leadgate.config.base import Section


class Target(Section):
    """What counts as a win, and when a lead is looked at."""

    horizon_days: float | None = Field(default=None, gt=0)
    snapshot_ages_days: list[float] = Field(default=[0, 7, 14, 30, 60, 90], min_length=1)


class Person(Section):
    """One salesperson or team with a capacity of its own."""

    name: str = Field(min_length=1)
    capacity_per_week: float = Field(ge=1)
    segments: list[str] = []


class PolicySettings(Section):
    """What the team can take and what a handoff costs and brings."""

    capacity_per_week: float | None = Field(default=None, ge=1)
    cost_per_handoff: float = Field(default=0.0, ge=0)
    value_per_win: float | str | None = None
    explore: float = Field(default=0.0, ge=0, le=0.2)
    recycle_after_days: float = Field(default=14.0, gt=0)
    people: list[Person] = []

    @property
    def capacity(self) -> float | None:
        """Handoffs a week that sales can take: as given, else that of the people; None unknown."""
        if self.capacity_per_week is None and self.people:
            return sum(person.capacity_per_week for person in self.people)
        return self.capacity_per_week
