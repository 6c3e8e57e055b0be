"""Write fields of leads to Odoo: one lead a call, each a transaction of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from leadgate.connectors.connector import Field, Value, Written
from leadgate.connectors.http import Http
from leadgate.connectors.odoo.config import FIELD_PREFIX, LEAD, NEVER_WRITTEN, STAMP
from leadgate.connectors.odoo.http import called, described, rows
from leadgate.connectors.odoo.values import instant
from leadgate.errors import ConfigError, CrmError

# An empty number is 0 in Odoo, and a lead that nothing is known of has no readiness of 0: it is a
# text of fixed length, which sorts as the number does.
_TYPES = {"number": "char", "text": "char", "long_text": "text", "time": "datetime"}
# No such value, or no right to it, or it is locked or breaks a rule: the lead's own fault.
_OF_ONE_LEAD = (400, 403, 404, 409, 422)


def field_name(kind: str) -> str:
    """Return the name of the field that holds ``readiness`` and the like."""
    return FIELD_PREFIX + kind


def refuse_forecast(fields: Mapping[str, Field]) -> None:
    """Refuse to write the probability of Odoo.

    Raises
    ------
    ConfigError
        If a field is named so.
    """
    faults = [
        f"crm.fields.{key} is {field.name}, which stops Odoo's own forecast once it is written"
        for key, field in fields.items()
        if field.name in NEVER_WRITTEN
    ]
    if faults:
        raise ConfigError("leadgate.toml", faults, hint=f"Name another, such as {FIELD_PREFIX}…")


def current(
    http: Http, lead_ids: Sequence[str], fields: Sequence[Field]
) -> dict[str, dict[str, Value]]:
    """Return what the fields hold now, by lead; leads that are gone are left out."""
    ids = [int(lead_id) for lead_id in lead_ids if lead_id.isascii() and lead_id.isdigit()]
    held = rows(http, LEAD, [("id", "in", ids)], [field.name for field in fields])
    return {str(row["id"]): {f.name: _read(row.get(f.name), f) for f in fields} for row in held}


def _read(value: Value, field: Field) -> Value:
    if value is None or value is False or value == "":
        return None
    if field.kind == "number":
        return _number(value)
    return instant(str(value)) if field.kind == "time" else value


def _number(value: Value) -> Value:
    try:
        return float(value or 0)
    except ValueError:
        return value


def write(
    http: Http, lead_id: str, values: Mapping[str, Value], kinds: Mapping[str, str]
) -> Written:
    """Set fields of one lead; a value set twice is set once, so the call may be repeated."""
    kept = {name: _written(value, kinds[name]) for name, value in values.items()}
    try:
        called(http, LEAD, "write", ids=[int(lead_id)], vals=kept)
    except CrmError as error:
        if error.status not in _OF_ONE_LEAD:
            raise
        return Written(lead_id, str(error))
    return Written(lead_id)


def _written(value: Value, kind: str) -> Value:
    if value is None:
        return False
    if kind == "number" and isinstance(value, int | float):
        return f"{value:.4f}"
    if kind == "time":
        when = datetime.fromisoformat(str(value)).astimezone(UTC)
        return when.strftime(STAMP)
    return value


def missing(http: Http, fields: Sequence[Field]) -> list[str]:
    """Return the names of the fields that are not there, or that the user may not see."""
    there = described(http, LEAD)
    return [field.name for field in fields if field.name not in there]


def create_fields(http: Http, fields: Sequence[Field]) -> list[str]:
    """Create missing fields of the lead.

    Raises
    ------
    CrmError
        If the user may not.
    """
    absent = set(missing(http, fields))
    made = [field for field in fields if field.name in absent]
    if not made:
        return []
    model = rows(http, "ir.model", [("model", "=", LEAD)], ["model"])[0]["id"]
    described_fields = [
        {
            "name": field.name,
            "field_description": field.label,
            "model_id": model,
            "ttype": _TYPES[field.kind],
            "state": "manual",
        }
        for field in made
    ]
    called(http, "ir.model.fields", "create", repeatable=False, vals_list=described_fields)
    return [field.name for field in made]
