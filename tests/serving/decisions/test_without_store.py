import shutil
import sqlite3
import threading
from dataclasses import replace

import pytest

from features.parsing.times import now
from serving import timeouts
from serving.decisions.erasure import spool_folder
from serving.http.lead_routes import LeadRoutes
from serving.outage.availability import Availability
from serving.outage.spool import Spool
from serving.scoring.scorer import Scorer

LEAD = {"CreatedDate": "2026-01-01T09:00:00Z", "Source": "Web", "as_of": "2026-01-05T09:00:00Z"}
CAPACITY = 20


@pytest.fixture
def capped(client_of, bundle, folder):
    """Make a service over an availability, whose salespeople take 20 leads a week."""

    def load():
        scorer = Scorer.load(bundle)
        scorer.policy = replace(
            scorer.policy, scores=(0.0,) * 1001, leads_per_week=None, capacity_per_week=CAPACITY
        )
        return scorer

    return lambda availability: client_of(load, lead_routes=LeadRoutes(availability, folder))


def handed_off(client, ids):
    answers = [client.post("/v1/score", {**LEAD, "lead_id": name}).json() for name in ids]
    return sum(answer["decision"] == "hand_off" for answer in answers)


def leave(folder, availability):
    """Take the store away, and leave the spool where it is."""
    availability.store.connection.close()
    away = folder.with_name("away")
    away.mkdir()
    for file in folder.glob("leadgate.db*"):
        file.rename(away / file.name)
    (folder / "leadgate.db").mkdir()
    return away


def come_back(away, folder):
    (folder / "leadgate.db").rmdir()
    shutil.copytree(away, folder, dirs_exist_ok=True)


def test_an_outage_hands_off_no_more_than_the_team_takes(capped, availability, folder):
    client = capped(availability)
    assert handed_off(client, [f"before-{n}" for n in range(5)]) == 5
    away = leave(folder, availability)
    assert handed_off(client, [f"away-{n}" for n in range(62)]) == CAPACITY - 5
    restarted = Availability(availability.store, Spool(spool_folder(folder)))
    assert handed_off(capped(restarted), [f"again-{n}" for n in range(9)]) == 0
    come_back(away, folder)
    availability.look()
    assert handed_off(client, [f"after-{n}" for n in range(9)]) == 0
    assert sum(load.handoffs for load in availability.store.handoffs(now()).values()) == CAPACITY


def test_a_replica_hands_off_its_share_only(capped, availability, folder):
    client = capped(availability)
    assert handed_off(client, [f"before-{n}" for n in range(5)]) == 5
    leave(folder, availability)
    half = Availability(availability.store, Spool(spool_folder(folder)), share=0.5)
    assert handed_off(capped(half), [f"away-{n}" for n in range(62)]) == 7


def test_without_any_count_nobody_is_handed_off(capped, availability, folder):
    leave(folder, availability)
    unseen = Availability(availability.store, Spool(folder / "elsewhere"))
    answer = capped(unseen).post("/v1/score", {**LEAD, "lead_id": "1"}).json()
    assert answer["decision"] == "nurture"
    assert "this week's handoffs were never seen" in answer["warnings"]


def test_a_store_that_others_hold_is_waited_for_and_never_left_out(
    capped, availability, folder, monkeypatch
):
    client = capped(availability)
    client.post("/v1/score", {**LEAD, "lead_id": "1"})
    stranger = sqlite3.connect(
        folder / "leadgate.db", isolation_level=None, check_same_thread=False
    )
    stranger.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr(timeouts, "STORE", 0.3)
    content = {"outcomes": [{"lead_id": "1", "outcome": "open"}]}
    for path, body in (("/v1/score", {**LEAD, "lead_id": "2"}), ("/v1/outcomes", content)):
        answer = client.post(path, body)
        assert (answer.status, answer.json()["code"]) == (503, "store_busy")
        assert answer.headers["retry-after"] == "10"
    assert availability.state == "there"
    monkeypatch.setattr(timeouts, "STORE", 20)
    release = threading.Timer(0.3, stranger.execute, ["ROLLBACK"])
    release.start()
    answer = client.post("/v1/score", {**LEAD, "lead_id": "2"})
    release.join()
    stranger.close()
    assert answer.status == 200
    assert "the store is away" not in answer.json()["warnings"]


def test_what_the_store_cannot_keep_is_the_clients_fault(client_of, bundle, availability, folder):
    client = client_of(lambda: Scorer.load(bundle), lead_routes=LeadRoutes(availability, folder))
    long = client.post("/v1/score", {**LEAD, "lead_id": "1", "account_id": "x" * 8_192})
    assert (long.status, long.json()["field"]) == (400, "account_id")
    with availability.store.connection.reading() as raw:
        raw.execute("CREATE UNIQUE INDEX amounts ON outcomes (amount)")
    items = [{"lead_id": n, "outcome": "open", "amount": 5} for n in "12"]
    results = client.post("/v1/outcomes", {"outcomes": [*items, {}]}).json()["results"]
    assert [(result["status"], result["code"]) for result in results] == [
        (201, ""),
        (400, "bad_record"),
        (400, "missing_lead_id"),
    ]
    assert availability.state == "there"


def test_a_time_far_in_the_future_is_the_clients_fault(client_of, bundle, availability, folder):
    client = client_of(lambda: Scorer.load(bundle), lead_routes=LeadRoutes(availability, folder))
    late = "2200-01-01T00:00:00Z"
    visit = {"lead_id": "1", "type": "visit", "occurred_at": late}
    for lead, field in (
        ({**LEAD, "as_of": late}, "as_of"),
        ({**LEAD, "activities": [{**visit}]}, "activities[0]"),
    ):
        answer = client.post("/v1/score", {**lead, "lead_id": "1"})
        assert (answer.status, answer.json()["code"]) == (400, "bad_time")
        assert answer.json()["field"] == field
    outcome = {"lead_id": "1", "outcome": "won", "closed_at": late}
    for name, item, field in (
        ("activities", visit, "activities[0]"),
        ("outcomes", outcome, "outcomes[0].closed_at"),
    ):
        (result,) = client.post(f"/v1/{name}", {name: [item]}).json()["results"]
        assert (result["status"], result["field"]) == (400, field)
