"""Requests made from the documents, as they say and against what they say: 1,000 in all."""

import json
import logging

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode

from serving.decisions.erasure import spool_folder
from serving.http.documents.openapi import openapi, swagger
from serving.http.documents.schemas import Described
from serving.http.lead_routes import LeadRoutes
from serving.outage.availability import Availability
from serving.outage.spool import Spool
from serving.scoring.scorer import Scorer
from serving.store import Store

pytestmark = pytest.mark.slow

ATTRIBUTES = {"Employees": "number", "Source": "string"}
DOCUMENTS = {
    "openapi.json": openapi(Described(ATTRIBUTES)),
    "swagger.json": swagger(Described(ATTRIBUTES)),
}
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
# A lead with its account takes long to make up, a list of them longer: 1,008 requests in all.
EXAMPLES = {"/v1/score/batch": 6, "/v1/score": 20, "/v1/model": 20}
OTHERWISE = 54
PROBLEM = {"type", "title", "status", "code", "detail", "field", "request_id"}


@pytest.fixture(scope="module")
def service(tmp_path_factory, bundle):
    folder = tmp_path_factory.mktemp("service")
    availability = Availability(
        Store(f"sqlite:///{folder / 'leadgate.db'}"), Spool(spool_folder(folder))
    )
    availability.look()
    yield lambda: Scorer.load(bundle), LeadRoutes(availability, folder)
    availability.store.connection.close()


def calls():
    for name, document in DOCUMENTS.items():
        for result in schemathesis.openapi.from_dict(document).get_all_operations():
            operation = result.ok()
            # Where nothing can be said nothing can be said wrongly.
            for mode in MODES if operation.path != "/v1/model" else MODES[:1]:
                yield pytest.param(operation, mode, id=f"{name} {operation.label} {mode.value}")


@pytest.mark.parametrize(("operation", "mode"), list(calls()))
def test_whatever_is_sent_is_answered_in_one_shape(operation, mode, client_of, service, caplog):
    caplog.set_level(logging.INFO, "leadgate")
    load, lead_routes = service
    client = client_of(load, lead_routes=lead_routes)
    cases = operation.as_strategy(generation_mode=mode)

    @settings(
        max_examples=EXAMPLES.get(operation.path, OTHERWISE),
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases)
    def send(case):
        headers = {k: str(v) for k, v in (case.headers or {}).items() if str(v).isascii()}
        body = b"" if not _has_body(case) else json.dumps(case.body).encode()
        answer = client.call(case.method.upper(), case.formatted_path, body, headers)
        assert answer.status < 500, answer.content
        assert answer.headers["x-request-id"]
        if answer.status >= 400:
            assert answer.headers["content-type"] == "application/problem+json"
            problem = answer.json()
            assert set(problem) == PROBLEM
            assert problem["request_id"] == answer.headers["x-request-id"]
        elif answer.status == 200:
            assert set(answer.json()) == _properties(operation.definition.raw)

    send()
    assert not [r for r in caplog.records if r.name == "leadgate.error"], caplog.text


def _has_body(case):
    return isinstance(case.body, dict | list | str | int | float | bool | None)


def _properties(raw):
    """Return the fields that an answer of a call has to have, no more and no fewer."""
    good = raw["responses"]["200"]
    schema = good["schema"] if "schema" in good else good["content"]["application/json"]["schema"]
    name = schema["$ref"].rpartition("/")[2]
    return set(DOCUMENTS["swagger.json"]["definitions"][name]["properties"])
