"""Read Salesforce's objects: what changed after a place, deleted and merged records included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote_plus

import pyarrow as pa

from leadgate.connectors.connector import Page, Wanted
from leadgate.connectors.http import Http
from leadgate.connectors.place import Place, instant, literal
from leadgate.connectors.salesforce.answers import name_of, records, unreadable
from leadgate.connectors.salesforce.config import (
    API,
    COLUMNS,
    FIELD_PREFIX,
    LEFT_OUT,
    LONGEST_LIST,
    NUMBERS,
    OPTIONAL,
    ROWS_A_PAGE,
    STAMPS,
    WHOLE,
)
from leadgate.errors import CrmError


def described(http: Http, name: str) -> dict[str, Mapping[str, Any]]:
    """Return what Salesforce says of the fields of an object that the user may see, by name."""
    what = f"{API}/sobjects/{name}/describe"
    fields = http.call("GET", what, repeatable=True).record().get("fields")
    if not isinstance(fields, list) or not all(
        isinstance(f, dict) and name_of(f.get("name")) and isinstance(f.get("type"), str)
        for f in fields
    ):
        raise unreadable(f"GET {what}", "its fields are no list of names and types")
    return {field["name"]: field for field in fields}


def columns_of(http: Http, name: str, wanted: Wanted) -> dict[str, pa.DataType]:
    """Return the columns that are read of an object, with their types.

    Raises
    ------
    CrmError
        ``crm_rights``, if the user may not see the id, the stamp or a column that is needed.
    """
    there = described(http, name)
    needed = ("Id", STAMPS[name], *COLUMNS[name])
    missing = [column for column in needed if column not in there]
    if missing:
        raise CrmError(
            f"{name}: the user of this log-in may not see {', '.join(missing)}.",
            code="crm_rights",
            hint="Give its permission set read access to these fields.",
        )
    rest = [c for c, f in there.items() if name in WHOLE and _readable(f, wanted)]
    rest = [column for column in rest if not column.startswith(FIELD_PREFIX)]
    return {column: _type(there[column]["type"]) for column in dict.fromkeys((*needed, *rest))}


def _readable(field: Mapping[str, Any], wanted: Wanted) -> bool:
    """Whether a column is read; numbers and flags name nobody, whatever they are called."""
    kind = field["type"]
    return kind not in LEFT_OUT and (not pa.types.is_string(_type(kind)) or wanted(field["name"]))


def _type(kind: str) -> pa.DataType:
    if kind in NUMBERS:
        return pa.float64()
    return pa.bool_() if kind == "boolean" else pa.string()


def pages(http: Http, name: str, place: str, wanted: Wanted) -> Iterator[Page]:
    """Read an object from a place on, in the order of its stamps."""
    try:
        columns = columns_of(http, name, wanted)
    except CrmError as error:
        if error.status == 404 and name in OPTIONAL:
            return
        raise
    last = False
    while not last:
        rows, reached, last = _page(http, name, list(columns), place)
        if reached != place:
            made = {column: _column(name, column, rows, kind) for column, kind in columns.items()}
            yield Page(pa.table(made), reached)
        place = reached


def query(name: str, columns: Sequence[str], place: str) -> str:
    """Return the query for the page after a place."""
    stamp = STAMPS[name]
    last = Place.parse(place)
    where = ""
    when = literal(last.stamp) if last is not None else ""
    if last is not None and when:
        after = f"{stamp} > {when}"
        if last.row_id:
            after = f"({after} OR ({stamp} = {when} AND Id > '{last.row_id}'))"
        where = f" WHERE {after}"
    order = f"ORDER BY {stamp}, Id LIMIT {ROWS_A_PAGE}"
    return f"SELECT {', '.join(columns)} FROM {name}{where} {order}"  # noqa: S608 - SOQL only reads


def _page(
    http: Http, name: str, columns: Sequence[str], place: str
) -> tuple[list[dict[str, Any]], str, bool]:
    """Return the rows of a page, the place after it, and whether it is the last.

    An object of hundreds of columns takes several queries, since an address has a limit. A row that
    changed between them is left out: its new stamp puts it on a later page.
    """
    key = ("Id", STAMPS[name])
    first, *others = _groups([column for column in columns if column not in key])
    rows = _rows(http, name, query(name, [*key, *first], place))
    if not rows:
        return [], place, True
    last = len(rows) < ROWS_A_PAGE
    reached = _after(name, rows[-1], place)
    for group in others:
        more = _rows(http, name, query(name, [*key, *group], place))
        rest = {tuple(row.get(column) for column in key): row for row in more}
        both = ((row, rest.get(tuple(row.get(column) for column in key))) for row in rows)
        rows = [{**row, **other} for row, other in both if other is not None]
    return rows, reached, last


def _groups(columns: Sequence[str]) -> list[list[str]]:
    groups: list[list[str]] = [[]]
    length = 0
    for column in columns:
        length += len(quote_plus(f", {column}"))
        if length > LONGEST_LIST:
            groups.append([])
            length = 0
        groups[-1].append(column)
    return groups


def _after(name: str, row: Mapping[str, Any], place: str) -> str:
    """Return the place of the last row of a page, which must lie beyond the one before.

    Raises
    ------
    CrmError
        ``crm_answer``, if its id or stamp is none, or the page is one that was read before.
    """
    stamp, row_id = literal(row.get(STAMPS[name])), name_of(row.get("Id"))
    if not stamp or not row_id:
        raise unreadable(name, f"a record has no Id or no {STAMPS[name]} that can be read")
    reached, before = Place(stamp, row_id), Place.parse(place)
    since = literal(before.stamp) if before is not None else ""
    if reached == before or (since and instant(stamp) < instant(since)):
        raise unreadable(name, "the next page is one that was read before")
    return str(reached)


def _rows(http: Http, name: str, soql: str) -> list[dict[str, Any]]:
    """Return all rows of a query; wide ones come in several answers.

    Raises
    ------
    CrmError
        ``crm_answer``, if there are more rows than asked for, or no end.
    """
    answer = http.call("GET", f"{API}/queryAll", repeatable=True, params={"q": soql}).record()
    rows = records(answer, name)
    while not answer.get("done", True):
        following = answer.get("nextRecordsUrl")
        if not isinstance(following, str):
            raise unreadable(name, "the answer names no next page and is not done")
        answer = http.call("GET", following, repeatable=True).record()
        more = records(answer, name)
        rows = [*rows, *more]
        if not more or len(rows) > ROWS_A_PAGE:
            raise unreadable(name, f"the answer does not end after {ROWS_A_PAGE:,} rows")
    return rows


def _column(
    name: str, column: str, rows: Sequence[Mapping[str, Any]], kind: pa.DataType
) -> pa.Array:
    """Return a column; a history holds values of any type, which are read as text."""
    values = [row.get(column) for row in rows]
    text = pa.types.is_string(kind)
    if column == "Id" and not all(map(name_of, values)):
        raise unreadable(name, "a record has no Id that can be read")
    try:
        return pa.array([_text(value) for value in values] if text else values, kind)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        raise unreadable(name, f"{column} holds something else than {kind}") from None


def _text(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    # A lone surrogate is no text that a file can hold.
    return None if value is None else str(value).encode("utf-8", "replace").decode()
