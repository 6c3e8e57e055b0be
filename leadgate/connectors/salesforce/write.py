"""Write fields of leads to Salesforce: 200 a call, each record kept or refused by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from leadgate.connectors.connector import Field, Value, Written
from leadgate.connectors.http import Http
from leadgate.connectors.salesforce.config import API, FIELD, IDS_A_CALL, PERMISSION_SET
from leadgate.connectors.salesforce.read import described
from leadgate.errors import CrmError

_METADATA: Mapping[str, Mapping[str, Any]] = {
    "number": {"type": "Number", "precision": 7, "scale": 6},
    "text": {"type": "Text", "length": 255},
    "long_text": {"type": "LongTextArea", "length": 4_000, "visibleLines": 5},
    "time": {"type": "DateTime"},
}


def field_name(kind: str) -> str:
    """Return the name of the field that holds ``readiness`` and the like."""
    return FIELD.format(name=kind.title())


def current(
    http: Http, lead_ids: Sequence[str], fields: Sequence[Field]
) -> dict[str, dict[str, Value]]:
    """Return what the fields hold now, by lead; deleted leads are left out."""
    names = [field.name for field in fields]
    held: dict[str, dict[str, Value]] = {}
    for start in range(0, len(lead_ids), IDS_A_CALL):
        ids = list(lead_ids[start : start + IDS_A_CALL])
        asked = {"ids": ids, "fields": ["Id", *names]}
        path = f"{API}/composite/sobjects/Lead"
        answer = http.call("POST", path, repeatable=True, json_body=asked).json()
        # In the order asked for; null where there is no such lead.
        for lead_id, row in zip(ids, answer, strict=True):
            if row is not None:
                held[lead_id] = {name: row.get(name) for name in names}
    return held


def write(http: Http, values: Mapping[str, Mapping[str, Value]]) -> list[Written]:
    """Set fields; a value set twice is set once, so the call may be repeated."""
    records = [
        {"attributes": {"type": "Lead"}, "id": lead_id, **fields}
        for lead_id, fields in values.items()
    ]
    asked = {"allOrNone": False, "records": records}
    path = f"{API}/composite/sobjects"
    answer = http.call("PATCH", path, repeatable=True, json_body=asked).json()
    if not isinstance(answer, list) or len(answer) != len(records):
        raise CrmError(
            f"PATCH {path}: the answer is not one result for each record.", code="crm_answer"
        )
    return [
        Written(lead_id, "" if result.get("success") else _fault(result))
        for lead_id, result in zip(values, answer, strict=True)
    ]


def _fault(result: Mapping[str, Any]) -> str:
    """Return codes and fields; the messages of validation rules may repeat a lead's values."""
    errors = result.get("errors") or [{}]
    return "; ".join(
        " ".join([str(e.get("statusCode", "refused")), *map(str, e.get("fields", ()))])
        for e in errors
    )


def missing(http: Http, fields: Sequence[Field]) -> list[str]:
    """Return the names of the fields that are not there, or that the user may not see."""
    there = described(http, "Lead")
    return [field.name for field in fields if field.name not in there]


def create_fields(http: Http, fields: Sequence[Field]) -> list[str]:
    """Create missing fields, and a permission set of them that is given to this user."""
    absent = set(missing(http, fields))
    made = [field for field in fields if field.name in absent]
    for field in made:
        metadata = {"label": field.label, **_METADATA[field.kind]}
        http.call(
            "POST",
            f"{API}/tooling/sobjects/CustomField",
            repeatable=False,
            json_body={"FullName": f"Lead.{field.name}", "Metadata": metadata},
        )
    if made:
        _give(http, made)
    return [field.name for field in made]


def _give(http: Http, fields: Sequence[Field]) -> None:
    """Let this user read and edit new fields: Salesforce hides them from everybody at first."""
    set_id = _only(http, f"SELECT Id FROM PermissionSet WHERE Name = '{PERMISSION_SET}'")  # noqa: S608
    if not set_id:
        set_id = _create(http, "PermissionSet", {"Name": PERMISSION_SET, "Label": PERMISSION_SET})
        user = http.call("GET", "/services/oauth2/userinfo", repeatable=True).record()["user_id"]
        _create(http, "PermissionSetAssignment", {"PermissionSetId": set_id, "AssigneeId": user})
    for field in fields:
        right = {"SobjectType": "Lead", "Field": f"Lead.{field.name}"}
        may = {"PermissionsRead": True, "PermissionsEdit": True}
        _create(http, "FieldPermissions", {"ParentId": set_id, **right, **may})


def _only(http: Http, soql: str) -> str:
    answer = http.call("GET", f"{API}/query", repeatable=True, params={"q": soql}).record()
    records = answer.get("records", [])
    return str(records[0]["Id"]) if records else ""


def _create(http: Http, name: str, values: Mapping[str, Value]) -> str:
    answer = http.call(
        "POST", f"{API}/sobjects/{name}", repeatable=False, json_body=dict(values)
    ).record()
    return str(answer.get("id", ""))
