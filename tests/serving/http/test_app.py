import asyncio
import json
import logging

import pytest

from leadgate.errors import BundleError, NoChampionError
from serving import timeouts
from serving.auth.access import Access
from serving.auth.api_keys import Keys
from serving.http import app, middleware
from serving.http.requests import MAX_LEADS

KEY = "a-key"
JANE = "jane.doe@example.com"
LEAD = {"lead_id": "1", "Email": JANE}


def assert_is_problem(answer, status, code):
    problem = answer.json()
    assert (answer.status, problem["status"], problem["code"]) == (status, status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert problem["detail"]


def test_score_answers_flat_with_the_request_id(client):
    answer = client.post(
        "/v1/score",
        {**LEAD, "as_of": 1767323045000, "activities": [{"type": "visit"}]},
        x_request_id="crm-17",
    )
    assert answer.status == 200
    assert answer.headers["x-request-id"] == "crm-17"
    assert answer.json() == {
        "lead_id": "1",
        "n": 1,
        "at": 1767323045_000_000,
        "decision": "nurture",
        "request_id": "crm-17",
    }


@pytest.mark.parametrize("given", ["", "two words", "x" * 65, "a/b", "größe"])
def test_request_id_is_made_where_the_one_sent_is_not_sane(client, given):
    made = client.get("/v1/model", x_request_id=given).headers["x-request-id"]
    assert made != given
    assert len(made) == 24


def test_score_names_the_field_at_fault(client):
    answer = client.post("/v1/score", {"lead_id": "bad"})
    assert_is_problem(answer, 400, "bad_time")
    assert answer.json()["field"] == "created_at"


def test_score_answers_a_defect_with_500_and_logs_where_it_is(client, caplog):
    answer = client.post("/v1/score", {"lead_id": "defect"}, x_request_id="r-1")
    assert_is_problem(answer, 500, "internal_error")
    (record,) = [r for r in caplog.records if r.name == "leadgate.error"]
    assert record.getMessage().startswith("KeyError at ")
    assert "score_one" in record.getMessage()
    assert record.getMessage().endswith("(r-1)")


@pytest.mark.parametrize("n", [3, 60])
def test_batch_keeps_the_order_and_lets_one_fault_be_one_fault(client, n):
    leads = [{"lead_id": str(i)} for i in range(n)]
    leads[1:1] = [{"lead_id": "bad"}, "no lead", {"lead_id": "defect"}, {"lead_id": "x", "a": []}]
    answer = client.post("/v1/score/batch", {"leads": leads}, x_request_id="r-1")
    assert answer.status == 200
    assert answer.json()["request_id"] == "r-1"
    results = answer.json()["results"]
    assert [r["lead_id"] for r in results] == [
        "0", "bad", "", "defect", "x", *(str(i) for i in range(1, n))
    ]  # fmt: skip
    assert [r["status"] for r in results] == [200, 400, 400, 500, 400, *[200] * (n - 1)]
    assert results[1] == {
        "status": 400,
        "lead_id": "bad",
        "code": "bad_time",
        "detail": "created_at is no time.",
        "field": "created_at",
    }
    assert results[4]["field"] == "a"


def test_batch_refuses_too_many_leads_as_a_whole(client):
    answer = client.post("/v1/score/batch", {"leads": [LEAD] * (MAX_LEADS + 1)})
    assert_is_problem(answer, 400, "too_many_leads")


def test_model_and_metrics_are_there(client):
    described = {"model": "lead-readiness", "version": "7", "warnings": ""}
    assert client.get("/v1/model").json() == described
    client.get("/no/such/address")
    text = client.get("/metrics").content.decode()
    assert 'leadgate_requests_total{path="/v1/model",status="200"}' in text
    assert 'leadgate_request_seconds_bucket{le="0.005",path="/v1/model"}' in text
    assert 'leadgate_requests_total{path="other",status="404"}' in text
    assert "no/such" not in text


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/", 404, "not_found"),
        ("GET", "/v1", 404, "not_found"),
        ("POST", "/v1/score/", 404, "not_found"),
        ("GET", "/v1/score", 405, "method_not_allowed"),
        ("DELETE", "/v1/score", 405, "method_not_allowed"),
        ("POST", "/v1/model", 405, "method_not_allowed"),
    ],
)
def test_unknown_addresses_and_methods_are_problems(client, method, path, status, code):
    assert_is_problem(client.call(method, path), status, code)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b'"lead"', b'{"lead_id": NaN}', b"[" * 99_999]
)
@pytest.mark.parametrize("path", ["/v1/score", "/v1/score/batch"])
def test_a_broken_body_is_the_fault_of_the_client(client, path, content):
    answer = client.call("POST", path, content)
    assert answer.status == 400
    assert_is_problem(answer, 400, answer.json()["code"])


@pytest.mark.parametrize(
    "header",
    [
        {"content-type": ""},
        {"content-type": "text/plain"},
        {"content-type": "application/json; charset=utf-16"},
        {"content-type": "application/vnd.bentoml+pickle"},
        {"content-type": "multipart/form-data; boundary=x"},
        {"content-encoding": "gzip"},
    ],
)
def test_only_plain_json_is_read(client, header):
    answer = client.call("POST", "/v1/score", b"{}", header)
    assert_is_problem(answer, 415, answer.json()["code"])


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"'],
)
def test_json_is_read_with_or_without_its_charset(client, content_type):
    answer = client.call(
        "POST", "/v1/score", json.dumps(LEAD).encode(), {"content-type": content_type}
    )
    assert answer.status == 200


def test_a_body_too_large_is_refused_by_its_length_alone(client):
    length = str(60_000_000)
    answer = client.call("POST", "/v1/score", b"", {"content-length": length})
    assert_is_problem(answer, 413, "too_large")


def test_a_body_too_large_is_not_read_to_its_end(client):
    answer = client.call("POST", "/v1/score", [b" " * 100_000] * 60)
    assert_is_problem(answer, 413, "too_large")
    assert client.unread == 60 - 11


def test_a_body_in_parts_is_put_together(client):
    content = json.dumps(LEAD).encode()
    answer = client.call("POST", "/v1/score", [content[:5], b"", content[5:]])
    assert answer.status == 200


def test_a_body_that_does_not_come_is_not_waited_for(client, monkeypatch):
    monkeypatch.setattr(timeouts, "BODY", 0.01)
    answer = client.call("POST", "/v1/score", [b"{", None])
    assert_is_problem(answer, 408, "slow_body")


@pytest.mark.parametrize(("method", "path"), [("POST", "/v1/score"), ("GET", "/v1/model")])
def test_an_answer_that_is_not_there_in_time_is_a_problem_of_ours(
    client, monkeypatch, method, path
):
    async def never(*args):
        await asyncio.Event().wait()

    monkeypatch.setattr(timeouts, "ANSWER", 0.01)
    access = Access(Keys(KEY), app.build(None).routes)
    direct = {("POST", "/v1/score"): never}
    client.application = middleware.RequestMiddleware(
        never, access=access, ready=dict, direct=direct
    )
    answer = client.call(method, path, json.dumps(LEAD).encode())
    assert_is_problem(answer, 503, "too_slow")
    assert answer.headers["retry-after"] == "10"


def test_a_client_that_goes_away_gets_no_answer(client, caplog):
    caplog.set_level(logging.INFO, "leadgate.access")
    assert client.call("POST", "/v1/score", []).status == 0
    assert " 499 " in caplog.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/score"),
        ("GET", "/v1/model"),
        ("GET", "/metrics"),
        ("GET", "/openapi.json"),
        ("GET", "/"),
        ("GET", "/livez/"),
        ("GET", "/readyz/../v1/model"),
        ("POST", "/livez"),
    ],
)
def test_everything_but_the_probes_needs_a_key(client, method, path):
    client.key = ""
    answer = client.call(method, path)
    assert_is_problem(answer, 401, "no_key")
    assert answer.headers["www-authenticate"]
    client.key = "another"
    assert_is_problem(client.call(method, path), 401, "bad_key")


@pytest.mark.parametrize("path", ["/livez", "/healthz", "/readyz"])
def test_probes_need_no_key(client, path):
    client.key = ""
    assert client.get(path).status != 401


def test_a_key_is_checked_before_the_body_is_read(client):
    client.key = "another"
    assert client.call("POST", "/v1/score", [b" " * 2_000_000] * 3).status == 401
    assert client.unread == 3


@pytest.mark.parametrize(
    "error",
    [NoChampionError("Nothing has been promoted yet."), BundleError("linear.json was changed.")],
)
def test_without_a_model_nothing_is_scored_and_the_probe_says_why(client_of, error):
    def load():
        raise error

    client = client_of(load)
    for answer in (
        client.post("/v1/score", LEAD),
        client.post("/v1/score/batch", {"leads": [LEAD]}),
        client.get("/v1/model"),
        client.get("/readyz"),
    ):
        assert_is_problem(answer, 503, error.code)
        assert answer.headers["retry-after"] == "10"
        assert answer.json()["detail"] == error.message
    assert client.get("/openapi.json").status == 200


def test_the_log_holds_no_value_and_no_path_as_sent(client, caplog):
    caplog.set_level(logging.DEBUG)
    calls = [
        ("POST", "/v1/score", json.dumps(LEAD)),
        ("POST", "/v1/score", json.dumps({"lead_id": "bad", "Email": JANE})),
        ("POST", "/v1/score", json.dumps({"lead_id": "defect", "Email": JANE})),
        ("POST", "/v1/score", json.dumps({"lead_id": [JANE], JANE: {}})),
        ("POST", "/v1/score", f'{{"Email": "{JANE}"'),
        ("POST", "/v1/score/batch", json.dumps({"leads": [LEAD, JANE, {"lead_id": "defect"}]})),
        ("GET", f"/v1/leads/{JANE}", ""),
    ]
    for method, path, content in calls:
        client.call(method, path, content.encode())
    records = [r for r in caplog.records if r.name.startswith("leadgate")]
    assert len([r for r in records if r.name == "leadgate.access"]) == len(calls)
    assert not [r for r in records if JANE in r.getMessage() or r.exc_info]
    assert KEY not in caplog.text


def test_a_websocket_is_turned_away(client):
    sent = []

    async def talk():
        async def send(message):
            sent.append(message)

        await client.application({"type": "websocket", "path": "/v1/score"}, None, send)

    asyncio.run(talk())
    assert sent == [{"type": "websocket.close", "code": 1008}]
