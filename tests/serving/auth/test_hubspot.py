import base64
import hashlib
import hmac
import json
import os

import pytest

from leadgate.errors import ModelError
from serving.auth.api_keys import Keys
from serving.auth.hubspot import MAX_AGE_SECONDS, Verifier
from serving.auth.rate_limit import RateLimit
from serving.auth.signatures import Signatures
from serving.outage.availability import Availability
from serving.outage.spool import Spool
from serving.store import Store
from tests.serving.http.test_app import assert_is_problem

SECRET, URL, NOW = "the-secret", "https://leads.example.com/gate/", 1_767_323_045.0
LEAD = json.dumps({"lead_id": "1"}).encode()


def signature(method, uri, body, stamp):
    """Sign as HubSpot's documentation says, written down independently of the code."""
    content = f"{method}{uri}{body.decode()}{stamp}".encode()
    return base64.b64encode(hmac.new(SECRET.encode(), content, hashlib.sha256).digest()).decode()


def signed(body=LEAD, stamp=int(NOW * 1000), method="POST", path="/v1/score", content=None):
    uri = "https://leads.example.com/gate" + path
    given = signature(method, uri, body if content is None else content, stamp)
    return {
        "x-hubspot-signature-v3": given,
        "x-hubspot-request-timestamp": str(stamp),
        "x-api-key": "",
    }


@pytest.fixture
def verifier(tmp_path):
    return Verifier(SECRET, URL, Signatures(tmp_path / "seen"), clock=lambda: NOW)


@pytest.fixture
def client(client_of, verifier):
    return client_of(key="", hubspot=verifier)


def test_a_signed_request_needs_no_key(client):
    assert client.call("POST", "/v1/score", LEAD, signed()).status == 200


def test_a_signature_covers_the_query_and_what_hubspot_decodes(verifier):
    target = "/v1/score?a=x%3Ay%2fz%20b&c=%2A"
    uri = "https://leads.example.com/gate/v1/score?a=x:y/z%20b&c=*"
    assert verifier.sign("POST", target, LEAD, b"1").decode() == signature("POST", uri, LEAD, 1)


@pytest.mark.parametrize(
    "change",
    [
        {"x-hubspot-signature-v3": "malformed"},
        {"x-hubspot-signature-v3": "====="},
        {"x-hubspot-signature-v3": ""},
        {"x-hubspot-request-timestamp": ""},
        {"x-hubspot-request-timestamp": "now"},
        {"x-hubspot-request-timestamp": "1" * 400},
        {"x-hubspot-request-timestamp": "-1767323045000"},
        {"x-hubspot-request-timestamp": "1767323045001"},
    ],
)
def test_a_signature_that_does_not_fit_is_refused(client, change):
    answer = client.call("POST", "/v1/score", LEAD, signed() | change)
    assert_is_problem(answer, 401, answer.json()["code"])
    assert answer.json()["code"] in {"bad_signature", "no_key"}


@pytest.mark.parametrize(
    "other", [signed(content=b"{}"), signed(path="/v1/score/batch"), signed(method="PUT")]
)
def test_the_signature_of_another_request_is_refused(client, other):
    assert_is_problem(client.call("POST", "/v1/score", LEAD, other), 401, "bad_signature")


@pytest.mark.parametrize("seconds", [-MAX_AGE_SECONDS - 1, MAX_AGE_SECONDS + 1])
def test_an_old_signature_is_refused(client, seconds):
    headers = signed(stamp=int((NOW + seconds) * 1000))
    assert_is_problem(client.call("POST", "/v1/score", LEAD, headers), 401, "old_signature")


def test_a_repeated_signature_is_refused_by_every_worker(client, tmp_path):
    assert client.call("POST", "/v1/score", LEAD, signed()).status == 200
    answer = client.call("POST", "/v1/score", LEAD, signed())
    assert_is_problem(answer, 401, "repeated_signature")
    assert not Signatures(tmp_path / "seen").spend(signed()["x-hubspot-signature-v3"].encode())


def test_replicas_share_what_they_have_seen_in_the_store(url, tmp_path):
    def replica(name):
        availability = Availability(Store(url), Spool(tmp_path / name / "spool"))
        availability.look()
        return Signatures(tmp_path / name, availability), availability.store.connection

    (one, first), (other, second) = replica("one"), replica("other")
    assert one.spend(b"s")
    assert not other.spend(b"s")
    assert other.spend(b"t")
    assert not one.spend(b"t")
    one.release(b"s")
    assert one.spend(b"s")
    first.close()
    second.close()


def test_a_signature_is_not_spent_on_an_answer_that_asks_for_it_again(client_of, verifier):
    class Slow(RateLimit):
        def wait(self, caller):
            return 3.0 if next(busy) else 0.0

    busy = iter([True, True, False, False])
    client = client_of(key="", hubspot=verifier, limit=Slow(1.0))
    for _ in range(2):
        answer = client.call("POST", "/v1/score", LEAD, signed())
        assert (answer.status, answer.headers["retry-after"]) == (429, "3")
    assert client.call("POST", "/v1/score", LEAD, signed()).status == 200
    assert client.call("POST", "/v1/score", LEAD, signed()).json()["code"] == "repeated_signature"


def test_a_signature_is_good_again_after_a_503(client_of, verifier):
    def none():
        raise ModelError("There is no champion.", code="no_champion")

    client = client_of(none, key="", hubspot=verifier)
    for _ in range(2):
        assert client.call("POST", "/v1/score", LEAD, signed()).json()["code"] == "no_champion"


def test_no_body_is_read_for_a_signature_that_shows_to_be_none(client):
    stale = signed(stamp=int((NOW - 1000) * 1000))
    for headers in (stale, signed() | {"x-hubspot-signature-v3": "malformed"}):
        assert client.call("POST", "/v1/score", [b"{", b"}"], headers).status == 401
        assert client.unread == 2


def test_seen_signatures_are_forgotten_when_they_are_too_old_to_pass(tmp_path):
    seen = tmp_path / "seen"
    seen.mkdir()
    for name in ("old", "new"):
        (seen / name).touch()
    os.utime(seen / "old", (0, 0))
    assert Signatures(seen).spend(b"s")
    assert not (seen / "old").exists()
    assert len(list(seen.iterdir())) == 2


def test_hubspot_may_not_erase(client):
    headers = signed(b"", method="DELETE", path="/v1/leads/1")
    assert client.call("DELETE", "/v1/leads/1", b"", headers).status in {403, 404}


def test_a_signature_is_no_key_where_no_secret_is_configured(client_of):
    client = client_of(key="", keys=Keys("a-key"))
    assert_is_problem(client.call("POST", "/v1/score", LEAD, signed()), 401, "no_key")
