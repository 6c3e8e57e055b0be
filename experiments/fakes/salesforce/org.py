"""An org: its objects, its log-in, its quota, and what it does when a record is written."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from experiments.fakes.salesforce.records import Object, Record, text_of

CLIENT = ("client", "not-a-secret")
DAILY_CALLS = 100_000
_KINDS = {"Number": "double", "DateTime": "datetime", "LongTextArea": "textarea"}
_ORGANIZATION = {
    "Id": "string",
    "Name": "string",
    "IsSandbox": "boolean",
    "OrganizationType": "string",
}


@dataclass
class Org:
    """A Salesforce org.

    Attributes
    ----------
    objects
        By name.
    now
        Its clock.
    name, sandbox
        What it is called, and whether nobody works in it.
    calls_a_token
        After so many calls a token has run out.
    """

    objects: dict[str, Object]
    now: Callable[[], datetime]
    name: str = "Example"
    sandbox: bool = False
    calls_a_token: int = 1_000_000
    calls: int = 0
    _token: str = ""
    _left: int = 0
    extra: dict[str, Object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        stamp = text_of(self.now())
        organization = Object(dict(_ORGANIZATION) | {"SystemModstamp": "datetime"})
        organization.put(
            {
                "Id": "00D000000000001AAA",
                "Name": self.name,
                "IsSandbox": self.sandbox,
                "OrganizationType": "Enterprise Edition",
                "SystemModstamp": stamp,
            }
        )
        self.extra = {"Organization": organization} | {
            name: Object(dict.fromkeys(fields, "string") | {"SystemModstamp": "datetime"})
            for name, fields in {
                "PermissionSet": ["Id", "Name", "Label"],
                "PermissionSetAssignment": ["Id", "PermissionSetId", "AssigneeId"],
                "FieldPermissions": ["Id", "ParentId", "Field"],
            }.items()
        }

    @property
    def all_objects(self) -> Mapping[str, Object]:
        """The firm's objects, and those of Salesforce itself."""
        return {**self.objects, **self.extra}

    def log_in(self, client_id: str, client_secret: str) -> str | None:
        """Return a token; None for a log-in that is wrong."""
        if (client_id, client_secret) != CLIENT:
            return None
        self._token, self._left = secrets.token_hex(8), self.calls_a_token
        return self._token

    def admits(self, token: str) -> bool:
        """Whether a call may go on; it counts against the quota."""
        if not self._token or token != self._token or self._left <= 0:
            return False
        self._left -= 1
        self.calls += 1
        return True

    def update(self, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Set fields of one lead; return the errors, none where it was kept."""
        leads = self.objects["Lead"]
        record = leads.of_id(str(values.get("id", "")))
        fields = {k: v for k, v in values.items() if k not in ("id", "attributes")}
        if record is None:
            return [_error("INVALID_CROSS_REFERENCE_KEY", ["Id"])]
        if record.get("IsDeleted"):
            return [_error("ENTITY_IS_DELETED", [])]
        if record.get("IsConverted"):
            return [_error("CANNOT_UPDATE_CONVERTED_LEAD", [])]
        unknown = [name for name in fields if name not in leads.visible()]
        if unknown:
            return [_error("INVALID_FIELD", unknown)]
        locked = [name for name in fields if name in leads.locked]
        if locked:
            return [_error("INVALID_FIELD_FOR_INSERT_UPDATE", locked)]
        for rule in leads.rules:
            broken = rule({**record, **fields})
            if broken is not None:
                return [_error(*broken)]
        stamp = text_of(self.now())
        leads.put(
            {"Id": record["Id"], **fields, "SystemModstamp": stamp, "LastModifiedDate": stamp}
        )
        return []

    def add_field(self, full_name: str, kind: str) -> bool:
        """Create a custom field of the lead, hidden at first; False where it is there already."""
        name = full_name.removeprefix("Lead.")
        leads = self.objects["Lead"]
        if name in leads.kinds:
            return False
        leads.kinds[name] = _KINDS.get(kind, "string")
        leads.hidden.add(name)
        return True

    def create(self, name: str, values: Mapping[str, Any]) -> Record | None:
        """Create a record of Salesforce's own objects, None for a second one of the same.

        A permission shows its field.
        """
        held = self.extra[name]
        if any(values.items() <= row.items() for row in held.records.values()):
            return None
        record = {
            **values,
            "Id": f"0PS{len(held.records):012d}AAA",
            "SystemModstamp": text_of(self.now()),
        }
        held.put(record)
        if name == "FieldPermissions":
            self.objects["Lead"].hidden.discard(str(values["Field"]).removeprefix("Lead."))
        return record


def _error(code: str, fields: list[str]) -> dict[str, Any]:
    return {"statusCode": code, "message": "in the org's own words", "fields": fields}
