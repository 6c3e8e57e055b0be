"""The calls that the CRM pages show are made, and answered as the pages say."""

import json
import re
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from prometheus_client import REGISTRY

from leadgate.config import Serving
from serving.auth.access import SCOPE_OF
from serving.http.documents.openapi import openapi
from serving.http.lead_routes import LeadRoutes
from serving.scoring.scorer import Scorer
from tests.serving.bundles import small_bundle

PAGES = Path(__file__).resolve().parents[3] / "docs" / "how-to"
# What the export of each CRM calls its columns: id, created, a text, another, a number.
COLUMNS = {
    "salesforce": ("Id", "CreatedDate", "LeadSource", "Industry", "NumberOfEmployees"),
    "hubspot": ("hs_object_id", "createdate", "hs_analytics_source", "industry", "numemployees"),
    "dynamics": ("leadid", "createdon", "leadsourcecode", "industrycode", "numberofemployees"),
}
CALL = re.compile(r"^```json (GET|POST|DELETE) (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ANSWER = re.compile(r"^```json 200\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def page(crm):
    return (PAGES / f"{crm}.md").read_text(encoding="utf-8")


def model_of(crm, folder):
    """A small model of an export of this CRM."""
    rng = np.random.default_rng(0)
    lead_id, created_at, source, industry, size = COLUMNS[crm]
    created = pd.date_range("2025-01-01", periods=200, freq="D", tz="UTC", unit="us")
    leads = pd.DataFrame({"lead_id": [f"L{i}" for i in range(200)], "created_at": created})
    sources = ["Web", "ORGANIC_SEARCH", "8"]
    industries = ["Education", "EDUCATION", "9"]
    leads[source], leads[industry] = rng.choice(sources, 200), rng.choice(industries, 200)
    leads[size] = rng.integers(1, 500, 200).astype(str)
    types = rng.choice(["webinar", "form_submission", "phonecall"], 200)
    activities = pd.DataFrame(
        {"lead_id": leads["lead_id"], "type": types, "occurred_at": created + pd.Timedelta(days=1)}
    )
    columns = {"lead_id": lead_id, "created_at": created_at}
    return small_bundle(folder / crm, leads, activities, columns)


@pytest.fixture
def client(request, client_of, availability, folder):
    path = model_of(request.param, folder)
    return client_of(lambda: Scorer.load(path), lead_routes=LeadRoutes(availability, folder))


crms = pytest.mark.parametrize(("crm", "client"), [(c, c) for c in COLUMNS], indirect=["client"])


@crms
def test_every_call_of_the_page_is_answered(crm, client):
    calls = CALL.findall(page(crm))
    assert {path for _, path, _ in calls} >= {"/v1/score", "/v1/activities", "/v1/outcomes"}
    for method, path, text in calls:
        answer = client.call(method, path, text.encode())
        assert answer.status == 200, answer.content
        content = answer.json()
        if path == "/v1/score":
            assert content["warnings"] == "", (path, text)
        elif path == "/v1/score/batch":
            assert [result["status"] for result in content["results"]] == [200, 400]
            assert content["results"][1]["field"] == "created_at"
        else:
            assert [result["status"] for result in content["results"]] == [201]
            again = client.call(method, path, text.encode()).json()
            assert [result["status"] for result in again["results"]] == [200]


@crms
def test_every_answer_of_the_page_has_the_fields_of_a_real_one(crm, client):
    first = next(text for _, path, text in CALL.findall(page(crm)) if path == "/v1/score")
    real = client.call("POST", "/v1/score", first.encode()).json()
    for text in ANSWER.findall(page(crm)):
        shown = json.loads(text)
        assert list(shown) == list(real)
        for name, value in shown.items():
            numbers = isinstance(value, float) and isinstance(real[name], float)
            assert numbers or type(value) is type(real[name]), name


@crms
def test_every_field_of_a_call_is_in_the_document_that_the_crm_imports(crm, client):
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    names = set(schemas["Lead"]["properties"])
    assert set(COLUMNS[crm][2:]) <= names
    for _, path, text in CALL.findall(page(crm)):
        if path == "/v1/score":
            assert set(json.loads(text)) <= names


@pytest.mark.parametrize("crm", COLUMNS)
def test_the_page_names_operations_that_there_are(crm):
    there = {
        operation["operationId"]
        for methods in openapi()["paths"].values()
        for operation in methods.values()
    }
    named = set(re.findall(r"`((?:score|add|get|erase)[A-Z]\w*)`", page(crm)))
    assert named <= there
    assert named or crm == "hubspot"


def test_the_page_on_serving_names_every_setting_scope_and_metric():
    text = page("serve")
    settings = "".join(re.findall(r"^```toml\n\[serving\]\n(.*?)^```$", text, re.M | re.S))
    Serving(**tomllib.loads(settings))
    table = dict(re.findall(r"^\| `?(\w+)`? \| (`(?:POST|GET|DELETE) .*) \|$", text, re.M))
    scopes = {
        (method, address): "" if scope == "any" else scope
        for scope, cell in table.items()
        for method, address in _calls(cell)
    }
    assert scopes == SCOPE_OF
    metrics = set(re.findall(r"`(leadgate_\w+)", text))
    families = [f for f in REGISTRY.collect() if f.name.startswith("leadgate_")]
    names = {f.name + ("_total" if f.type == "counter" else "") for f in families}
    assert metrics == names


def _calls(cell):
    method = ""
    for word in re.findall(r"`([^`]*)`", cell):
        *given, address = word.split()
        method = given[0] if given else method
        yield method, address
