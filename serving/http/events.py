"""What a CRM reports beside leads: activities and outcomes, each read by itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from features.history.from_records import Activity, activity
from features.history.records import RecordReader
from features.parsing.ids import canonical_id
from features.parsing.times import NAT
from features.parsing.values import to_text
from features.schema import canonical
from features.schema.canonical import CLOSED
from leadgate.errors import BadRecordError, LeadError
from serving.http.requests import check_values
from serving.scoring.earlier_calls import Outcome, checked_instant
from serving.scoring.lead_id import checked_id

ACTIVITIES, OUTCOMES = canonical.ACTIVITIES.name, canonical.OUTCOMES.name

Item = Mapping[str, object]
Result = dict[str, object]
T = TypeVar("T")

_OUTCOME = RecordReader(canonical.OUTCOMES)
_NO_FAULT = {"code": "", "detail": "", "field": ""}
# The status of an item that the store can never keep.
UNFIT = 400
_UNFIT = {
    "code": BadRecordError.code,
    "detail": "The store cannot keep this: a value is too long or too large for it.",
}


def read_activity(item: object, row: int) -> tuple[str, Activity]:
    """Read one activity of a request: its lead, and the activity.

    Raises
    ------
    LeadError
        Naming the field at fault.
    """
    fields = _flat(item, ACTIVITIES, row)
    lead_id = checked_id(fields.get("lead_id"), f"{ACTIVITIES}[{row}].lead_id")
    read = activity(fields, row)
    checked_instant(max(read.occurred_at, read.recorded_at), f"{ACTIVITIES}[{row}]")
    return lead_id, read


def read_outcome(item: object, row: int) -> Outcome:
    """Read one outcome of a request.

    Raises
    ------
    LeadError
        Naming the field at fault.
    """
    fields, where = _flat(item, OUTCOMES, row), f"{OUTCOMES}[{row}]."
    lead_id = checked_id(fields.get("lead_id"), f"{where}lead_id")
    values = _OUTCOME.read(fields, where)
    outcome, closed_at, amount = (values[name] for name in ("outcome", "closed_at", "amount"))
    checked_instant(closed_at, f"{where}closed_at")
    if closed_at == NAT and outcome in CLOSED:
        raise _fault(f"{where}closed_at", "is missing", "missing_time")
    if math.isnan(amount) and to_text(fields.get("amount")):
        raise _fault(f"{where}amount", "is no number", "bad_value")
    return Outcome(
        lead_id,
        outcome,
        None if closed_at == NAT else closed_at,
        None if math.isnan(amount) else amount,
        values["worked"],
    )


def keep_items(
    items: Sequence[object],
    read: Callable[[object, int], T],
    keep: Callable[[Sequence[T]], Sequence[int]],
) -> list[Result]:
    """Read and keep items; return of each the status that `keep` gives, or 400 and its fault."""
    results: list[Result] = []
    events: dict[int, T] = {}
    for row, item in enumerate(items):
        status, fault = 200, _NO_FAULT
        try:
            events[row] = read(item, row)
        except LeadError as error:
            status = 400
            fault = {"code": error.code, "detail": str(error), "field": error.field}
        results.append({"status": status, "lead_id": _shown_id(item), **fault})
    for row, kept in zip(events, keep([*events.values()]), strict=True):
        results[row] |= {"status": kept, **(_UNFIT if kept == UNFIT else {})}
    return results


def _flat(item: object, of: str, row: int) -> Item:
    if not isinstance(item, dict):
        raise _fault(f"{of}[{row}]", "is not a flat JSON object", "bad_value")
    check_values(item, of, row)
    return item


def _shown_id(item: object) -> str:
    value = item.get("lead_id") if isinstance(item, dict) else None
    return canonical_id(value) if isinstance(value, str | int | float) else ""


def _fault(field: str, fault: str, code: str) -> LeadError:
    return LeadError(f"{field} {fault}.", field=field, code=code)
