"""Read Odoo's models: what changed since the last sweep, archived records included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from leadgate.connectors.connector import Page, Wanted
from leadgate.connectors.http import Http
from leadgate.connectors.odoo.config import (
    COLUMNS,
    DOMAINS,
    FIELD_PREFIX,
    IDS_A_PAGE,
    LEAD,
    LEFT_OUT,
    NUMBERS,
    ROWS_A_PAGE,
    STAMP,
    TEXTS,
    TRACKING,
)
from leadgate.connectors.odoo.history import SCHEMA, changes, tracked
from leadgate.connectors.odoo.http import called, described, rows, unreadable
from leadgate.connectors.odoo.place import Sweep
from leadgate.connectors.odoo.values import type_of, value_of
from leadgate.errors import CrmError

Described = Mapping[str, Mapping[str, Any]]


def columns_of(http: Http, name: str, wanted: Wanted) -> Described:
    """Return the columns that are read of a model, with what Odoo says of each.

    Raises
    ------
    CrmError
        ``crm_rights``, if the user may not see a column that is needed.
    """
    there = described(http, name)
    missing = [column for column in COLUMNS[name] if column not in there]
    if missing:
        raise CrmError(
            f"{name}: this Odoo has no {', '.join(missing)}, or the user may not see them.",
            code="crm_rights",
            hint="The connector is for Odoo 19 and later; give the user access to these fields.",
        )
    rest = [] if name != LEAD else [c for c, f in there.items() if _readable(c, f, wanted)]
    return {column: there[column] for column in dict.fromkeys((*COLUMNS[name], *rest))}


def _readable(name: str, field: Mapping[str, Any], wanted: Wanted) -> bool:
    """Whether a column is read; numbers and flags name nobody, whatever they are called."""
    if not field.get("store") or name in LEFT_OUT or name.startswith(FIELD_PREFIX) or name == "id":
        return False
    kind = field["type"]
    return kind in NUMBERS or kind == "boolean" or (kind in TEXTS and wanted(name))


def pages(http: Http, name: str, place: str, wanted: Wanted) -> Iterator[Page]:
    """Read a model from a place on, in the order of its ids.

    A history that the user may not see at all, since Odoo shows it to administrators alone, has
    no pages.
    """
    try:
        columns = columns_of(http, name, wanted)
        sweep = Sweep.parse(place)
        if not sweep.newest:
            sweep = Sweep(sweep.since, _newest(http, name))
    except CrmError as error:
        if name == TRACKING and not place and error.status == 403:
            return
        raise
    if not sweep.newest:
        return
    fields = tracked(http) if name == TRACKING else {}
    # Until there are no more: a page may be short of what the user may not see.
    while page := rows(http, name, _after(name, sweep), list(columns), limit=ROWS_A_PAGE):
        last = max(int(row["id"]) for row in page)
        if last <= sweep.last_id:
            raise CrmError(f"{name}: Odoo answers the same page again.", code="crm_answer")
        sweep = sweep.after(last)
        if name == TRACKING:
            table = pa.Table.from_pylist(changes(http, page, fields), SCHEMA)
        else:
            table = _table(page, columns)
        yield Page(table, str(sweep))


def _newest(http: Http, name: str) -> str:
    """Return the stamp of the newest change; "" where there are no records."""
    order = "write_date desc, id desc"
    newest = rows(http, name, DOMAINS[name], ["write_date"], order=order, limit=1)
    if not newest:
        return ""
    stamp = str(newest[0]["write_date"])
    try:
        datetime.strptime(stamp, STAMP)
    except ValueError:
        raise CrmError(
            f"{name}: the answer has no stamp where write_date should be.", code="crm_answer"
        ) from None
    return stamp


def _after(name: str, sweep: Sweep) -> list[object]:
    since = [("write_date", ">=", sweep.since)] if sweep.since else []
    return [*DOMAINS[name], *since, ("id", ">", sweep.last_id)]


def _table(page: Sequence[Mapping[str, Any]], columns: Described) -> pa.Table:
    schema = pa.schema(
        [("id", pa.string()), *((name, type_of(field["type"])) for name, field in columns.items())]
    )
    made = [
        {"id": str(row["id"]), **{c: value_of(row.get(c), f) for c, f in columns.items()}}
        for row in page
    ]
    return pa.Table.from_pylist(made, schema)


def present(http: Http, name: str) -> set[str] | None:
    """Return the ids of all leads that are there; what is not among them was deleted."""
    if name != LEAD:
        return None
    there: set[str] = set()
    last = 0
    while True:
        domain = [("id", ">", last)]
        answer = called(http, name, "search", domain=domain, order="id", limit=IDS_A_PAGE)
        ids = answer.json()
        if not isinstance(ids, list) or not all(type(i) is int and i > last for i in ids):
            raise unreadable(answer, "list of ids")
        if not ids:
            return there
        last = max(ids)
        there.update(map(str, ids))
