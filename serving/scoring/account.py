"""The other leads of an account, as they are sent beside a lead."""

from __future__ import annotations

from collections.abc import Sequence

from features.history.from_records import Activity, Other, activity
from features.history.records import Record, RecordReader
from features.parsing.ids import canonical_id
from features.parsing.times import parse_instant
from features.parsing.values import to_text
from features.schema.canonical import OUTCOMES
from leadgate.errors import LeadError

Others = Sequence[Record] | None

_OUTCOME = RecordReader(OUTCOMES)


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
    created_at = parse_instant("" if created is None else created, field=f"{where}.created_at")
    lead = Other(lead_id, created_at, activities=_activities(other, where))
    if not to_text(other.get("outcome")):
        return lead
    values = _OUTCOME.read(other, f"{where}.")
    ended = {name: values[name] for name in ("outcome", "closed_at", "recorded_at")}
    return lead._replace(**ended)


def _activities(other: Record, where: str) -> list[Activity]:
    given = other.get("activities")
    try:
        return [activity(a, row) for row, a in enumerate(given if isinstance(given, list) else ())]
    except LeadError as error:
        field = f"{where}.{error.field}"
        message = error.message.replace(error.field, field)
        raise LeadError(message, field=field, code=error.code) from None
