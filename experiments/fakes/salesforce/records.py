"""The records of an org: by object and id, and in the order of their stamps."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Record = dict[str, Any]


def text_of(when: datetime) -> str:
    """Return an instant as Salesforce writes it."""
    return (
        when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{when.microsecond // 1000:03d}+0000"
    )


def millis(text: str) -> int:
    """Return the instant of a text in milliseconds."""
    return round(datetime.fromisoformat(text).timestamp() * 1000)


@dataclass
class Object:
    """One object: what its fields are, and its records.

    Attributes
    ----------
    kinds
        The type of each field.
    stamp
        The field that orders the records.
    hidden, locked
        Fields that the user may not see, or not edit.
    rules
        Validation rules: a code and the fields at fault for values that are refused, or None.
    """

    kinds: dict[str, str]
    stamp: str = "SystemModstamp"
    hidden: set[str] = field(default_factory=set)
    locked: set[str] = field(default_factory=set)
    rules: list[Callable[[Mapping[str, Any]], tuple[str, list[str]] | None]] = field(
        default_factory=list
    )
    records: dict[str, Record] = field(default_factory=dict)
    _order: list[tuple[int, str]] = field(default_factory=list)

    def put(self, record: Record) -> None:
        """Add a record, or change one: its stamp says when."""
        record_id = record["Id"]
        before = self.records.get(record_id)
        if before is not None:
            place = bisect_left(self._order, (millis(before[self.stamp]), record_id))
            del self._order[place]
        self.records[record_id] = {**(before or {}), **record}
        insort(self._order, (millis(self.records[record_id][self.stamp]), record_id))

    def fill(self, records: list[Record]) -> None:
        """Add many records at once."""
        self.records |= {record["Id"]: record for record in records}
        self._order = sorted((millis(r[self.stamp]), key) for key, r in self.records.items())

    def of_id(self, record_id: str) -> Record | None:
        """Return the record of an id of 18 characters, or of its first 15."""
        if len(record_id) == 15:
            record_id = next((key for key in self.records if key.startswith(record_id)), "")
        return self.records.get(record_id)

    def after(self, when: int, record_id: str) -> Iterator[Record]:
        """Yield the records after a stamp and id, in their order."""
        place = bisect_left(self._order, (when, record_id))
        for _, key in self._order[place:]:
            yield self.records[key]

    def visible(self) -> list[str]:
        """Return the fields that the user may see."""
        return [name for name in self.kinds if name not in self.hidden]
