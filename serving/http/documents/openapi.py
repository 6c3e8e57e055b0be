"""The addresses, described as OpenAPI 3.0.3 and Swagger 2.0, for CRMs to import.

Built by hand from tables: no anyOf, no free-form maps, no null types. The attributes of a lead are
those of the loaded model.
"""

from __future__ import annotations

from collections.abc import Mapping
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


OPERATIONS = (
    Operation("post", "/v1/score", "scoreLead", "Score one lead", "Answer", "Lead"),
    Operation(
        "post",
        "/v1/score/batch",
        "scoreLeads",
        f"Score up to {MAX_LEADS} leads",
        "Answers",
        "Leads",
    ),
    Operation(
        "post", "/v1/activities", "addActivities", "Report activities", "Receipts", "Activities"
    ),
    Operation("post", "/v1/outcomes", "addOutcomes", "Report outcomes", "Receipts", "Outcomes"),
    Operation(
        "get", "/v1/leads/{lead_id}", "getLead", "The decisions about a lead", "LeadDecisions"
    ),
    Operation("delete", "/v1/leads/{lead_id}", "eraseLead", "Erase a lead", "Erased"),
    Operation(
        "get", "/v1/leads", "getLeadById", "The decisions about a lead of any id", "LeadDecisions"
    ),
    Operation("delete", "/v1/leads", "eraseLeadById", "Erase a lead of any id", "Erased"),
    Operation("get", "/v1/model", "getModel", "The model that answers", "Model"),
)


@dataclass(frozen=True, slots=True)
class _Dialect:
    """How a version of the specification writes references, missing values and bodies."""

    root: str
    nullable: str
    version: int

    def schema(self, name: str) -> Json:
        """Return a reference to a schema; nothing for ""."""
        return {"schema": {"$ref": f"{self.root}{name}"}} if name else {}

    def content(self, schema: str, media_type: str = _JSON) -> Json:
        """Return the body of an answer; nothing for ""."""
        if self.version == 2 or not schema:
            return self.schema(schema)
        return {"content": {media_type: self.schema(schema)}}

    def parameter(self, name: str, place: str, description: str) -> Json:
        """Return a parameter in path or query, which is required, or in a header."""
        text: Json = {"type": "string"}
        head = {"name": name, "in": place, "required": place != "header"}
        return {
            **head,
            **(text if self.version == 2 else {"schema": text}),
            "description": description,
        }


_OPENAPI = _Dialect("#/components/schemas/", "nullable", 3)
_SWAGGER = _Dialect("#/definitions/", "x-nullable", 2)


def openapi(attributes: Mapping[str, str] | None = None, *, arms: bool = False) -> Json:
    """Return the OpenAPI 3.0.3 document, JSON values; parameters as in `schemas`."""
    return {
        "openapi": "3.0.3",
        "info": _INFO,
        "paths": _paths(_OPENAPI),
        "components": {
            "schemas": _rendered(schemas(attributes, arms=arms), _OPENAPI),
            "securitySchemes": {"key": _KEY},
        },
        "security": _SECURITY,
    }


def swagger(attributes: Mapping[str, str] | None = None, *, arms: bool = False) -> Json:
    """Return the Swagger 2.0 document, JSON values; parameters as in `schemas`."""
    return {
        "swagger": "2.0",
        "info": _INFO,
        "consumes": [_JSON],
        "produces": [_JSON, MEDIA_TYPE],
        "paths": _paths(_SWAGGER),
        "definitions": _rendered(schemas(attributes, arms=arms), _SWAGGER),
        "securityDefinitions": {"key": _KEY},
        "security": _SECURITY,
    }


def _paths(dialect: _Dialect) -> Json:
    paths: Json = {}
    for operation in OPERATIONS:
        call = {"operationId": operation.name, "summary": operation.summary}
        call |= _call(operation, dialect)
        paths.setdefault(operation.path, {})[operation.method] = call
    return paths


def _call(operation: Operation, dialect: _Dialect) -> Json:
    good = {"description": operation.summary, **dialect.content(operation.response)}
    bad = {"description": "What went wrong", **dialect.content("Problem", MEDIA_TYPE)}
    call: Json = {"responses": {"200": good, "default": bad}}
    parameters: list[Json] = []
    if "{lead_id}" in operation.path:
        parameters.append(dialect.parameter("lead_id", "path", "The lead's id in the CRM."))
    if operation.path == "/v1/leads":
        parameters.append(dialect.parameter("id", "query", "The lead's id in the CRM."))
    if operation.request:
        what = "The same call, sent again, is answered as before; another one is 422."
        parameters.append(dialect.parameter("Idempotency-Key", "header", what))
    if operation.request and dialect.version == 3:
        call["requestBody"] = {"required": True, **dialect.content(operation.request)}
    elif operation.request:
        body = {"name": "body", "in": "body", "required": True}
        parameters.append({**body, **dialect.schema(operation.request)})
    return {**call, "parameters": parameters} if parameters else call


def _rendered(named: Mapping[str, Schema], dialect: _Dialect) -> Json:
    return {name: _object(schema, dialect) for name, schema in named.items()}


def _object(schema: Schema, dialect: _Dialect) -> Json:
    properties = {field.name: _property(field, dialect) for field in schema.fields}
    rendered: Json = {"type": "object", "properties": properties}
    return {**rendered, "required": list(schema.required)} if schema.required else rendered


def _property(field: Field, dialect: _Dialect) -> Json:
    type_ = _type(field.type, dialect)
    if field.many:
        return {"type": "array", "description": field.description, "items": type_}
    # Beside a reference nothing else is allowed.
    if "$ref" not in type_:
        type_["description"] = field.description
        if field.nullable:
            type_[dialect.nullable] = True
    return type_


def _type(name: str, dialect: _Dialect) -> Json:
    if name == "date-time":
        return {"type": "string", "format": "date-time"}
    return {"$ref": f"{dialect.root}{name}"} if name[0].isupper() else {"type": name}
