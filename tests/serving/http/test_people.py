import pytest

from serving.auth.api_keys import Keys, hash_key
from serving.http.lead_routes import LeadRoutes
from serving.scoring.scorer import Scorer
from tests.serving.http.test_app import assert_is_problem

LEAD = {"lead_id": "1", "CreatedDate": "2026-01-01T00:00:00Z", "Source": "Web", "Employees": 25}
SAID = {"lead_id": "1", "by": "anna@example.com", "reason": "This is a competitor."}
OVERRIDE = {**SAID, "decision": "disqualify"}
PAST, LATER = "2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z"


@pytest.fixture
def client(client_of, bundle, availability, folder):
    scorer = Scorer.load(bundle)
    return client_of(lambda: scorer, lead_routes=LeadRoutes(availability, folder))


def decided(client):
    answer = client.post("/v1/score", LEAD).json()
    return answer["decision"], answer["model_decision"], answer["why"]


def test_an_override_holds_until_its_end_beside_the_models_own_answer(client):
    own, same, _ = decided(client)
    assert own == same != "disqualify"
    answer = client.post("/v1/overrides", OVERRIDE)
    assert answer.status == 200
    assert answer.json() == {
        **OVERRIDE, "until": None, "request_id": answer.headers["x-request-id"],
    }  # fmt: skip
    by_anna = f"overridden by {SAID['by']}: {SAID['reason']}"
    assert decided(client) == ("disqualify", own, by_anna)
    client.post("/v1/overrides", {**OVERRIDE, "decision": "nurture", "until": LATER})
    assert decided(client) == ("nurture", own, by_anna)
    # The newest counts, and this one has ended.
    client.post("/v1/overrides", {**OVERRIDE, "until": PAST})
    assert decided(client)[:2] == (own, own)
    assert "overridden" not in decided(client)[2]


def test_what_people_said_is_shown_and_erased_with_the_lead(client):
    client.post("/v1/score", LEAD)
    feedback = {**SAID, "agree": False}
    answer = client.post("/v1/feedback", feedback)
    assert answer.json() == {**feedback, "request_id": answer.headers["x-request-id"]}
    client.post("/v1/overrides", {**OVERRIDE, "until": LATER})
    known = client.get("/v1/leads/1").json()
    (one,), (other,) = known["feedback"], known["overrides"]
    assert (one["agree"], one["by"], one["reason"]) == (False, SAID["by"], SAID["reason"])
    assert (other["decision"], other["until"]) == ("disqualify", LATER)
    erased = client.call("DELETE", "/v1/leads/1").json()
    assert (erased["feedback"], erased["overrides"]) == (1, 1)
    assert client.get("/v1/leads/1").status == 404
    assert decided(client)[0] != "disqualify"


def test_a_lead_can_be_overridden_before_it_is_scored(client):
    assert client.post("/v1/overrides", OVERRIDE).status == 200
    assert client.get("/v1/leads/1").json()["decisions"] == []
    assert decided(client)[0] == "disqualify"


def test_feedback_needs_a_decision(client):
    assert_is_problem(client.post("/v1/feedback", {**SAID, "agree": True}), 404, "unknown_lead")


def test_a_call_is_made_once_under_its_key(client):
    for _ in range(2):
        assert client.post("/v1/overrides", OVERRIDE, idempotency_key="k").status == 200
    assert len(client.get("/v1/leads/1").json()["overrides"]) == 1
    other = client.post("/v1/overrides", {**OVERRIDE, "by": "B"}, idempotency_key="k")
    assert_is_problem(other, 422, "idempotency_key_reused")


@pytest.mark.parametrize(
    ("path", "field", "value"),
    [
        ("overrides", "lead_id", ""),
        ("overrides", "lead_id", None),
        ("overrides", "decision", "hand off"),
        ("overrides", "decision", None),
        ("overrides", "until", "soon"),
        ("overrides", "until", "2200-01-01T00:00:00Z"),
        ("overrides", "by", " "),
        ("overrides", "by", "x" * 201),
        ("overrides", "by", ["x"]),
        ("overrides", "reason", ""),
        ("overrides", "reason", "x" * 1001),
        ("overrides", "reason", "a\x00b"),
        ("overrides", "reason", "\x1b[2J"),
        ("overrides", "by", "\x1b]0;anna\x07"),
        ("overrides", "untill", LATER),
        ("overrides", "agree", True),
        ("feedback", "decision", "nurture"),
        ("feedback", "agree", "maybe"),
        ("feedback", "agree", None),
        ("feedback", "by", None),
    ],
)
def test_a_fault_names_its_field_and_nothing_is_kept(client, path, field, value):
    client.post("/v1/score", LEAD)
    right = {"overrides": OVERRIDE, "feedback": {**SAID, "agree": True}}[path]
    answer = client.post(f"/v1/{path}", {**right, field: value})
    assert (answer.status, answer.json()["field"]) == (400, field)
    known = client.get("/v1/leads/1").json()
    assert (known["feedback"], known["overrides"]) == ([], [])


def test_it_takes_the_scope_feedback(client_of):
    keys = Keys(hashes=[f"{scope}:{hash_key(scope)}" for scope in ("score+write", "feedback")])
    for path in ("/v1/feedback", "/v1/overrides"):
        answer = client_of(key="score+write", keys=keys).post(path, OVERRIDE)
        assert_is_problem(answer, 403, "wrong_scope")
    assert client_of(key="feedback", keys=keys).post("/v1/overrides", OVERRIDE).status == 503
    assert client_of(key="feedback", keys=keys).post("/v1/score", LEAD).status == 403
