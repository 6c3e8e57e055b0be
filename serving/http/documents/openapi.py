"""The addresses, described as OpenAPI 3.0.3 and Swagger 2.0, for CRMs to import.

Built by hand from tables: no anyOf, no free-form maps, no null types. The attributes of a lead are
those of the loaded model.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from serving.http.documents.schemas import Described, Field, Schema, schemas
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
PLAIN = Described()
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
        "post",
        "/v1/feedback",
        "addFeedback",
        "Say whether a decision was right",
        "FeedbackKept",
        "LeadFeedback",
    ),
    Operation(
        "post",
        "/v1/overrides",
        "overrideDecision",
        "Decide instead of the policy",
        "OverrideKept",
        "LeadOverride",
    ),
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

    def header(self, name: str, description: str) -> Json:
        """Return a header of an answer, a number."""
        number: Json = {"type": "integer"}
        of_version = number if self.version == 2 else {"schema": number}
        return {name: {"description": description, **of_version}}

    def parameter(
        self, name: str, place: str, description: str, enum: tuple[str, ...] = ()
    ) -> Json:
        """Return a parameter in path or query, which is required, or one that may be left out."""
        text: Json = {"type": "string", **({"enum": list(enum)} if enum else {})}
        head = {"name": name, "in": place, "required": place != "header" and not enum}
        return {
            **head,
            **(text if self.version == 2 else {"schema": text}),
            "description": description,
        }


_OPENAPI = _Dialect("#/components/schemas/", "nullable", 3)
_SWAGGER = _Dialect("#/definitions/", "x-nullable", 2)


def openapi(of: Described = PLAIN) -> Json:
    """Return the OpenAPI 3.0.3 document, JSON values."""
    document = {
        "openapi": "3.0.3",
        "info": _INFO,
        **({"servers": [{"url": of.server}]} if of.server else {}),
        "paths": _paths(_OPENAPI),
        "components": {
            "schemas": _rendered(schemas(of), _OPENAPI),
            "securitySchemes": {"key": _KEY},
        },
        "security": _SECURITY,
    }
    return _versioned(document)


def swagger(of: Described = PLAIN) -> Json:
    """Return the Swagger 2.0 document, JSON values."""
    address = urlsplit(of.server)
    place = {"host": address.netloc, "schemes": [address.scheme], "basePath": address.path or "/"}
    document = {
        "swagger": "2.0",
        "info": _INFO,
        **(place if of.server else {}),
        "consumes": [_JSON],
        "produces": [_JSON, MEDIA_TYPE],
        "paths": _paths(_SWAGGER),
        "definitions": _rendered(schemas(of), _SWAGGER),
        "securityDefinitions": {"key": _KEY},
        "security": _SECURITY,
    }
    return _versioned(document)


def _versioned(document: Json) -> Json:
    """Name the version of a document by what it says: it changes with the model's fields."""
    text = json.dumps(document, sort_keys=True).encode()
    version = f"{_INFO['version']}+{hashlib.sha256(text).hexdigest()[:12]}"
    return {**document, "info": {**_INFO, "version": version}}


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
    later = {**bad, "headers": dialect.header("Retry-After", "Seconds after which to ask again.")}
    busy = {
        "429": {**later, "description": "Too many requests with this key"},
        "503": {**later, "description": "Not now: no model, or the store is away or busy"},
    }
    call: Json = {"responses": {"200": good, **busy, "default": bad}}
    parameters: list[Json] = []
    if "{lead_id}" in operation.path:
        parameters.append(dialect.parameter("lead_id", "path", "The lead's id in the CRM."))
    if operation.path == "/v1/leads":
        parameters.append(dialect.parameter("id", "query", "The lead's id in the CRM."))
    if operation.request:
        what = "The same call, sent again, is answered as before; another one is 422."
        parameters.append(dialect.parameter("Idempotency-Key", "header", what))
    if operation.request in ("Lead", "Leads"):
        what = "10: also against_1 to against_5, the strongest reasons against the lead."
        parameters.append(dialect.parameter("reasons", "query", what, enum=("5", "10")))
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
        if field.enum:
            type_["enum"] = list(field.enum)
        if field.example is not None:
            type_["example"] = field.example
        if field.nullable:
            type_[dialect.nullable] = True
    return type_


def _type(name: str, dialect: _Dialect) -> Json:
    if name == "date-time":
        return {"type": "string", "format": "date-time"}
    return {"$ref": f"{dialect.root}{name}"} if name[0].isupper() else {"type": name}
