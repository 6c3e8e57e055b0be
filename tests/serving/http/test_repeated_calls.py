"""A call that is sent again under its Idempotency-Key, on both stores."""

import threading

import pytest

from leadgate.errors import StoreError
from serving.auth.api_keys import Keys
from serving.decisions.erasure import spool_folder
from serving.http.lead_routes import LeadRoutes
from serving.outage.availability import Availability
from serving.outage.spool import Spool
from serving.scoring.scorer import Scorer
from serving.store import Store, read_tables

LEAD = {"lead_id": "4711", "CreatedDate": "2026-01-01T09:00:00Z", "Source": "Web"}
VISIT = {"lead_id": "4711", "type": "visit", "occurred_at": "2026-01-02T09:00:00Z"}
WON = {"lead_id": "4711", "outcome": "won", "closed_at": "2026-01-09T00:00:00Z"}
CALLS = [
    ("/v1/score", LEAD),
    ("/v1/score/batch", {"leads": [LEAD, {}]}),
    ("/v1/activities", {"activities": [VISIT, {}]}),
    ("/v1/outcomes", {"outcomes": [WON, {}, {**WON, "outcome": "open"}]}),
]
calls = pytest.mark.parametrize(("path", "body"), CALLS, ids=[path for path, _ in CALLS])


@pytest.fixture
def service(client_of, bundle, url, folder):
    """Make a client of a service with a store; by its key, of another caller."""
    store = Store(url)
    availability = Availability(store, Spool(spool_folder(folder)))
    availability.look()
    routes = LeadRoutes(availability, folder)

    def make(key="a"):
        return client_of(lambda: Scorer.load(bundle), key, Keys("a,b"), routes)

    make.availability = availability
    yield make
    store.connection.close()


def rows(availability):
    tables = read_tables(availability.store)
    return len(tables.decisions), len(tables.activities), len(tables.outcomes)


@calls
def test_the_same_call_is_answered_as_it_was(service, path, body):
    first = service().post(path, body, idempotency_key="k").json()
    kept = rows(service.availability)
    again = service().post(path, body, idempotency_key="k").json()
    assert rows(service.availability) == kept
    if path != "/v1/score":
        # Of the call, and not of what became of its items.
        del first["request_id"], again["request_id"]
    assert again == first


@calls
def test_another_call_under_the_key_is_refused_and_changes_nothing(service, path, body):
    assert service().post(path, body, idempotency_key="k").status == 200
    kept = rows(service.availability)
    (name, value), *_ = body.items()
    changed = {name: [*value, LEAD]} if isinstance(value, list) else {**body, "Source": "Fair"}
    answer = service().post(path, changed, idempotency_key="k")
    assert (answer.status, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert rows(service.availability) == kept


@calls
def test_the_key_of_another_caller_is_another_key(service, path, body):
    service("a").post(path, body, idempotency_key="k")
    answer = service("b").post(
        path, {"leads": []} if "batch" in path else body, idempotency_key="k"
    )
    assert answer.status == 200


def test_a_repeated_call_is_not_scored(service, monkeypatch):
    client = service()
    first = client.post("/v1/score", LEAD, idempotency_key="k")
    monkeypatch.setattr(Scorer, "assess", None)
    assert client.post("/v1/score", LEAD, idempotency_key="k").content == first.content


@calls
def test_a_key_that_is_old_is_used_anew(service, path, body):
    service().post(path, body, idempotency_key="k")
    service.availability.store._key_us = -1_000_000
    kept = rows(service.availability)
    assert service().post(path, body, idempotency_key="k").status == 200
    assert (rows(service.availability)[0] > kept[0]) == ("score" in path)
    other = {"leads": []} if "batch" in path else body
    assert service().post(path, other, idempotency_key="k").status == 200


def test_twins_are_one_call(service, bundle):
    routes = service()
    answers = []

    def send():
        answers.append(routes.post("/v1/score", LEAD, idempotency_key="k").content)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(answers)) == 1
    assert rows(service.availability)[0] == 1


def test_a_key_that_the_last_release_kept_answers_for_its_lead(service):
    first = service().post("/v1/score", LEAD)
    with service.availability.store.connection.writing() as raw:
        raw.execute("UPDATE decisions SET idempotency_key = 'k'")
    assert service().post("/v1/score", LEAD, idempotency_key="k").content == first.content
    other = service().post("/v1/score", {**LEAD, "lead_id": "1"}, idempotency_key="k")
    assert other.status == 422


def test_what_the_erased_lead_was_answered_is_gone(service):
    service().post("/v1/score", LEAD, idempotency_key="k")
    first = service().post("/v1/score", LEAD, idempotency_key="k").json()["request_id"]
    assert service().call("DELETE", "/v1/leads/4711").status == 200
    again = service().post("/v1/score", LEAD, idempotency_key="k")
    assert (again.status, again.json()["request_id"] == first) == (200, False)


@calls
def test_a_call_that_waits_on_the_disk_is_one_as_well(service, path, body):
    availability = service.availability
    availability.note_away(StoreError("Away."))
    first = service().post(path, body, idempotency_key="k").json()
    again = service().post(path, body, idempotency_key="k").json()
    changed = service().post(path, {**body, "x": 1}, idempotency_key="k")
    availability.look()
    assert not availability.away
    later = service().post(path, body, idempotency_key="k").json()
    for answer in (first, again, later):
        answer.pop("request_id")
    assert first == again == later
    assert (changed.status == 422) or "batch" in path
