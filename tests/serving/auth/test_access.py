import json
from contextlib import suppress

import pytest
from starlette.routing import Route

from serving.auth.access import OTHER, SCOPE_OF, Access
from serving.auth.api_keys import Keys, hash_key
from serving.auth.rate_limit import RateLimit
from serving.http import app
from serving.http.lead_routes import LeadRoutes
from serving.models.active_model import ActiveModel
from serving.problems import HttpError
from serving.scoring.scorer import Scorer
from serving.store import read_tables
from tests.serving.http.test_app import assert_is_problem

LEAD = json.dumps({"lead_id": "1"}).encode()


async def nobody(request):
    raise AssertionError


ROUTES = [
    Route("/v1/score", nobody, methods=["POST"]),
    Route("/v1/leads/{lead_id}", nobody, methods=["GET", "DELETE"]),
    Route("/v1/new", nobody, methods=["GET"]),
]


@pytest.fixture
def keys():
    return Keys("all", [f"{scope}:{hash_key(scope)}" for scope in ("score", "write", "admin")])


def test_every_address_of_the_application_has_its_scope():
    routes = [r for r in app.build(ActiveModel(None)).routes if isinstance(r, Route)]
    served = {(m, r.path) for r in routes for m in r.methods or {"POST"} if m != "HEAD"}
    assert served <= set(SCOPE_OF)


@pytest.mark.parametrize(
    ("method", "path", "good"),
    [
        ("POST", "/v1/score", {"score", "all"}),
        ("POST", "/v1/score\n", {"score", "all"}),
        ("GET", "/v1/leads/7", {"score", "all"}),
        ("HEAD", "/v1/leads/7", {"score", "all"}),
        ("DELETE", "/v1/leads/7", {"admin", "all"}),
        ("DELETE", "/v1/leads/a b\n", {"admin", "all"}),
        ("GET", "/v1/new", {"admin", "all"}),
        ("GET", "/v1/score", {"score", "write", "admin", "all"}),
        ("GET", "/nothing", {"score", "write", "admin", "all"}),
    ],
)
def test_a_key_is_good_for_its_scope_alone(keys, method, path, good):
    access = Access(keys, ROUTES)
    address = access.address(path)
    accepted = set()
    for key in ("score", "write", "admin", "all"):
        with suppress(HttpError):
            access.check(method, address, {b"x-api-key": key.encode()})
            accepted.add(key)
    assert accepted == good


def test_an_address_is_what_the_router_matches():
    access = Access(Keys(), ROUTES)
    paths = ["/v1/leads/7", "/v1/leads/", "/v1/leads/7/8", "/v1/score", "/v1/score/", "/livez"]
    addresses = ["/v1/leads/{lead_id}", OTHER, OTHER, "/v1/score", OTHER, "/livez"]
    assert [access.address(path) for path in paths] == addresses


def test_a_wrong_scope_is_a_problem(client_of, keys):
    client = client_of(key="write", keys=keys)
    answer = client.call("POST", "/v1/score", LEAD)
    assert_is_problem(answer, 403, "wrong_scope")
    assert "scope score" in answer.json()["detail"]
    client.key = "score"
    assert client.call("POST", "/v1/score", LEAD).status == 200


@pytest.mark.parametrize(
    ("public", "path", "status"),
    [
        ([], "/metrics", 401),
        (["metrics"], "/metrics", 200),
        (["metrics"], "/openapi.json", 401),
        (["docs"], "/openapi.json", 200),
        (["docs"], "/v1/model", 401),
    ],
)
def test_only_what_is_public_needs_no_key(client_of, public, path, status):
    client = client_of(key="", public=public)
    assert client.get(path).status == status
    assert client.call("POST", path, LEAD).status == 401


def test_who_asks_too_often_learns_when_to_go_on(client_of, keys):
    limit = RateLimit(2.0, clock=lambda: 0.0)
    client = client_of(key="score", keys=keys, limit=limit)
    assert [client.call("POST", "/v1/score", LEAD).status for _ in range(2)] == [200, 200]
    answer = client.call("POST", "/v1/score", LEAD)
    assert_is_problem(answer, 429, "too_many_requests")
    assert answer.headers["retry-after"] == "1"
    assert client.get("/livez").status != 429
    client.key = "all"
    assert client.call("POST", "/v1/score", LEAD).status == 200


def test_a_wrong_key_uses_up_nothing(client_of):
    client = client_of(key="wrong", limit=RateLimit(1.0, clock=lambda: 0.0))
    assert [client.call("POST", "/v1/score", LEAD).status for _ in range(3)] == [401] * 3
    client.key = "a-key"
    assert client.call("POST", "/v1/score", LEAD).status == 200


def test_ready_says_which_model_answers(client):
    client.key = ""
    answer = client.get("/readyz")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {"status": "ready", "model_version": "7", "warnings": ""}


SCORED = {"lead_id": "1", "CreatedDate": "2026-01-01T00:00:00Z", "Source": "Web"}
VISIT = {"type": "visit", "occurred_at": "2026-01-02T00:00:00Z"}


def test_a_key_for_scores_writes_of_the_lead_that_it_scores_alone(
    client_of, bundle, availability, folder
):
    scorer, keys = Scorer.load(bundle), Keys(hashes=[f"score:{hash_key('key')}"])
    routes = LeadRoutes(availability, folder)
    client = client_of(lambda: scorer, key="key", keys=keys, lead_routes=routes)
    refused = client.post("/v1/score", {**SCORED, "activities": [{**VISIT, "lead_id": "2"}]})
    assert (refused.status, refused.json()["code"]) == (400, "other_lead")
    assert client.post("/v1/score", {**SCORED, "activities": [VISIT]}).status == 200
    for path in ("activities", "outcomes", "feedback", "overrides"):
        assert client.post(f"/v1/{path}", {}).json()["code"] == "wrong_scope"
    held = read_tables(availability.store)
    assert set(held.decisions["lead_id"]) == set(held.activities["lead_id"]) == {"1"}
    assert set(held.field_changes["lead_id"]) == {"1"}
    assert held.outcomes is None or held.outcomes.empty
