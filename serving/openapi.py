"""The OpenAPI 3.0.3 document, flat and fully typed, so that CRMs can import it.

Built by hand from tables: no anyOf, no free-form maps, no nested anonymous objects, which
Salesforce and Power Platform refuse. The attributes of a lead are those of the loaded model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from serving.problems import MEDIA_TYPE
from serving.wire import MAX_LEADS

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One property of a schema; `type` is a JSON type, ``date-time``, or the name of a schema."""

    name: str
    type: str
    description: str
    nullable: bool = False
    many: bool = False


_LEAD = (
    Field("lead_id", "string", "The lead's id in the CRM."),
    Field("created_at", "date-time", "When the lead was created; left out: at as_of."),
    Field("as_of", "date-time", "The instant to score at; left out: now."),
    Field("activities", "Activity", "What happened to the lead, known at as_of.", many=True),
    Field("others", "Other", "All other leads of its account, where they are known.", many=True),
)
_OTHER = (
    Field("lead_id", "string", "The other lead's id in the CRM."),
    Field("created_at", "date-time", "When it was created."),
    Field("outcome", "string", "won or lost; empty while it is open."),
    Field("closed_at", "date-time", "When it was won or lost."),
    Field("recorded_at", "date-time", "When that became known; left out: at closed_at."),
    Field("activities", "Activity", "What happened to it, known at as_of.", many=True),
)
_ACTIVITY = (
    Field("type", "string", "What happened, for example pricing_view."),
    Field("occurred_at", "date-time", "When it happened."),
    Field("recorded_at", "date-time", "When it became known; left out: when it happened."),
    Field("value", "number", "A size, for example pages viewed."),
    Field("channel", "string", "Where, for example email."),
    Field("content", "string", "What of, for example the page."),
    Field("activity_id", "string", "The activity's id in the CRM."),
)
ANSWER = (
    Field("lead_id", "string", "As sent."),
    Field("as_of", "date-time", "The instant scored at, UTC."),
    Field("readiness", "number", "Probability of a win within the horizon.", nullable=True),
    Field("readiness_low", "number", "Lower end of its 90 % interval.", nullable=True),
    Field("readiness_high", "number", "Upper end of its 90 % interval.", nullable=True),
    Field("grade", "string", "A to D, pinned to bands of readiness."),
    Field("stage", "string", "interest, consideration or purchase."),
    Field("decision", "string", "hand_off, nurture, recycle, disqualify or review."),
    Field("threshold", "number", "The readiness from which leads are handed off.", nullable=True),
    Field("propensity", "number", "Probability with which this decision was taken.", nullable=True),
    Field("explored", "boolean", "Whether the decision was taken to learn from it."),
    *(
        Field(f"reason_{i}", "string", f"Reason {i} for the readiness, or empty.")
        for i in range(1, 6)
    ),
    Field("model_version", "string", "The version that answered."),
    Field("warnings", "string", "What to look into, separated by semicolons, or empty."),
)
_REQUEST_ID = Field("request_id", "string", "Names this request in logs and questions.")
_FAULT = (
    Field("code", "string", "Stable name of the fault; empty when there is none."),
    Field("detail", "string", "The fault in one sentence."),
    Field("field", "string", "The field at fault; empty when none is."),
)
_PROBLEM = (
    Field("type", "string", "about:blank"),
    Field("title", "string", "The status in words."),
    Field("status", "integer", "The HTTP status."),
    *_FAULT,
    _REQUEST_ID,
)
_METRICS = (
    "log_loss",
    "auc",
    "brier",
    "lift_10",
    "precision_at_capacity",
    "calibration_slope",
    "calibration_in_the_large",
)
_METRIC = (
    Field("value", "number", "On the test window of the evaluation fit.", nullable=True),
    Field("low", "number", "Lower end of its 90 % interval.", nullable=True),
    Field("high", "number", "Upper end of its 90 % interval.", nullable=True),
    Field("baseline", "number", "The same for the base rate.", nullable=True),
)
_MODEL = (
    Field("model", "string", "The registered model."),
    Field("version", "string", "The version that answers."),
    Field("created", "date-time", "When it was trained."),
    Field("horizon_days", "number", "Days within which a win counts.", nullable=True),
    Field("data_from", "date-time", "Begin of its data.", nullable=True),
    Field("data_until", "date-time", "End of its data.", nullable=True),
    Field("metrics", "Metrics", "How good it was on leads it had not seen."),
    Field("features", "string", "What it looks at.", many=True),
)


def document(attributes: Mapping[str, str] | None = None) -> Schema:
    """Return the OpenAPI document.

    Parameters
    ----------
    attributes
        JSON type of each attribute of a lead that the model knows, by its name in the export.

    Returns
    -------
    dict
        JSON values.
    """
    named = {field.name for field in _LEAD}
    lead = [
        *_LEAD,
        *(
            Field(name, kind, "An attribute by its name in the export.", nullable=True)
            for name, kind in sorted((attributes or {}).items())
            if name not in named
        ),
    ]
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "leadgate",
            "version": "1",
            "description": "Who is ready to buy, and who goes to sales now.",
        },
        "paths": {
            "/v1/score": {"post": _post("scoreLead", "Score one lead", "Lead", "Answer")},
            "/v1/score/batch": {
                "post": _post("scoreLeads", f"Score up to {MAX_LEADS} leads", "Leads", "Answers")
            },
            "/v1/model": {"get": _operation("getModel", "The model that answers", "Model")},
        },
        "components": {
            "schemas": _schemas(lead),
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-API-Key"}},
        },
        "security": [{"key": []}],
    }


def _schemas(lead: Sequence[Field]) -> Schema:
    results = Field("results", "Result", "One for each lead, in the order sent.", many=True)
    status = Field("status", "integer", "200, or 400 with code, detail and field.")
    return {
        "Lead": _object(lead, required=["lead_id"]),
        "Activity": _object(_ACTIVITY, required=["type", "occurred_at"]),
        "Other": _object(_OTHER, required=["lead_id", "created_at"]),
        "Answer": _object([*ANSWER, _REQUEST_ID]),
        "Leads": _object(
            [Field("leads", "Lead", "The leads to score.", many=True)], required=["leads"]
        ),
        "Answers": _object([results, _REQUEST_ID]),
        "Result": _object([status, *ANSWER, *_FAULT]),
        "Model": _object(_MODEL),
        "Metrics": _object([Field(name, "Metric", name) for name in _METRICS]),
        "Metric": _object(_METRIC),
        "Problem": _object(_PROBLEM),
    }


def _object(fields: Sequence[Field], required: Sequence[str] = ()) -> Schema:
    schema: Schema = {"type": "object", "properties": {f.name: _property(f) for f in fields}}
    return {**schema, "required": list(required)} if required else schema


def _property(field: Field) -> Schema:
    if field.many:
        return {
            "type": "array",
            "description": field.description,
            "items": _type(field.type),
        }
    if field.type[0].isupper():
        # Beside a reference nothing else is allowed.
        return _type(field.type)
    schema = {**_type(field.type), "description": field.description}
    return {**schema, "nullable": True} if field.nullable else schema


def _type(name: str) -> Schema:
    if name == "date-time":
        return {"type": "string", "format": "date-time"}
    return {"$ref": f"#/components/schemas/{name}"} if name[0].isupper() else {"type": name}


def _post(name: str, summary: str, request: str, response: str) -> Schema:
    body = {"required": True, "content": {"application/json": {"schema": _type(request)}}}
    return {**_operation(name, summary, response), "requestBody": body}


def _operation(name: str, summary: str, response: str) -> Schema:
    def answer(description: str, media_type: str, schema: str) -> Schema:
        return {"description": description, "content": {media_type: {"schema": _type(schema)}}}

    return {
        "operationId": name,
        "summary": summary,
        "responses": {
            "200": answer(summary, "application/json", response),
            "default": answer("What went wrong", MEDIA_TYPE, "Problem"),
        },
    }
