"""Write fields of leads to Salesforce: 200 a call, each record kept or refused by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from leadgate.connectors.connector import Field, Value, Written
from leadgate.connectors.http import Http
from leadgate.connectors.salesforce.answers import name_of, records, results, unreadable
from leadgate.connectors.salesforce.config import API, FIELD, IDS_A_CALL, PERMISSION_SET
from leadgate.connectors.salesforce.read import described
from leadgate.errors import CrmError

_METADATA: Mapping[str, Mapping[str, Any]] = {
    "number": {"type": "Number", "precision": 7, "scale": 6},
    "text": {"type": "Text", "length": 255},
    "long_text": {"type": "LongTextArea", "length": 4_000, "visibleLines": 5},
    "time": {"type": "DateTime"},
}
# The types, as Salesforce describes them, that can hold each kind of values.
_KINDS: Mapping[str, tuple[str, ...]] = {
    "number": ("double",),
    "text": ("string", "picklist", "textarea"),
    "long_text": ("textarea", "string"),
    "time": ("datetime",),
}
_THERE = "DUPLICATE_DEVELOPER_NAME"


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
        answer = http.call("POST", path, repeatable=True, json_body=asked)
        # In the order asked for; null where there is no such lead.
        for lead_id, row in zip(ids, results(answer, len(ids)), strict=True):
            if row is not None:
                held[lead_id] = {name: row.get(name) for name in names}
    return held


def write(http: Http, values: Mapping[str, Mapping[str, Value]]) -> list[Written]:
    """Set fields; a value set twice is set once, so the call may be repeated."""
    leads = [
        {"attributes": {"type": "Lead"}, "id": lead_id, **fields}
        for lead_id, fields in values.items()
    ]
    asked = {"allOrNone": False, "records": leads}
    path = f"{API}/composite/sobjects"
    answer = http.call("PATCH", path, repeatable=True, json_body=asked)
    return [
        Written(lead_id, "" if result and result.get("success") is True else _fault(result or {}))
        for lead_id, result in zip(values, results(answer, len(values)), strict=True)
    ]


def _fault(result: Mapping[str, Any]) -> str:
    """Return codes and fields; the messages of validation rules may repeat a lead's values."""
    errors = result.get("errors")
    faults = [_fault_of(each) for each in errors] if isinstance(errors, list) else []
    return "; ".join(faults) or "refused"


def _fault_of(error: object) -> str:
    held = error if isinstance(error, dict) else {}
    fields = held.get("fields")
    names = [name_of(field) for field in fields] if isinstance(fields, list) else []
    return " ".join([name_of(held.get("statusCode")) or "refused", *filter(None, names)])


def missing(http: Http, fields: Sequence[Field]) -> list[str]:
    """Return the names of the fields that are not there, or that the user may not see.

    Raises
    ------
    CrmError
        ``wrong_kind``, if one of those that are there holds another kind of values.
    """
    there = described(http, "Lead")
    wrong = wrong_kinds(there, fields)
    if wrong:
        raise CrmError(
            f"Salesforce: {'; '.join(wrong)}.",
            code="wrong_kind",
            hint="Give the names of other fields under [crm.fields].",
        )
    return [field.name for field in fields if field.name not in there]


def wrong_kinds(there: Mapping[str, Mapping[str, Any]], fields: Sequence[Field]) -> list[str]:
    """Return a sentence for each field that cannot hold what it is for: 0.4 is no 40 percent."""
    return [
        f"{field.name} is of type {name_of(there[field.name]['type'])}, not {' or '.join(kinds)}"
        for field in fields
        for kinds in (_KINDS[field.kind],)
        if field.name in there and there[field.name]["type"] not in kinds
    ]


def create_fields(http: Http, fields: Sequence[Field], user: str) -> list[str]:
    """Create missing fields, and a permission set of them that is given to the user of that id.

    What an earlier call that was cut off has made already is not made again.
    """
    absent = set(missing(http, fields))
    made = [field for field in fields if field.name in absent]
    for field in made:
        metadata = {"label": field.label, **_METADATA[field.kind]}
        asked = {"FullName": f"Lead.{field.name}", "Metadata": metadata}
        try:
            path = f"{API}/tooling/sobjects/CustomField"
            http.call("POST", path, repeatable=True, json_body=asked)
        except CrmError as error:
            if _THERE not in error.message:
                raise
    if made:
        _give(http, made, user)
    return [field.name for field in made]


def _give(http: Http, fields: Sequence[Field], user: str) -> None:
    """Let a user read and edit new fields: Salesforce hides them from everybody at first."""
    sets = _values(http, "PermissionSet", "Id", Name=PERMISSION_SET)
    set_id = next(iter(sets), "") or _create(
        http, "PermissionSet", {"Name": PERMISSION_SET, "Label": PERMISSION_SET}
    )
    if user and user not in _values(
        http, "PermissionSetAssignment", "AssigneeId", PermissionSetId=set_id
    ):
        _create(http, "PermissionSetAssignment", {"PermissionSetId": set_id, "AssigneeId": user})
    given = _values(http, "FieldPermissions", "Field", ParentId=set_id)
    for field in fields:
        if f"Lead.{field.name}" not in given:
            right = {"SobjectType": "Lead", "Field": f"Lead.{field.name}"}
            may = {"PermissionsRead": True, "PermissionsEdit": True}
            _create(http, "FieldPermissions", {"ParentId": set_id, **right, **may})


def _values(http: Http, name: str, column: str, **where: str) -> list[str]:
    """Return a column of the records whose one field has a value."""
    ((field, value),) = where.items()
    soql = f"SELECT {column} FROM {name} WHERE {field} = '{value}'"  # noqa: S608 - SOQL only reads
    answer = http.call("GET", f"{API}/query", repeatable=True, params={"q": soql}).record()
    return [name_of(row.get(column)) for row in records(answer, name)]


def _create(http: Http, name: str, values: Mapping[str, Value]) -> str:
    answer = http.call("POST", f"{API}/sobjects/{name}", repeatable=False, json_body=dict(values))
    record_id = name_of(answer.record().get("id"))
    if not record_id:
        raise unreadable(answer.what, "the answer holds no id")
    return record_id
