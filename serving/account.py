"""The other leads of an account, as they are sent beside one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from features.history import LeadHistory
from features.records import Activity
from features.times import iso, parse_instant
from features.values import to_text
from leadgate.errors import LeadError

Record = Mapping[str, object]
Others = Sequence[Record] | None

_ACCOUNT = "account"


def with_others(
    lead_id: str,
    created_at: int,
    columns: Mapping[str, str],
    activities: Sequence[Activity],
    others: Sequence[Record],
) -> tuple[LeadHistory, int]:
    """Return the history of a whole account, and the position of the lead in it.

    Parameters
    ----------
    lead_id, created_at, columns, activities
        The lead that is asked about, read already, as in `LeadHistory.of_one`.
    others
        ``lead_id, created_at, outcome?, closed_at?, recorded_at?, activities?``.

    Raises
    ------
    LeadError
        Naming the field at fault.
    """
    own = {"lead_id": lead_id, "created_at": iso(created_at)}
    leads: list[Record] = [{**columns, **own, "account_id": _ACCOUNT}]
    acts: list[Record] = [
        {
            **activity._asdict(),
            **own,
            "occurred_at": iso(activity.occurred_at),
            "recorded_at": iso(activity.recorded_at),
        }
        for activity in activities
    ]
    seen, outcomes = {lead_id}, []
    places: dict[str, str] = {}
    for row, other in enumerate(others):
        where = f"others[{row}]"
        lead = _lead(other, where, seen)
        leads.append({**lead, "account_id": _ACCOUNT})
        places[f"outcomes[{row}]"] = where
        outcomes.append({**other, **lead})
        for number, activity in enumerate(_given(other)):
            places[f"activities[{len(acts)}]"] = f"{where}.activities[{number}]"
            acts.append({**activity, **lead})
    try:
        history = LeadHistory.from_records(leads, acts, outcomes=outcomes, whole_accounts=True)
    except LeadError as error:
        raise _as_sent(error, places) from None
    return history, int(history.index_of([lead_id])[0])


def _lead(other: Record, where: str, seen: set[str]) -> dict[str, object]:
    """Return the id and the creation time of another lead."""
    lead_id, created = to_text(other.get("lead_id")), other.get("created_at")
    if lead_id == "" or lead_id in seen:
        field = f"{where}.lead_id"
        fault = "came before" if lead_id else "is missing"
        raise LeadError(f"{field} {fault}.", field=field, code="bad_other")
    parse_instant("" if created is None else created, field=f"{where}.created_at")
    seen.add(lead_id)
    return {"lead_id": lead_id, "created_at": created}


def _given(other: Record) -> Sequence[Record]:
    activities = other.get("activities")
    return activities if isinstance(activities, list | tuple) else ()


def _as_sent(error: LeadError, places: Mapping[str, str]) -> LeadError:
    """Name the field at fault as it was sent."""
    begin, dot, rest = error.field.partition(".")
    field = f"{places.get(begin, begin)}{dot}{rest}"
    return LeadError(error.message.replace(error.field, field), field=field, code=error.code)
