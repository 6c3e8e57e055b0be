"""The part of SOQL that a reading in the order of stamps needs; all else is malformed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from experiments.fakes.salesforce.records import Object, Record, millis

_QUERY = re.compile(
    r"SELECT (?P<fields>[\w, ]+) FROM (?P<name>\w+)"
    r"(?: WHERE (?P<where>.+?))?(?: ORDER BY (?P<order>\w+), Id)?(?: LIMIT (?P<limit>\d+))?$"
)
_WHEN = r"(?P<when>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?(?:Z|[+-]\d\d:\d\d))"
_SINCE = re.compile(rf"(?P<stamp>\w+) > {_WHEN}$")
_AFTER = re.compile(
    rf"\((?P<stamp>\w+) > {_WHEN} OR \((?P=stamp) = (?P=when) AND Id > '(?P<id>\w+)'\)\)$"
)
_EQUAL = re.compile(r"(?P<field>\w+) = '(?P<value>[^']*)'$")
_FIRST = 2**63
PAGE = 2_000


class Malformed(Exception):
    """A query that Salesforce would refuse; holds its code."""


@dataclass(frozen=True)
class Query:
    """A query: the object, the fields and the rows."""

    name: str
    fields: list[str]
    rows: list[Record]


def run(soql: str, objects: Mapping[str, Object], *, deleted: bool) -> Query:
    """Answer a query.

    Raises
    ------
    Malformed
        With the code that Salesforce answers.
    """
    match = _QUERY.match(soql)
    if match is None:
        raise Malformed("MALFORMED_QUERY")
    held = objects.get(match["name"])
    if held is None:
        raise Malformed("INVALID_TYPE")
    fields = [name.strip() for name in match["fields"].split(",")]
    visible = set(held.visible())
    asked = {*fields, *([match["order"]] if match["order"] else [])}
    if not asked <= visible:
        raise Malformed("INVALID_FIELD")
    rows = _where(match["where"] or "", held, deleted=deleted)
    limit = int(match["limit"]) if match["limit"] else None
    return Query(match["name"], fields, list(islice(rows, limit)))


def _where(where: str, held: Object, *, deleted: bool) -> Iterator[Record]:
    if match := _AFTER.match(where):
        rows = held.after(millis(match["when"]), match["id"] + "\0")
    elif match := _SINCE.match(where):
        rows = held.after(millis(match["when"]) + 1, "")
    elif match := _EQUAL.match(where):
        rows = (row for row in held.after(-_FIRST, "") if row.get(match["field"]) == match["value"])
    elif where:
        raise Malformed("MALFORMED_QUERY")
    else:
        rows = held.after(-_FIRST, "")
    return (row for row in rows if deleted or not row.get("IsDeleted"))
