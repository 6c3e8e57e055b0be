"""What a CRM reports beside leads: activities and outcomes, each read by itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar

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
from serving.scoring.lead_id import LONGEST_ID, checked_id

ACTIVITIES, OUTCOMES = canonical.ACTIVITIES.name, canonical.OUTCOMES.name

Item = Mapping[str, object]
Result = dict[str, object]
T = TypeVar("T")

_OUTCOME = RecordReader(canonical.OUTCOMES)
_NO_WORDS: Mapping[str, str] = {}
_NO_FAULT = {"code": "", "detail": "", "field": ""}
# The status of an item that the store can never keep.
UNFIT = 400
_UNFIT = {
    "code": BadRecordError.code,
    "detail": "The store cannot keep this: a value is too long or too large for it.",
    "field": "",
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


def folded_words(words: Mapping[str, str]) -> dict[str, str]:
    """Return words for outcomes as they are compared: without case and spaces around them."""
    return {word.strip().casefold(): outcome for word, outcome in words.items()}


def read_outcome(item: object, row: int, words: Mapping[str, str] = _NO_WORDS) -> Outcome:
    """Read one outcome of a request; `words` are those of `folded_words`.

    Raises
    ------
    LeadError
        Naming the field at fault.
    """
    fields, where = _flat(item, OUTCOMES, row), f"{OUTCOMES}[{row}]."
    lead_id = checked_id(fields.get("lead_id"), f"{where}lead_id")
    word = to_text(fields.get("outcome")).casefold()
    if word in words:
        fields = {**fields, "outcome": words[word]}
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


class Items(Generic[T]):
    """The items of a list, each read by itself.

    Attributes
    ----------
    events
        Those that could be read, in order.
    """

    def __init__(self, items: Sequence[object], read: Callable[[object, int], T]) -> None:
        self._ids = [_shown_id(item) for item in items]
        self._read: dict[int, T] = {}
        self._faults: list[Result] = []
        for row, item in enumerate(items):
            fault = _NO_FAULT
            try:
                self._read[row] = read(item, row)
            except LeadError as error:
                fault = {"code": error.code, "detail": str(error), "field": error.field}
            self._faults.append({"status": UNFIT if fault["code"] else 200, **fault})

    @property
    def events(self) -> list[T]:
        """What was read."""
        return [*self._read.values()]

    def results(self, statuses: Sequence[int]) -> list[Result]:
        """Return what became of each item, but for its lead: of what was read, these statuses."""
        results = [*self._faults]
        for row, status in zip(self._read, statuses, strict=True):
            results[row] = {"status": status, **(_UNFIT if status == UNFIT else _NO_FAULT)}
        return results

    def answer(self, results: Sequence[Result]) -> list[Result]:
        """Return results with the ids of their leads."""
        return [{"lead_id": of, **result} for of, result in zip(self._ids, results, strict=True)]


def _flat(item: object, of: str, row: int) -> Item:
    if not isinstance(item, dict):
        raise _fault(f"{of}[{row}]", "is not a flat JSON object", "bad_value")
    check_values(item, of, row)
    return item


def _shown_id(item: object) -> str:
    value = item.get("lead_id") if isinstance(item, dict) else None
    return canonical_id(value)[:LONGEST_ID] if isinstance(value, str | int | float) else ""


def _fault(field: str, fault: str, code: str) -> LeadError:
    return LeadError(f"{field} {fault}.", field=field, code=code)
