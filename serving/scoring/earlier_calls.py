"""What is known of a lead from earlier calls, and what a call adds to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import NamedTuple

from features.history.from_records import Activity, Other

_SEPARATOR, _LONG = "\x1f", 500


def identity(lead_id: str, activity: Activity) -> str:
    """Return what tells an activity from every other: its id, or else all that is told of it."""
    told: tuple[str, ...] = ("id", activity.activity_id)
    if not activity.activity_id:
        at = str(activity.occurred_at)
        told = (lead_id, activity.type, at, activity.channel, activity.content)
    text = _SEPARATOR.join(told)
    # Databases do not take a long text into an index.
    return text if len(text) <= _LONG else blake2b(text.encode(), digest_size=32).hexdigest()


@dataclass(frozen=True, slots=True)
class EarlierCalls:
    """A lead as the store holds it.

    Attributes
    ----------
    revision
        How many additions there were; 0 for a lead that is not known.
    account_id, created_at
        ``""`` and None where not known.
    changes
        Instant and changed fields of each call that changed any, in canonical text, in the order
        of their instants.
    activities
        By identity.
    others
        The other leads of its account; None where nobody asked for them.
    """

    revision: int = 0
    account_id: str = ""
    created_at: int | None = None
    changes: Sequence[tuple[int, dict[str, str]]] = ()
    activities: Mapping[str, Activity] = field(default_factory=dict)
    others: Sequence[Other] | None = None

    def fields(self, at: int) -> dict[str, str]:
        """Return the value of each field as it was known at an instant."""
        values: dict[str, str] = {}
        for changed_at, changed in self.changes:
            if changed_at <= at:
                values.update(changed)
        return values

    def first_heard(self, otherwise: int) -> int:
        """Return the first instant of anything that is known, or `otherwise`."""
        times = [at for at, _ in self.changes[:1]]
        times += [activity.occurred_at for activity in self.activities.values()]
        return min(times, default=otherwise)


@dataclass(frozen=True, slots=True)
class Additions:
    """What a call adds to a lead; empty where it says nothing new.

    Attributes
    ----------
    lead_id
        The lead.
    at
        When its fields changed, microseconds since the epoch, UTC.
    account_id, created_at
        Left as they are where ``""`` or None.
    fields
        The changed ones, in canonical text.
    activities
        New ones, by identity.
    """

    lead_id: str
    at: int
    account_id: str = ""
    created_at: int | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    activities: Mapping[str, Activity] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.fields or self.activities or self.account_id or self.created_at)


class Outcome(NamedTuple):
    """What became of a lead: ``won``, ``lost`` or ``open`` again."""

    lead_id: str
    outcome: str
    closed_at: int | None = None
    amount: float | None = None
    worked: bool | None = None
