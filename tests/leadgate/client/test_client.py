import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import get_type_hints

import pytest

from leadgate.client import Answer, CallError, Client, client, connection
from serving.http.documents.schemas import answer_fields

LEAD = {"lead_id": "4711", "Source": "Web"}


class Service(ThreadingHTTPServer):
    """Answers what the test planned, in order, and keeps what was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.planned = []
        self.asked = []


class Handler(BaseHTTPRequestHandler):
    def answer(self):
        length = int(self.headers.get("Content-Length", 0))
        content = json.loads(self.rfile.read(length)) if length else None
        self.server.asked.append((self.command, self.path, content, dict(self.headers)))
        status, answer, headers = self.server.planned.pop(0)
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = "Connection" in headers

    do_GET = do_POST = do_DELETE = answer  # noqa: N815

    def log_message(self, *args):
        pass


@pytest.fixture
def service():
    with Service() as server:
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def slept(monkeypatch):
    seconds = []
    monkeypatch.setattr(connection.time, "sleep", seconds.append)
    return seconds


@pytest.fixture
def calls(service, slept):
    host, port = service.server_address
    with Client(f"http://{host}:{port}/", "a-key") as opened:
        yield opened


def test_the_answer_has_the_fields_of_the_document():
    assert list(get_type_hints(Answer)) == [
        *(field.name for field in answer_fields(arms=True)),
        "request_id",
    ]


def test_score_sends_the_lead_with_key_and_idempotency_key(calls, service):
    service.planned = [(200, {"lead_id": "4711", "decision": "hand_off"}, {})] * 2
    assert calls.score(LEAD)["decision"] == "hand_off"
    calls.score(LEAD, idempotency_key="mine")
    (method, path, content, headers), (*_, second) = service.asked
    assert (method, path, content) == ("POST", "/v1/score", LEAD)
    assert headers["X-API-Key"] == "a-key"
    assert len(headers["Idempotency-Key"]) == 36
    assert second["Idempotency-Key"] == "mine"


@pytest.mark.parametrize("status", [408, 429, 502, 503, 504])
def test_what_may_be_answered_later_is_repeated_as_it_was(calls, service, slept, status):
    later = (status, {"code": "later"}, {"Retry-After": "7"})
    service.planned = [later, later, (200, {"lead_id": "4711"}, {})]
    assert calls.score(LEAD)["lead_id"] == "4711"
    assert slept == [7.0, 7.0]
    assert len({headers["Idempotency-Key"] for *_, headers in service.asked}) == 1


def test_a_pause_grows_where_none_is_asked_for(calls, service, slept):
    service.planned = [(503, b"no JSON", {})] * 3 + [(200, {}, {})]
    calls.model()
    assert 0.2 <= slept[0] <= 0.4 <= slept[1] <= 0.8 <= slept[2] <= 1.6


@pytest.mark.parametrize("stated", ["soon", "-1", "Wed, 21 Oct 2015 07:28:00 GMT"])
def test_a_pause_that_names_no_time_to_come_is_our_own(calls, service, slept, stated):
    service.planned = [(429, {}, {"Retry-After": stated}), (200, {}, {})]
    calls.model()
    assert 0.2 <= slept[0] <= 0.4


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_refused_and_takes_the_key_nowhere(calls, service, slept, host, status):
    place = f"http://{host}:{service.server_address[1]}/v1/model"
    service.planned = [(status, b"", {"Location": place})]
    with pytest.raises(CallError, match="redirect, which is not followed") as caught:
        calls.score(LEAD)
    assert (caught.value.status, caught.value.code) == (status, "redirected")
    assert len(service.asked) == 1
    assert slept == []


def test_a_fault_of_the_request_is_raised_at_once(calls, service, slept):
    problem = {"code": "bad_time", "detail": "as_of is no time.", "field": "as_of"}
    service.planned = [(400, {**problem, "request_id": "r-1"}, {})]
    with pytest.raises(CallError, match=r"as_of is no time\.") as caught:
        calls.score(LEAD)
    error = caught.value
    assert (error.status, error.code, error.field) == (400, "bad_time", "as_of")
    assert error.request_id == "r-1"
    assert slept == []


def test_patience_ends(calls, service, slept):
    service.planned = [(503, {"code": "no_champion", "detail": "None."}, {"Retry-After": "3600"})]
    with pytest.raises(CallError, match="None") as caught:
        calls.score(LEAD)
    assert caught.value.code == "no_champion"
    assert caught.value.retry_after == 3600
    assert slept == []


def test_nobody_there_is_one_sentence(slept):
    with (
        Client("http://127.0.0.1:9", "k", patience=1.0) as alone,
        pytest.raises(CallError, match=r"No answer from http://127.0.0.1:9") as caught,
    ):
        alone.model()
    assert (caught.value.status, caught.value.code) == (0, "no_answer")


def test_half_an_answer_is_none(calls, service):
    service.planned = [
        (200, b"{", {"Content-Length": "99", "Connection": "close"}),
        (200, {"model": "m"}, {}),
    ]
    assert calls.model() == {"model": "m"}


def test_long_lists_are_sent_in_parts_and_answered_in_order(calls, service):
    rows = [{"lead_id": str(i)} for i in range(450)]
    for send, name, path in (
        (calls.score_batch, "leads", "/v1/score/batch"),
        (calls.add_activities, "activities", "/v1/activities"),
        (calls.add_outcomes, "outcomes", "/v1/outcomes"),
    ):
        service.asked.clear()
        parts = (rows[:200], rows[200:400], rows[400:])
        service.planned = [
            (200, {"results": [{"status": 200, "n": r["lead_id"]} for r in part]}, {})
            for part in parts
        ]
        assert [kept["n"] for kept in send(rows)] == [row["lead_id"] for row in rows]
        assert [content[name] for _, _, content, _ in service.asked] == list(parts)
        assert {asked[1] for asked in service.asked} == {path}


def test_a_lead_is_asked_for_and_erased_by_its_quoted_id(calls, service):
    service.planned = [(200, {"decisions": []}, {}), (200, {"decisions": 2}, {})]
    assert calls.lead("a/b c") == {"decisions": []}
    assert calls.forget("a/b c") == {"decisions": 2}
    assert [asked[:2] for asked in service.asked] == [
        ("GET", "/v1/leads?id=a%2Fb%20c"),
        ("DELETE", "/v1/leads?id=a%2Fb%20c"),
    ]


def test_every_write_has_a_key_and_reading_has_none(calls, service):
    results = {"results": [{"status": 200}]}
    service.planned = [(200, {}, {})] + [(200, results, {})] * 3 + [(200, {}, {})] * 2
    calls.score(LEAD)
    calls.score_batch([LEAD])
    calls.add_activities([LEAD])
    calls.add_outcomes([LEAD])
    calls.lead("4711")
    calls.model()
    keys = [headers.get("Idempotency-Key") for *_, headers in service.asked]
    assert len(set(keys[:4])) == 4
    assert None not in keys[:4]
    assert keys[4:] == [None, None]


def test_a_list_that_fails_half_way_keeps_its_receipts_and_goes_on_under_its_key(calls, service):
    rows = [{"lead_id": str(i)} for i in range(450)]
    kept = [(200, {"results": [{"status": 201}] * n}, {}) for n in (200, 200, 50)]
    refused = (403, {"code": "wrong_scope", "detail": "No."}, {})
    service.planned = [*kept[:2], refused, *kept]
    with pytest.raises(CallError, match="No") as caught:
        calls.add_outcomes(rows, idempotency_key="mine")
    assert caught.value.results == [{"status": 201}] * 400
    assert len(calls.add_outcomes(rows, idempotency_key="mine")) == 450
    keys = [headers["Idempotency-Key"] for *_, headers in service.asked]
    assert keys == ["mine-0", "mine-1", "mine-2"] * 2


def test_a_list_is_sent_in_parts_by_bytes_too(calls, service, monkeypatch):
    monkeypatch.setattr(client, "MAX_BYTES", 1000)
    rows = [{"lead_id": str(i), "note": "x" * n} for i, n in enumerate([900, 100, 100, 2000, 1])]
    sizes = (1, 2, 1, 1)
    service.planned = [(200, {"results": [{"status": 200}] * n}, {}) for n in sizes]
    assert len(calls.score_batch(rows)) == 5
    sent = [content["leads"] for _, _, content, _ in service.asked]
    assert [row for part in sent for row in part] == rows
    assert [len(part) for part in sent] == list(sizes)


@pytest.mark.parametrize("answer", [b"", b"<html>", b"[1]", b'"ok"', {}, {"results": [{}, {}]}])
def test_an_answer_that_is_none_is_one_error(calls, service, slept, answer):
    service.planned = [(200, answer, {})]
    with pytest.raises(CallError, match="answer") as caught:
        calls.score_batch([LEAD])
    assert (caught.value.status, caught.value.code) == (200, "bad_answer")
    assert caught.value.results == []
    assert slept == []


def test_an_address_that_is_none_is_one_error_at_once(slept):
    with Client("no address", "k") as wrong, pytest.raises(CallError, match="No answer") as caught:
        wrong.model()
    assert (caught.value.status, caught.value.code) == (0, "bad_call")
    assert slept == []
