import json
import re

import pytest

from serving.http.app import build
from serving.http.documents.openapi import openapi, swagger
from serving.models.active_model import ActiveModel
from serving.scoring.answer import COLUMNS, columns_of

ATTRIBUTES = {"Employees": "number", "Source": "string", "created_at": "string"}
DOCUMENT, OLDER = openapi(ATTRIBUTES), swagger(ATTRIBUTES)
SCHEMAS = DOCUMENT["components"]["schemas"]


def properties(name):
    return SCHEMAS[name]["properties"]


def test_the_documents_are_without_what_crms_cannot_import():
    assert DOCUMENT["openapi"] == "3.0.3"
    assert OLDER["swagger"] == "2.0"
    for document in (DOCUMENT, OLDER):
        text = json.dumps(document)
        assert not re.search(r'"(anyOf|oneOf|allOf|additionalProperties|null)"', text)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_property_is_typed_and_flat(name):
    schema = SCHEMAS[name]
    assert schema["type"] == "object"
    assert schema["properties"]
    assert set(schema.get("required", ())) <= schema["properties"].keys()
    for kind in schema["properties"].values():
        item = kind.get("items", kind)
        assert ("$ref" in item) ^ (item.get("type") in {"string", "number", "integer", "boolean"})


def test_every_reference_leads_somewhere():
    references = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(DOCUMENT)))
    assert references == SCHEMAS.keys()
    references = set(re.findall(r'"#/definitions/(\w+)"', json.dumps(OLDER)))
    assert references == OLDER["definitions"].keys() == SCHEMAS.keys()


def test_both_documents_name_the_same_calls():
    def calls(document):
        return {
            (path, method, call["operationId"], *call["responses"])
            for path, item in document["paths"].items()
            for method, call in item.items()
        }

    assert calls(DOCUMENT) == calls(OLDER)


def test_answer_has_the_columns_of_an_answer():
    assert list(properties("Answer")) == [*COLUMNS, "request_id"]
    both = openapi(ATTRIBUTES, arms=True)["components"]["schemas"]["Answer"]["properties"]
    assert list(both) == [*columns_of(arms=True), "request_id"]
    assert list(properties("Result")) == ["status", *COLUMNS, "code", "detail", "field"]


def test_answers_of_a_real_model_match_their_schema(bundle, client_of):
    from serving.scoring.scorer import Scorer

    client = client_of(lambda: Scorer.load(bundle))
    python_types = {"string": str, "number": float, "boolean": bool, "integer": int}
    lead = {"lead_id": "1", "CreatedDate": "2026-01-01T00:00:00Z", "Employees": 25}
    for path, name, answer in (
        ("score", "Answer", client.post("/v1/score", lead)),
        ("model", "Model", client.get("/v1/model")),
        ("problem", "Problem", client.post("/v1/score", {})),
    ):
        content = answer.json()
        assert content.keys() == properties(name).keys(), path
        for field, kind in properties(name).items():
            if content[field] is not None and "type" in kind and kind["type"] in python_types:
                assert isinstance(content[field], python_types[kind["type"]]), field


def test_lead_has_the_attributes_of_the_model():
    lead = properties("Lead")
    assert lead["Employees"]["type"] == "number"
    assert lead["Source"]["type"] == "string"
    assert lead["created_at"]["format"] == "date-time"
    assert "Employees" not in openapi()["components"]["schemas"]["Lead"]["properties"]


def test_every_address_of_v1_is_described_and_named_once():
    addresses = {
        route.path for route in build(ActiveModel(None)).routes if route.path.startswith("/v1/")
    }
    assert DOCUMENT["paths"].keys() == addresses
    names = [call["operationId"] for item in DOCUMENT["paths"].values() for call in item.values()]
    assert len(set(names)) == len(names)


def test_document_says_where_the_key_goes():
    assert DOCUMENT["security"] == [{"key": []}]
    assert DOCUMENT["components"]["securitySchemes"]["key"]["name"] == "X-API-Key"
