"""Read Salesforce's objects: what changed after a place, deleted and merged records included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from leadgate.connectors.connector import Page, Wanted
from leadgate.connectors.http import Http
from leadgate.connectors.place import Place
from leadgate.connectors.salesforce.config import (
    API,
    COLUMNS,
    FIELD_PREFIX,
    LEFT_OUT,
    NUMBERS,
    ROWS_A_PAGE,
    STAMPS,
)
from leadgate.errors import CrmError


def described(http: Http, name: str) -> dict[str, Mapping[str, Any]]:
    """Return what Salesforce says of the fields of an object that the user may see, by name."""
    answer = http.call("GET", f"{API}/sobjects/{name}/describe", repeatable=True).record()
    return {field["name"]: field for field in answer.get("fields", [])}


def columns_of(http: Http, name: str, wanted: Wanted) -> dict[str, pa.DataType]:
    """Return the columns that are read of an object, with their types.

    Raises
    ------
    CrmError
        ``crm_rights``, if the user may not see the id, the stamp or a column that is needed.
    """
    there = described(http, name)
    needed = ("Id", STAMPS[name], *COLUMNS.get(name, ()))
    missing = [column for column in needed if column not in there]
    if missing:
        raise CrmError(
            f"{name}: the user of this log-in may not see {', '.join(missing)}.",
            code="crm_rights",
            hint="Give its permission set read access to these fields.",
        )
    rest = [] if name in COLUMNS else [c for c, f in there.items() if _readable(f, wanted)]
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
    columns = columns_of(http, name, wanted)
    schema = pa.schema(list(columns.items()))
    stamp = STAMPS[name]
    while True:
        rows = _rows(http, query(name, list(columns), place))
        if not rows:
            return
        place = str(Place(rows[-1][stamp], rows[-1]["Id"]))
        yield Page(pa.Table.from_pylist([_of(row, columns) for row in rows], schema), place)
        if len(rows) < ROWS_A_PAGE:
            return


def query(name: str, columns: Sequence[str], place: str) -> str:
    """Return the query for the page after a place."""
    stamp = STAMPS[name]
    last = Place.parse(place)
    where = ""
    if last is not None:
        after = f"{stamp} > {last.stamp}"
        if last.row_id:
            after = f"({after} OR ({stamp} = {last.stamp} AND Id > '{last.row_id}'))"
        where = f" WHERE {after}"
    order = f"ORDER BY {stamp}, Id LIMIT {ROWS_A_PAGE}"
    return f"SELECT {', '.join(columns)} FROM {name}{where} {order}"  # noqa: S608 - SOQL only reads


def _rows(http: Http, soql: str) -> list[dict[str, Any]]:
    """Return all rows of a query; wide ones come in several answers."""
    answer = http.call("GET", f"{API}/queryAll", repeatable=True, params={"q": soql}).record()
    rows: list[dict[str, Any]] = list(answer.get("records", []))
    while not answer.get("done", True):
        answer = http.call("GET", str(answer["nextRecordsUrl"]), repeatable=True).record()
        rows += answer.get("records", [])
    return rows


def _of(row: Mapping[str, Any], columns: Mapping[str, pa.DataType]) -> dict[str, Any]:
    """Return a row's values; a history holds values of any type, which are read as text."""
    return {
        name: _text(row.get(name)) if pa.types.is_string(kind) else row.get(name)
        for name, kind in columns.items()
    }


def _text(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)
