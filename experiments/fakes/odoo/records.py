"""The records of a database: models, domains, and stamps that are kept finer than answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Record = dict[str, Any]
# What the interface answers a call that it refuses with: a status and the name of an exception.
VALUE = (422, "builtins.ValueError")


class Refused(Exception):
    """A call that Odoo refuses."""

    def __init__(self, status: int, name: str) -> None:
        super().__init__(name)
        self.status, self.name = status, name


@dataclass
class Model:
    """One model: what its fields are, and its records by id.

    Attributes
    ----------
    fields
        As ``fields_get`` answers them.
    system
        Whether it is for administrators alone.
    rules
        Constraints: the name of an exception for values that are refused, or "".
    """

    fields: dict[str, dict[str, Any]]
    records: dict[int, Record] = field(default_factory=dict)
    system: bool = False
    rules: list[Callable[[Mapping[str, Any]], str]] = field(default_factory=list)

    def fill(self, records: Sequence[Record]) -> None:
        """Add records."""
        self.records |= {record["id"]: record for record in records}

    def answered(self, record: Record, names: Sequence[str]) -> Record:
        """Return fields of a record as they are answered: whole seconds, false for none."""
        unknown = [name for name in names if name not in self.fields]
        if unknown:
            raise Refused(*VALUE)
        return {"id": record["id"], **{n: _answered(record.get(n), self.fields[n]) for n in names}}


def _answered(value: object, field: Mapping[str, Any]) -> object:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if value is None or value == "":
        return 0 if field["type"] in ("integer", "float", "monetary") else False
    return value


Reach = Callable[[Record, str], Any]


def matching(
    records: Sequence[Record], domain: Sequence[Any], reach: Reach, *, archived: bool
) -> list[Record]:
    """Return the records that a domain is true of, in polish notation with an implicit and."""
    return [
        record
        for record in records
        if (archived or record.get("active", True)) and _true(list(domain), record, reach)
    ]


def _true(domain: list[Any], record: Record, reach: Reach) -> bool:
    while domain:
        if not _term(domain, record, reach):
            return False
    return True


def _term(rest: list[Any], record: Record, reach: Reach) -> bool:
    first = rest.pop(0)
    if first in ("|", "&"):
        left, right = _term(rest, record, reach), _term(rest, record, reach)
        return (left or right) if first == "|" else (left and right)
    name, operator, value = first
    held = reach(record, name)
    held = held[0] if isinstance(held, list) else held
    if isinstance(held, datetime):
        # Compared in whole seconds, as since version 19.
        value = datetime.fromisoformat(value).replace(tzinfo=held.tzinfo)
        held = held.replace(microsecond=0)
    compare: dict[str, Callable[[], bool]] = {
        "=": lambda: (held or False) == value,
        "!=": lambda: (held or False) != value,
        ">": lambda: held > value,
        ">=": lambda: held >= value,
        "in": lambda: held in value,
        "not in": lambda: held not in value,
    }
    if operator not in compare:
        raise Refused(*VALUE)
    return compare[operator]()


def ordered(records: Sequence[Record], order: str) -> list[Record]:
    """Return records in an order such as ``write_date desc, id``, by what is kept."""
    rows = list(records)
    for part in reversed(order.split(", ")):
        name, _, direction = part.partition(" ")
        rows.sort(key=lambda row: row[name], reverse=direction == "desc")
    return rows
