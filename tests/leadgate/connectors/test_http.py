"""One retry rule: what was refused is sent again after the wait, what is in doubt if harmless."""

import json

import pytest
import requests

from experiments.fakes.in_process import session_to
from leadgate.connectors import http as module
from leadgate.connectors.http import ATTEMPTS, FIRST_ATTEMPTS, Http
from leadgate.errors import CrmError
from tests.leadgate.connectors.conftest import FixedClock

URL = "https://crm.example.com"


class Planned:
    """An app that answers what was planned, in order."""

    def __init__(self, *answers) -> None:
        self.answers = list(answers)
        self.asked = []

    async def __call__(self, scope, receive, send) -> None:
        request = await receive()
        headers = {k.decode(): v.decode() for k, v in scope["headers"]}
        self.asked.append((scope["method"], scope["path"], request["body"], headers))
        status, body, given = self.answers.pop(0)
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = [(k.lower().encode(), v.encode()) for k, v in given.items()]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def answer(status=200, body=None, **headers):
    return (
        status,
        {} if body is None else body,
        {k.replace("_", "-"): v for k, v in headers.items()},
    )


class Badge:
    """A log-in that can be renewed once."""

    def __init__(self) -> None:
        self.number = 1

    def headers(self):
        return {"Authorization": f"Bearer {self.number}"}

    def renew(self):
        self.number += 1
        return True


def http_to(*answers, log_in=None):
    app, clock = Planned(*answers), FixedClock()
    return Http(URL, clock, log_in=log_in, session=session_to(app)), app, clock


def test_refused_for_now_is_sent_again_after_the_wait_asked_for_even_a_creation():
    http, app, clock = http_to(answer(429, Retry_After="17"), answer(body={"id": 1}))
    assert http.call("POST", "/leads", repeatable=False, json_body={}).record() == {"id": 1}
    assert clock.slept == [17.0]
    assert len(app.asked) == http.calls == 2


def test_unavailable_with_a_wait_was_not_carried_out():
    http, _, clock = http_to(answer(503, Retry_After="5"), answer())
    http.call("POST", "/leads", repeatable=False)
    assert clock.slept == [5.0]


def test_a_wait_of_more_than_an_hour_is_not_kept():
    http, app, clock = http_to(answer(429, Retry_After="3601"))
    with pytest.raises(CrmError, match=r"GET /leads: 429\. The CRM's quota is used up"):
        http.call("GET", "/leads", repeatable=True)
    assert (len(app.asked), clock.slept) == (1, [])


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_failure_in_doubt_is_repeated_where_it_does_no_harm(status):
    http, _, clock = http_to(answer(status), answer(status), answer())
    http.call("PATCH", "/leads", repeatable=True)
    first, second = clock.slept
    assert 1 <= first <= 1.5
    assert 2 <= second <= 3


def test_a_failure_in_doubt_is_not_repeated_where_it_might_create_twice():
    http, app, _ = http_to(answer(500, body={"error": {"code": "OOPS"}}))
    with pytest.raises(CrmError, match=r"POST /leads: 500 \(OOPS\)\."):
        http.call("POST", "/leads", repeatable=False)
    assert len(app.asked) == 1


def test_it_gives_up_after_so_many_attempts():
    http, app, _ = http_to(*[answer(500)] * ATTEMPTS)
    with pytest.raises(CrmError, match=r"GET /leads: 500\."):
        http.call("GET", "/leads", repeatable=True)
    assert len(app.asked) == ATTEMPTS


@pytest.mark.parametrize(("repeatable", "sent"), [(True, FIRST_ATTEMPTS), (False, 1)])
def test_nobody_has_ever_answered(repeatable, sent):
    http = Http("http://crm.example.com", FixedClock(), session=session_to(Planned()))
    with pytest.raises(CrmError, match=r"no answer from http://crm\.example\.com") as refused:
        http.call("GET", "/leads", repeatable=repeatable)
    assert (refused.value.code, http.calls) == ("crm_unreachable", sent)


def test_a_log_in_that_ran_out_is_renewed_once():
    badge = Badge()
    http, app, clock = http_to(answer(401), answer(body={"ok": True}), log_in=badge)
    assert http.call("GET", "/leads", repeatable=False).record() == {"ok": True}
    assert [asked[3]["authorization"] for asked in app.asked] == ["Bearer 1", "Bearer 2"]
    assert clock.slept == []


def test_a_log_in_that_is_refused_twice_is_an_error():
    http, app, _ = http_to(answer(401), answer(401), log_in=Badge())
    with pytest.raises(CrmError, match=r"401\. Check the credentials"):
        http.call("GET", "/leads", repeatable=True)
    assert len(app.asked) == 2


def test_rights_that_are_missing_are_named_by_their_code():
    http, _, _ = http_to(answer(403, body=[{"errorCode": "INSUFFICIENT_ACCESS", "message": "A B"}]))
    with pytest.raises(CrmError, match=r"403 \(INSUFFICIENT_ACCESS\)\. Give the user") as refused:
        http.call("GET", "/leads", repeatable=True)
    assert "A B" not in str(refused.value)


@pytest.mark.parametrize("path", ["https://other.example.com/x", "//other.example.com/x"])
def test_no_call_goes_to_another_host(path):
    http, app, _ = http_to()
    with pytest.raises(CrmError, match=r"another host, other\.example\.com; nothing was sent"):
        http.call("GET", path, repeatable=True)
    assert app.asked == []


def test_a_redirect_is_not_followed():
    http, app, _ = http_to(answer(302, Location="https://other.example.com/"), log_in=Badge())
    with pytest.raises(CrmError, match="sends elsewhere; the log-in is sent nowhere else"):
        http.call("GET", "/leads", repeatable=True)
    assert len(app.asked) == 1


@pytest.mark.parametrize("body", [b'{"records": [', b"<html>Log in</html>", b""])
def test_an_answer_that_is_no_json_is_one_sentence(body):
    http, _, _ = http_to(answer(body=body, Content_Type="text/html; charset=x"))
    read = http.call("GET", "/leads", repeatable=True)
    with pytest.raises(CrmError, match=rf"no JSON \({len(body)} bytes, text/html\)"):
        read.json()


def test_an_answer_of_another_shape_is_named():
    http, _, _ = http_to(answer(body=[1]))
    with pytest.raises(CrmError, match="the answer is a list, not an object"):
        http.call("GET", "/leads", repeatable=True).record()


def test_an_answer_without_end_is_cut(monkeypatch):
    monkeypatch.setattr(module, "MAX_BYTES", 2**20)
    http, _, _ = http_to(answer(body=b"x" * (2**20 + 1)))
    with pytest.raises(CrmError, match="longer than 1 MB"):
        http.call("GET", "/leads", repeatable=True)


def test_an_answer_of_exactly_the_limit_is_read(monkeypatch):
    monkeypatch.setattr(module, "MAX_BYTES", 2**20)
    http, _, _ = http_to(answer(body=b"x" * 2**20))
    assert len(http.call("GET", "/leads", repeatable=True).body) == 2**20


@pytest.mark.parametrize(
    ("date", "year"),
    [("Sun, 01 Feb 2026 00:00:00 GMT", 2026), ("Sun, 01 Feb 2026", None), ("", None), ("x", None)],
)
def test_the_crm_says_when_it_answered(date, year):
    http, _, _ = http_to(answer(Date=date))
    when = http.call("GET", "/leads", repeatable=True).date()
    assert (when.year if when else None) == year


def test_whoever_has_answered_before_is_waited_for_longer():
    http, _, _ = http_to(answer())
    http.call("GET", "/leads", repeatable=True)
    http._session.mount("https://", http._session.get_adapter("http://nowhere"))
    with pytest.raises(CrmError, match="no answer from"):
        http.call("GET", "/leads", repeatable=True)
    assert http.calls == 1 + ATTEMPTS


class Refusing:
    def __init__(self, error) -> None:
        self.error, self.auth = error, None

    def request(self, *_, **__):
        raise self.error


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            requests.exceptions.SSLError("Bearer hidden"),
            "the certificate of https://crm.example.com",
        ),
        (requests.exceptions.InvalidHeader("Bearer hidden"), r"no HTTP \(InvalidHeader\)"),
        (requests.exceptions.ContentDecodingError("hidden"), r"no HTTP \(ContentDecodingError\)"),
    ],
)
def test_what_is_no_http_is_one_sentence_without_its_words(error, message):
    http = Http(URL, FixedClock(), session=Refusing(error))
    with pytest.raises(CrmError, match=message) as refused:
        http.call("GET", "/leads", repeatable=True)
    assert "hidden" not in str(refused.value)
    assert http.calls == 1
