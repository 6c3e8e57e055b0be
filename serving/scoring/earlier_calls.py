"""What earlier calls reported of a lead, and what a call adds to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import NamedTuple, Self

from features.history.from_records import Activity, Other
from features.parsing.times import US_PER_DAY, now
from leadgate.errors import LeadError

_SEPARATOR, _LONG = "\x1f", 500
# Forecasts of closing days are as late as that.
_FURTHEST_US = 3_653 * US_PER_DAY


def identity(lead_id: str, activity: Activity) -> str:
    """Return what makes an activity unique: its lead, its type and its own id, or all its values.

    When it was recorded makes no other activity.
    """
    at, _, type_, value, channel, content, activity_id = activity
    if activity_id:
        return _joined(lead_id, type_, "id", activity_id)
    number = "" if value is None else repr(float(value))
    return _joined(lead_id, type_, str(at), number, channel, content)


def earlier_identity(lead_id: str, activity: Activity) -> str:
    """Return the identity that the last release gave to an activity: its id alone, or no value."""
    at, _, type_, _, channel, content, activity_id = activity
    if activity_id:
        return _joined("id", activity_id)
    return _joined(lead_id, type_, str(at), channel, content)


def _joined(*values: str) -> str:
    text = _SEPARATOR.join(values)
    # Databases do not take a long text into an index.
    return text if len(text) <= _LONG else blake2b(text.encode(), digest_size=32).hexdigest()


def checked_instant(us: int, field: str) -> int:
    """Return an instant that a call reports, if it is not far in the future.

    The store keeps what it says for ever: a lead as of 2200 would wait for that day.

    Raises
    ------
    LeadError
        ``bad_time``, naming the field: more than ten years from now.
    """
    if us > now() + _FURTHEST_US:
        message = f"{field} is more than ten years from now."
        raise LeadError(message, field=field, code="bad_time")
    return us


@dataclass(frozen=True, slots=True)
class EarlierCalls:
    """A lead as the store holds it.

    Attributes
    ----------
    revision
        How many additions there were; 0 for a lead without any.
    account_id, created_at
        ``""`` and None where no call stated them.
    changes
        Instant and changed fields of each call that changed any, in canonical text, in the order
        of their instants.
    activities
        By identity.
    others
        The other leads of its account; None where they were not looked up.
    """

    revision: int = 0
    account_id: str = ""
    created_at: int | None = None
    changes: Sequence[tuple[int, dict[str, str]]] = ()
    activities: Mapping[str, Activity] = field(default_factory=dict)
    others: Sequence[Other] | None = None

    def fields(self, at: int) -> dict[str, str]:
        """Return the value of each field as it was at an instant."""
        values: dict[str, str] = {}
        for changed_at, changed in self.changes:
            if changed_at <= at:
                values.update(changed)
        return values

    def first_heard(self, otherwise: int) -> int:
        """Return the first instant that any call reported, or `otherwise`."""
        times = [at for at, _ in self.changes[:1]]
        times += [activity.occurred_at for activity in self.activities.values()]
        return min(times, default=otherwise)


NO_EARLIER_CALLS = EarlierCalls()


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

    @classmethod
    def of_activity(cls, lead_id: str, activity: Activity) -> Self:
        """Return the addition of an activity alone, which changes no field."""
        return cls(lead_id, 0, activities={identity(lead_id, activity): activity})


class Outcome(NamedTuple):
    """What became of a lead: ``won``, ``lost`` or ``open`` again."""

    lead_id: str
    outcome: str
    closed_at: int | None = None
    amount: float | None = None
    worked: bool | None = None
