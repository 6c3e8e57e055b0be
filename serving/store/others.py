"""The other leads of an account, from the rows of the store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from features.history.from_records import Activity, Other
from features.parsing.times import NAT

Rows = Sequence[Sequence[Any]]


def others_of(leads: Rows, outcomes: Rows, activities: Rows) -> list[Other]:
    """Return leads with their newest outcome and their activities, by the queries of `others`."""
    newest = {of: outcome for of, *outcome in outcomes}
    activities_of: dict[str, list[Activity]] = {of: [] for of, _ in leads}
    for of, occurred_at, recorded_at, type_ in activities:
        # Not those of a lead that came between the queries.
        if of in activities_of:
            activities_of[of].append(Activity(occurred_at, recorded_at, type_))
    return [_other(of, at, newest.get(of), activities_of[of]) for of, at in leads]


def _other(
    lead_id: str, created_at: int | None, newest: Sequence[Any] | None, activities: list[Activity]
) -> Other:
    outcome, closed_at, recorded_at = newest or ("", None, NAT)
    times = (NAT if at is None else at for at in (created_at, closed_at, recorded_at))
    created, closed, recorded = times
    return Other(lead_id, created, outcome, closed, recorded, activities)
