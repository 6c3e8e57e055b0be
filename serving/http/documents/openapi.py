"""The addresses, described as OpenAPI 3.0.3 and Swagger 2.0, for CRMs to import.

Built by hand from tables: no anyOf, no free-form maps, no null types. The attributes of a lead are
those of the loaded model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from serving.http.documents.schemas import Field, Schema, schemas
from serving.http.requests import MAX_LEADS
from serving.problems import MEDIA_TYPE

Json = dict[str, Any]

_JSON = "application/json"
_INFO = {
    "title": "leadgate",
    "version": "1",
    "description": "Who is ready to buy, and who goes to sales now.",
}
_KEY = {"type": "apiKey", "in": "header", "name": "X-API-Key"}
_SECURITY: list[dict[str, list[str]]] = [{"key": []}]


@dataclass(frozen=True, slots=True)
class Operation:
    """One call: its name, what it takes, what it answers; "" for nothing."""

    method: str
    path: str
    name: str
    summary: str
    response: str
    request: str = ""
    repeatable: bool = False


OPERATIONS = (
    Operation("post", "/v1/score", "scoreLead", "Score one lead", "Answer", "Lead", True),
    Operation(
        "post",
        "/v1/score/batch",
        "scoreLeads",
        f"Score up to {MAX_LEADS} leads",
        "Answers",
        "Leads",
        True,
    ),
    Operation(
        "post", "/v1/activities", "addActivities", "Report activities", "Receipts", "Activities"
    ),
    Operation("post", "/v1/outcomes", "addOutcomes", "Report outcomes", "Receipts", "Outcomes"),
    Operation(
        "get", "/v1/leads/{lead_id}", "getLead", "The decisions about a lead", "LeadDecisions"
    ),
    Operation("delete", "/v1/leads/{lead_id}", "eraseLead", "Erase a lead", ""),
    Operation("get", "/v1/model", "getModel", "The model that answers", "Model"),
)


def openapi(attributes: Mapping[str, str] | None = None) -> Json:
    """Return the OpenAPI 3.0.3 document, JSON values; `attributes` as in `schemas`."""
    root = "#/components/schemas/"
    return {
        "openapi": "3.0.3",
        "info": _INFO,
        "paths": _paths(_operation_3),
        "components": {
            "schemas": _rendered(attributes, root, "nullable"),
            "securitySchemes": {"key": _KEY},
        },
        "security": _SECURITY,
    }


def swagger(attributes: Mapping[str, str] | None = None) -> Json:
    """Return the Swagger 2.0 document, JSON values; `attributes` as in `schemas`."""
    return {
        "swagger": "2.0",
        "info": _INFO,
        "consumes": [_JSON],
        "produces": [_JSON, MEDIA_TYPE],
        "paths": _paths(_operation_2),
        "definitions": _rendered(attributes, "#/definitions/", "x-nullable"),
        "securityDefinitions": {"key": _KEY},
        "security": _SECURITY,
    }


def _paths(render: Callable[[Operation], Json]) -> Json:
    paths: Json = {}
    for operation in OPERATIONS:
        call = {"operationId": operation.name, "summary": operation.summary, **render(operation)}
        paths.setdefault(operation.path, {})[operation.method] = call
    return paths


def _operation_3(operation: Operation) -> Json:
    def content(media_type: str, schema: str) -> Json:
        return {media_type: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}

    good: Json = {"description": operation.summary}
    if operation.response:
        good["content"] = content(_JSON, operation.response)
    bad = {"description": "What went wrong", "content": content(MEDIA_TYPE, "Problem")}
    call: Json = {"responses": {_status(operation): good, "default": bad}}
    parameters = [
        {"name": name, "in": place, "required": needed, "schema": {"type": "string"}, **more}
        for name, place, needed, more in _parameters(operation)
    ]
    if parameters:
        call["parameters"] = parameters
    if operation.request:
        call["requestBody"] = {"required": True, "content": content(_JSON, operation.request)}
    return call


def _operation_2(operation: Operation) -> Json:
    def schema(name: str) -> Json:
        return {"schema": {"$ref": f"#/definitions/{name}"}} if name else {}

    good = {"description": operation.summary, **schema(operation.response)}
    bad = {"description": "What went wrong", **schema("Problem")}
    parameters = [
        {"name": name, "in": place, "required": needed, "type": "string", **more}
        for name, place, needed, more in _parameters(operation)
    ]
    if operation.request:
        body = {"name": "body", "in": "body", "required": True, **schema(operation.request)}
        parameters.append(body)
    call: Json = {"responses": {_status(operation): good, "default": bad}}
    return {**call, "parameters": parameters} if parameters else call


def _status(operation: Operation) -> str:
    return "200" if operation.response else "204"


def _parameters(operation: Operation) -> list[tuple[str, str, bool, Json]]:
    """Return name, place, whether it is needed, and description of the parameters of a call."""
    parameters: list[tuple[str, str, bool, Json]] = []
    if "{lead_id}" in operation.path:
        parameters.append(("lead_id", "path", True, {"description": "The lead's id in the CRM."}))
    if operation.repeatable:
        what = "Repeated, it gets the answer that it got before."
        parameters.append(("Idempotency-Key", "header", False, {"description": what}))
    return parameters


def _rendered(attributes: Mapping[str, str] | None, root: str, nullable: str) -> Json:
    return {name: _object(s, root, nullable) for name, s in schemas(attributes).items()}


def _object(schema: Schema, root: str, nullable: str) -> Json:
    properties = {field.name: _property(field, root, nullable) for field in schema.fields}
    rendered: Json = {"type": "object", "properties": properties}
    return {**rendered, "required": list(schema.required)} if schema.required else rendered


def _property(field: Field, root: str, nullable: str) -> Json:
    if field.many:
        return {
            "type": "array",
            "description": field.description,
            "items": _type(field.type, root),
        }
    if field.type[0].isupper():
        # Beside a reference nothing else is allowed.
        return _type(field.type, root)
    schema = {**_type(field.type, root), "description": field.description}
    return {**schema, nullable: True} if field.nullable else schema


def _type(name: str, root: str) -> Json:
    if name == "date-time":
        return {"type": "string", "format": "date-time"}
    return {"$ref": f"{root}{name}"} if name[0].isupper() else {"type": name}
