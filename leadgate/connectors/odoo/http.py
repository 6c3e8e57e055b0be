"""Calls of Odoo's methods: a bearer key, named arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from leadgate.connectors.http import Answer, Http
from leadgate.connectors.odoo.config import API, CONTEXT, Settings
from leadgate.errors import CrmError


class Key:
    """The log-in of a user by an API key."""

    def __init__(self, settings: Settings) -> None:
        self._headers = {"Authorization": f"bearer {settings.key}"}
        if settings.database:
            self._headers["X-Odoo-Database"] = settings.database

    def headers(self) -> Mapping[str, str]:
        """Return the key, and the database where there are several."""
        return self._headers

    def renew(self) -> bool:
        """Return False: a key that is refused stays so."""
        return False


def called(
    http: Http,
    model: str,
    method: str,
    *,
    repeatable: bool = True,
    **arguments: Any,  # noqa: ANN401 - JSON values
) -> Answer:
    """Call a method of a model."""
    asked = {"context": CONTEXT, **arguments}
    return http.call("POST", f"{API}/{model}/{method}", repeatable=repeatable, json_body=asked)


def rows(
    http: Http, model: str, domain: Sequence[object], fields: Sequence[str], **more: object
) -> list[dict[str, Any]]:
    """Return the records of a model that a domain is true of, in the order of their ids.

    Each has all the fields that were asked for.

    Raises
    ------
    CrmError
        If the answer is no list of records.
    """
    arguments: dict[str, Any] = {
        "domain": list(domain),
        "fields": list(fields),
        "order": "id",
        **more,
    }
    answer = called(http, model, "search_read", **arguments)
    value = answer.json()
    if not isinstance(value, list) or not all(_is_record(row, fields) for row in value):
        raise unreadable(answer, "list of records")
    return value


def _is_record(row: object, fields: Sequence[str]) -> bool:
    return isinstance(row, dict) and type(row.get("id")) is int and set(fields) <= set(row)


def reference(value: object) -> int:
    """Return the id of a reference, [id, name]; 0 where it is none."""
    first = value[0] if isinstance(value, list) and value else value
    return first if type(first) is int else 0


def unreadable(answer: Answer, wanted: str) -> CrmError:
    """Return the error for an answer that is not what the documents say."""
    return CrmError(
        f"{answer.what}: the answer is no {wanted}.",
        code="crm_answer",
        hint="Check the address of Odoo; a proxy may answer instead.",
    )


def described(http: Http, model: str) -> dict[str, Mapping[str, Any]]:
    """Return what Odoo says of the fields of a model that the user may see, by name."""
    attributes = ["type", "relation", "store", "readonly"]
    answer = called(http, model, "fields_get", attributes=attributes)
    fields = answer.record()
    if not all(isinstance(f, dict) and isinstance(f.get("type"), str) for f in fields.values()):
        raise unreadable(answer, "description of fields")
    return fields
