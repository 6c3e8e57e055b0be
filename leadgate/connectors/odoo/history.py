"""Odoo's tracked values: what a field of a lead held before and after a change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from leadgate.connectors.http import Http
from leadgate.connectors.odoo.config import LEAD, MESSAGE, PEOPLE
from leadgate.connectors.odoo.http import reference, rows
from leadgate.connectors.odoo.values import instant

SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("id", "res_id", "field", "old", "new", "create_date")]
)
_HELD_AS = {
    "integer": "integer", "boolean": "integer", "float": "float", "monetary": "float",
    "date": "datetime", "datetime": "datetime", "text": "text",
}  # fmt: skip


def tracked(http: Http) -> dict[int, Mapping[str, Any]]:
    """Return what the fields of the lead are called and hold, by their ids."""
    wanted = ["name", "ttype", "relation"]
    fields = rows(http, "ir.model.fields", [("model", "=", LEAD)], wanted)
    return {int(field["id"]): field for field in fields}


def changes(
    http: Http, page: Sequence[Mapping[str, Any]], fields: Mapping[int, Mapping[str, Any]]
) -> list[dict[str, str | None]]:
    """Return changes with their leads; one of a field that is gone is left out."""
    messages = sorted({reference(row["mail_message_id"]) for row in page})
    of_message = {
        int(row["id"]): str(row["res_id"])
        for row in rows(http, MESSAGE, [("id", "in", messages)], ["res_id"])
    }
    made: list[dict[str, str | None]] = []
    for row in page:
        field = fields.get(reference(row["field_id"]))
        lead = of_message.get(reference(row["mail_message_id"]))
        if field is None or lead is None:
            continue
        made.append(
            {
                "id": str(row["id"]),
                "res_id": lead,
                "field": str(field["name"]),
                "old": _held(row, "old", field),
                "new": _held(row, "new", field),
                "create_date": instant(str(row["create_date"])),
            }
        )
    return made


def _held(row: Mapping[str, Any], age: str, field: Mapping[str, Any]) -> str | None:
    """Return a value as text; people by their ids."""
    kind = str(field["ttype"])
    if kind == "many2one" and field.get("relation") in PEOPLE:
        return str(row[f"{age}_value_integer"] or "") or None
    value = row[f"{age}_value_{_HELD_AS.get(kind, 'char')}"]
    if kind == "boolean":
        return "true" if value else "false"
    if kind in ("integer", "float", "monetary"):
        return str(value or 0)
    return str(value) if value else None
