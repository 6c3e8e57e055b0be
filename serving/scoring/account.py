"""The other leads of an account, as they are sent beside a lead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from features.history.from_records import Activity, Other, activity
from features.parsing.ids import canonical_id
from features.parsing.times import NAT, parse_instant
from features.parsing.values import to_text
from leadgate.errors import LeadError

Record = Mapping[str, object]
Others = Sequence[Record] | None


def read_others(lead_id: str, others: Sequence[Record]) -> list[Other]:
    """Read the other leads of the account of a lead.

    Parameters
    ----------
    lead_id
        The lead to score.
    others
        ``lead_id, created_at, outcome?, closed_at?, recorded_at?, activities?``.

    Raises
    ------
    LeadError
        Naming the field at fault.
    """
    seen = {lead_id}
    return [_other(other, f"others[{row}]", seen) for row, other in enumerate(others)]


def _other(other: Record, where: str, seen: set[str]) -> Other:
    lead_id, created = canonical_id(other.get("lead_id")), other.get("created_at")
    if lead_id == "" or lead_id in seen:
        field = f"{where}.lead_id"
        fault = "is a duplicate" if lead_id else "is missing"
        raise LeadError(f"{field} {fault}.", field=field, code="bad_other")
    seen.add(lead_id)
    return Other(
        lead_id,
        parse_instant("" if created is None else created, field=f"{where}.created_at"),
        to_text(other.get("outcome")),
        _instant(other, "closed_at", where),
        _instant(other, "recorded_at", where),
        _activities(other, where),
    )


def _instant(other: Record, name: str, where: str) -> int:
    value = other.get(name)
    return NAT if value in (None, "") else parse_instant(value, field=f"{where}.{name}")


def _activities(other: Record, where: str) -> list[Activity]:
    given = other.get("activities")
    try:
        return [activity(a, row) for row, a in enumerate(given if isinstance(given, list) else ())]
    except LeadError as error:
        field = f"{where}.{error.field}"
        message = error.message.replace(error.field, field)
        raise LeadError(message, field=field, code=error.code) from None
