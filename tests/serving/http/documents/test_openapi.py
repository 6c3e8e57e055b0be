import json
import re

import pytest

from serving.http.app import build
from serving.http.documents.openapi import openapi, swagger
from serving.http.documents.schemas import Described
from serving.models.active_model import ActiveModel
from serving.scoring.answer import COLUMNS, columns_of

ATTRIBUTES = {"Employees": "number", "Source": "string", "created_at": "string"}
DOCUMENT, OLDER = openapi(Described(ATTRIBUTES)), swagger(Described(ATTRIBUTES))
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
    assert [name for name in properties("Answer") if name in COLUMNS] == list(COLUMNS)
    both = openapi(Described(ATTRIBUTES, arms=True))["components"]["schemas"]["Answer"][
        "properties"
    ]
    assert [name for name in both if name in columns_of(arms=True)] == list(columns_of(arms=True))
    of_one = [name for name in properties("Answer") if name != "request_id"]
    assert list(properties("Result")) == ["status", *of_one, "code", "detail", "field"]


def test_answers_of_a_real_model_match_their_schema(bundle, client_of):
    from serving.scoring.scorer import Scorer

    client = client_of(lambda: Scorer.load(bundle))
    python_types = {"string": str, "number": float, "boolean": bool, "integer": int}
    lead = {"lead_id": "1", "CreatedDate": "2026-01-01T00:00:00Z", "Employees": 25}
    asked = client.call("POST", "/v1/score", json.dumps(lead).encode(), query="reasons=10").json()
    assert asked.keys() - client.post("/v1/score", lead).json().keys() == {
        f"against_{i}{size}" for i in range(1, 6) for size in ("", "_log_odds", "_odds_percent")
    }
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


def test_the_version_changes_with_the_fields_and_is_the_etag(client_of):
    client = client_of()
    first = client.get("/openapi.json")
    version = first.json()["info"]["version"]
    assert first.headers["etag"] == f'"{version}"'
    again = client.get("/openapi.json", **{"if-none-match": first.headers["etag"]})
    assert (again.status, again.content) == (304, b"")
    assert client.get("/swagger.json", **{"if-none-match": first.headers["etag"]}).status == 200
    others = {
        openapi(Described({"Other": "string"}))["info"]["version"],
        openapi()["info"]["version"],
    }
    assert len({version, *others}) == 3


def test_the_documents_say_where_the_service_is():
    of = Described(server="https://leads.example.com/gate")
    assert openapi(of)["servers"] == [{"url": "https://leads.example.com/gate"}]
    older = swagger(of)
    assert (older["host"], older["basePath"]) == ("leads.example.com", "/gate")
    assert older["schemes"] == ["https"]
    assert "servers" not in DOCUMENT
    assert "host" not in OLDER


def test_the_address_is_that_of_the_socket_and_not_of_the_host_header(client_of):
    document = client_of().get("/openapi.json", host="evil.example").json()
    assert document["servers"] == [{"url": "http://127.0.0.1:3000"}]


def test_what_asks_to_come_again_says_when():
    for document in (DOCUMENT, OLDER):
        for item in document["paths"].values():
            for call in item.values():
                for status in ("429", "503"):
                    assert "Retry-After" in call["responses"][status]["headers"]


def test_words_are_listed_and_fields_have_examples():
    document = openapi(
        Described({"Size": "number"}, example={"Size": 25.0}, outcomes=("Closed Won",))
    )
    schemas = document["components"]["schemas"]
    assert schemas["Lead"]["properties"]["Size"]["example"] == 25.0
    outcome = schemas["Outcome"]["properties"]["outcome"]["enum"]
    assert outcome == ["won", "lost", "open", "Closed Won"]
    assert "hand_off" in schemas["Answer"]["properties"]["decision"]["enum"]
    assert "" in schemas["Answer"]["properties"]["grade"]["enum"]


def test_the_example_of_a_real_model_is_answered_with_a_readiness(bundle, client_of):
    from serving.scoring.scorer import Scorer

    scorer = Scorer.load(bundle)
    answer = client_of(lambda: scorer).post("/v1/score", scorer.example).json()
    assert 0 < answer["readiness"] < 1
    assert answer["warnings"] == ""
    lead = client_of(lambda: scorer).get("/openapi.json").json()["components"]["schemas"]["Lead"]
    examples = {k: p["example"] for k, p in lead["properties"].items() if "example" in p}
    assert examples == scorer.example
