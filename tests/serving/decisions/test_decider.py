import contextlib
import logging
import shutil
from dataclasses import replace

import pytest

from leadgate.bundle.bundle import load_bundle
from leadgate.errors import StoreError, StoreLostError
from serving.decisions.erasure import spool_folder
from serving.decisions.replay import replay
from serving.http.lead_routes import LeadRoutes
from serving.outage import spool
from serving.scoring.scorer import Scorer
from serving.store import read_tables

CREATED = {"lead_id": "4711", "CreatedDate": "2026-01-01T09:00:00Z"}
LEAD = {**CREATED, "Source": "Web", "Employees": "25", "Email": "jane.doe@example.com"}
VISITS = [
    {"type": "pricing_view", "occurred_at": f"2026-01-0{day}T09:00:00Z", "content": "a\tb"}
    for day in (2, 3, 4)
]
AS_OF = {"as_of": "2026-01-05T09:00:00Z"}
ASSESSED = (
    "readiness",
    "readiness_low",
    "readiness_high",
    "grade",
    "stage",
    "reason_1",
    "reason_2",
)


@pytest.fixture
def client(client_of, bundle, availability, folder):
    return client_of(lambda: Scorer.load(bundle), lead_routes=LeadRoutes(availability, folder))


@pytest.fixture
def capped(client_of, bundle, availability, folder):
    """A service whose salespeople take two leads a week."""

    def load():
        scorer = Scorer.load(bundle)
        scorer.policy = replace(
            scorer.policy, scores=(0.0,) * 1001, leads_per_week=None, capacity_per_week=2
        )
        return scorer

    return client_of(load, lead_routes=LeadRoutes(availability, folder))


def assessment(answer):
    assert answer.status == 200, answer.json()
    return {name: answer.json()[name] for name in ASSESSED}


def test_a_lead_id_alone_scores_from_earlier_calls(client, bundle):
    whole = client.post("/v1/score", {**LEAD, **AS_OF, "activities": VISITS})
    expected = Scorer.load(bundle).score_one(LEAD, VISITS, 1_767_603_600_000_000)
    assert {**expected, "request_id": whole.json()["request_id"]} == whole.json()
    assert assessment(client.post("/v1/score", {"lead_id": "4711", **AS_OF})) == assessment(whole)
    unknown = client.post("/v1/score", {"lead_id": "4712", **AS_OF})
    assert (unknown.status, unknown.json()["code"]) == (400, "unknown_lead")


def test_calls_add_up_to_what_one_call_would_have_said(client, bundle):
    client.post("/v1/score", {**CREATED, "Source": "Web", "as_of": "2026-01-01T10:00:00Z"})
    activities = [{"lead_id": "4711", **visit} for visit in VISITS]
    answer = client.post("/v1/activities", {"activities": activities})
    assert [result["status"] for result in answer.json()["results"]] == [201, 201, 201]
    pieces = client.post("/v1/score", {"lead_id": "4711", "Employees": 25, **AS_OF})
    assert assessment(pieces) == assessment(client.post("/v1/score", {**LEAD, **AS_OF}))
    expected = Scorer.load(bundle).score_one(LEAD, VISITS, 1_767_603_600_000_000)
    assert pieces.json()["readiness"] == expected["readiness"]


def test_fields_count_from_when_they_were_sent(client):
    early, late = {"as_of": "2026-01-02T00:00:00Z"}, {"as_of": "2026-01-09T00:00:00Z"}
    first = assessment(client.post("/v1/score", {**CREATED, "Employees": "25", **early}))
    second = assessment(client.post("/v1/score", {"lead_id": "4711", "Employees": "400", **late}))
    assert first["readiness"] != second["readiness"]
    again = assessment(client.post("/v1/score", {"lead_id": "4711", **early}))
    # It has been handed off meanwhile, and its stage does not contradict that.
    assert (first.pop("stage"), again.pop("stage")) == ("interest", "consideration")
    assert again == first
    assert assessment(client.post("/v1/score", {"lead_id": "4711", **late})) == second


def test_activities_sent_twice_count_once(client):
    first = client.post("/v1/score", {**LEAD, **AS_OF, "activities": VISITS})
    again = client.post("/v1/score", {**LEAD, **AS_OF, "activities": [*VISITS, *VISITS]})
    assert assessment(again) == assessment(first)
    (result,) = client.post(
        "/v1/activities", {"activities": [{"lead_id": "4711", **VISITS[0]}]}
    ).json()["results"]
    assert result["status"] == 200


def test_an_idempotency_key_gets_the_answer_that_it_got(client):
    first = client.post("/v1/score", {**LEAD, **AS_OF}, idempotency_key="k")
    again = client.post("/v1/score", {**AS_OF, **LEAD}, idempotency_key="k")
    assert again.content == first.content
    assert len(client.get("/v1/leads/4711").json()["decisions"]) == 1
    for other in ({"lead_id": "1"}, {"Employees": "3"}):
        answer = client.post("/v1/score", {**LEAD, **AS_OF, **other}, idempotency_key="k")
        assert (answer.status, answer.json()["code"]) == (422, "idempotency_key_reused")
    long = client.post("/v1/score", LEAD, idempotency_key="k" * 256)
    assert (long.status, long.json()["code"]) == (400, "bad_idempotency_key")


def test_a_repeated_batch_gets_the_answers_that_it_got(client):
    leads = {"leads": [{**LEAD, "lead_id": str(i)} for i in range(30)] + [{}]}
    first = client.post("/v1/score/batch", leads, idempotency_key="k").json()["results"]
    assert client.post("/v1/score/batch", leads, idempotency_key="k").json()["results"] == first
    assert [result["status"] for result in first] == [200] * 30 + [400]
    assert len(client.get("/v1/leads/7").json()["decisions"]) == 1


def test_the_decisions_about_a_lead_are_answered_with_their_reasons(client):
    answer = client.post("/v1/score", {**LEAD, **AS_OF}, x_request_id="crm-1").json()
    lead = client.get("/v1/leads/4711").json()
    (decision,) = lead["decisions"]
    assert {**decision, **answer} == decision
    assert decision["why"]
    assert lead["lead_id"] == "4711"
    assert decision["request_id"] == "crm-1"
    nobody = client.get("/v1/leads/0815")
    assert (nobody.status, nobody.json()["code"]) == (404, "unknown_lead")


def test_the_capacity_of_the_week_is_that_of_all_leads(capped):
    def decide(lead_id):
        return capped.post("/v1/score", {**LEAD, "lead_id": lead_id}).json()["decision"]

    decisions = [decide(lead_id) for lead_id in ("a", "a", "b", "c", "a", "d")]
    assert decisions == ["hand_off"] * 3 + ["nurture", "hand_off", "nurture"]


def test_what_became_of_a_lead_decides(capped):
    def decide():
        return capped.post("/v1/score", LEAD).json()["decision"]

    def report(outcome, **more):
        item = {"lead_id": "4711", "outcome": outcome, **more}
        return capped.post("/v1/outcomes", {"outcomes": [item]}).json()["results"][0]["status"]

    assert decide() == "hand_off"
    assert report("open", worked=False) == 201
    assert decide() == "recycle"
    lost = {"closed_at": "2026-01-09T00:00:00Z"}
    assert (report("lost", **lost), report("lost", **lost)) == (201, 200)
    assert decide() == "disqualify"


def test_faults_of_items_are_named_one_by_one(client):
    items = [
        {"lead_id": "1", "outcome": "won", "closed_at": "2026-01-09T00:00:00Z", "amount": "12.5"},
        {"lead_id": "1", "outcome": "won"},
        {"lead_id": "1", "outcome": "maybe"},
        {"lead_id": "1", "outcome": "open", "worked": "perhaps"},
        {"lead_id": "1", "outcome": "open", "amount": "much"},
        {"outcome": "open"},
        "won",
        {"lead_id": "x" * 501, "outcome": "open"},
        {"lead_id": "a\0b", "outcome": "open"},
    ]
    results = client.post("/v1/outcomes", {"outcomes": items}).json()["results"]
    assert [(result["status"], result["field"]) for result in results] == [
        (201, ""),
        (400, "outcomes[1].closed_at"),
        (400, "outcomes[2].outcome"),
        (400, "outcomes[3].worked"),
        (400, "outcomes[4].amount"),
        (400, "outcomes[5].lead_id"),
        (400, "outcomes[6]"),
        (400, "outcomes[7].lead_id"),
        (400, "outcomes[8].lead_id"),
    ]
    visit = {"lead_id": "1", "occurred_at": "2026-01-09T00:00:00Z"}
    results = client.post(
        "/v1/activities", {"activities": [{"lead_id": "1", "type": "x"}, visit]}
    ).json()["results"]
    fields = [result["field"] for result in results]
    assert fields == ["activities[0].occurred_at", "activities[1].type"]


def test_a_store_that_is_away_is_decided_without_and_written_later(client, availability, folder):
    client.post("/v1/score", {**LEAD, **AS_OF})
    away = folder.rename(folder.with_name("away"))
    availability.store.connection.close()
    answers = [
        client.post("/v1/score", {**LEAD, **AS_OF, "lead_id": str(i)}, idempotency_key=f"k{i}")
        for i in range(3)
    ]
    assert {answer.status for answer in answers} == {200}
    assert all("the store is away" in answer.json()["warnings"] for answer in answers)
    again = client.post("/v1/score", {**LEAD, **AS_OF, "lead_id": "1"}, idempotency_key="k1")
    assert again.content == answers[1].content
    assert (
        availability.warnings == "store_away: decisions, activities and outcomes wait on the disk"
    )
    for answer in (
        client.get("/v1/leads/4711"),
        client.call("DELETE", "/v1/leads/4711"),
    ):
        assert (answer.status, answer.json()["code"]) == (503, "store_away")
        assert answer.headers["retry-after"] == "10"
    shutil.copytree(away, folder, dirs_exist_ok=True)
    availability.look()
    assert (availability.warnings, availability.away) == ("", False)
    decisions = [client.get(f"/v1/leads/{i}").json()["decisions"] for i in range(3)]
    assert [[decision["request_id"] for decision in of] for of in decisions] == [
        [answer.json()["request_id"]] for answer in answers
    ]
    again = client.post("/v1/score", {**LEAD, **AS_OF, "lead_id": "1"}, idempotency_key="k1")
    assert again.content == answers[1].content
    late = client.post("/v1/score", {"lead_id": "2", **AS_OF})
    assert assessment(late) == assessment(answers[2])


def test_what_is_reported_while_the_store_is_away_is_kept_in_order_and_once(
    client, availability, folder, monkeypatch
):
    def outcome(name, **more):
        item = {"lead_id": "4711", "outcome": name, **more}
        return client.post("/v1/outcomes", {"outcomes": [item, {}]}).json()["results"]

    won = {"closed_at": "2026-01-09T00:00:00Z"}
    assert outcome("won", **won)[0]["status"] == 201
    away = folder.rename(folder.with_name("away"))
    availability.store.connection.close()
    synced = []
    monkeypatch.setattr(spool.os, "fsync", synced.append)
    items = [{"lead_id": "4711", **visit} for visit in VISITS]
    results = client.post("/v1/activities", {"activities": items}).json()["results"]
    assert [result["status"] for result in results] == [202, 202, 202]
    assert len(synced) == 2, "the file and its folder"
    for name, more in (("open", {}), ("lost", won), ("open", {}), ("won", won)):
        assert [result["status"] for result in outcome(name, **more)] == [202, 400]
    assert len(synced) == 6
    client.post("/v1/score", {**LEAD, **AS_OF})
    assert len(synced) == 6, "a decision survives a killed process, which needs no more"
    spooled = (spool_folder(folder) / "waiting.jsonl").read_bytes()
    monkeypatch.undo()
    shutil.copytree(away, folder, dirs_exist_ok=True)
    for _ in range(2):
        # A power cut may bring back what was written to the store already.
        (spool_folder(folder) / "waiting.jsonl").write_bytes(spooled)
        availability.look()
        assert not availability.away
        tables = read_tables(availability.store)
        assert len(tables.activities) == 3
        assert len(tables.decisions) == 1
        with availability.store.connection.reading() as raw:
            rows = raw.execute("SELECT outcome FROM outcomes ORDER BY id").fetchall()
        assert [row[0] for row in rows] == ["won", "open", "lost", "open", "won"]


def test_what_can_be_kept_nowhere_is_refused(client, availability, folder):
    shutil.rmtree(folder)
    availability.store.connection.close()
    folder.write_text("no folder")
    content = {"activities": [{"lead_id": "4711", **VISITS[0]}]}
    answer = client.post("/v1/activities", content)
    assert (answer.status, answer.json()["code"]) == (503, "store_away")
    assert answer.headers["retry-after"] == "10"


def test_a_decision_is_taken_again_from_what_was_stored_then(client, availability, bundle):
    answer = client.post("/v1/score", {**LEAD, **AS_OF, "activities": VISITS}, x_request_id="r-1")
    client.post("/v1/score", {**LEAD, **AS_OF, "Employees": "400"})
    client.post("/v1/score", {**LEAD, **AS_OF, "CreatedDate": "2025-06-01T00:00:00Z"})
    late = [{"lead_id": "4711", "type": "demo", "occurred_at": "2026-01-01T12:00:00Z"}]
    client.post("/v1/activities", {"activities": late})
    (again,) = replay(availability.store, "r-1", lambda *kept: load_bundle(bundle))
    assert (again.same, again.differences) == (True, [])
    assert (again.lead_id, again.readiness) == ("4711", answer.json()["readiness"])
    with pytest.raises(StoreError, match="holds no decision of the request r-2"):
        replay(availability.store, "r-2", lambda *kept: load_bundle(bundle))


def test_a_replay_shows_what_differs(client, availability, bundle):
    client.post("/v1/score", {**LEAD, **AS_OF}, x_request_id="r-1")
    with availability.store.transaction() as transaction:
        transaction.raw.execute("UPDATE decisions SET threshold = 2, features_digest = 'x'")
    (again,) = replay(availability.store, "r-1", lambda *kept: load_bundle(bundle))
    assert [difference.name for difference in again.differences] == ["threshold", "features"]
    assert again.differences[0].then == 2.0


def test_a_decision_that_waited_is_taken_again_from_what_came_with_it(
    client, availability, folder, bundle
):
    client.post("/v1/score", {**LEAD, **AS_OF, "Employees": "400", "activities": VISITS})
    away = folder.rename(folder.with_name("away"))
    availability.store.connection.close()
    client.post("/v1/score", {**CREATED, "Source": "Web", **AS_OF}, x_request_id="r-1")
    shutil.copytree(away, folder, dirs_exist_ok=True)
    availability.look()
    (again,) = replay(availability.store, "r-1", lambda *kept: load_bundle(bundle))
    assert again.differences == []


def test_a_decision_that_cannot_be_kept_at_all_says_so(client, availability, folder, caplog):
    shutil.rmtree(folder)
    availability.store.connection.close()
    folder.write_text("no folder")
    answer = client.post("/v1/score", {**LEAD, **AS_OF})
    assert answer.status == 200
    assert "this decision is not kept" in answer.json()["warnings"]
    assert "A decision was lost" in caplog.text


def test_erasing_a_lead_is_answered_and_done(client, availability, folder):
    client.post("/v1/score", {**LEAD, **AS_OF})
    quarantine = folder / "quarantine.csv"
    quarantine.write_text("table,row,lead_id,reason\nleads,1,4711,x\nleads,2,4712,x\n")
    answer = client.call("DELETE", "/v1/leads/4711")
    erased = {
        "decisions": 1,
        "activities": 0,
        "field_changes": 1,
        "outcomes": 0,
        "feedback": 0,
        "overrides": 0,
    }
    held = {"waiting": 0, "files": 1, "wal": "truncated"}
    said = answer.json()
    assert "files of leadgate store backup, and dumps of the database" in said.pop("not_covered")
    expected = {"lead_id": "4711", **erased, **held, "request_id": said["request_id"]}
    assert (answer.status, said) == (200, expected)
    assert client.get("/v1/leads/4711").status == 404
    again = client.call("DELETE", "/v1/leads/4711")
    expected["request_id"] = again.json()["request_id"]
    assert (again.status, {**again.json()} | expected) == (200, again.json()), "its answer was lost"
    unknown = client.call("DELETE", "/v1/leads/4710")
    assert (unknown.status, unknown.json()["code"]) == (404, "unknown_lead")
    assert quarantine.read_text() == "table,row,lead_id,reason\nleads,2,4712,x\n"


@pytest.mark.parametrize("scored", [7051, 7051.0, "7051.0", " 7051"])
@pytest.mark.parametrize("address", ["7051", "7051.0"])
def test_a_lead_is_seen_and_erased_by_any_spelling_of_its_id(client, scored, address):
    client.post("/v1/score", {**LEAD, **AS_OF, "lead_id": scored})
    assert client.get(f"/v1/leads/{address}").json()["lead_id"] == "7051"
    assert client.call("DELETE", f"/v1/leads/{address}").status == 200
    assert client.get("/v1/leads/7051").status == 404


def test_the_log_holds_nothing_of_a_lead(client, availability, folder, caplog):
    caplog.set_level(logging.DEBUG)
    jane = "jane.doe@example.com"
    lead = {**LEAD, "lead_id": jane, "Source": jane}
    item = {"lead_id": jane, "type": jane, "occurred_at": VISITS[0]["occurred_at"]}

    def calls():
        client.post("/v1/score", lead, idempotency_key=jane)
        client.post("/v1/score/batch", {"leads": [lead, {**lead, "as_of": jane}]})
        client.post("/v1/activities", {"activities": [item, {**item, "occurred_at": jane}]})
        client.post("/v1/outcomes", {"outcomes": [{"lead_id": jane, "outcome": jane}]})
        client.get(f"/v1/leads/{jane}")
        client.call("DELETE", f"/v1/leads/{jane}")

    calls()
    away = folder.rename(folder.with_name("away"))
    availability.store.connection.close()
    calls()
    shutil.copytree(away, folder, dirs_exist_ok=True)
    availability.look()
    assert [r for r in caplog.records if r.name == "leadgate.store"]
    assert not [r for r in caplog.records if jane in r.getMessage() or r.exc_info]


def test_without_a_store_leads_are_scored_and_nothing_is_kept(client_of, bundle):
    client = client_of(lambda: Scorer.load(bundle))
    assert client.post("/v1/score", {**LEAD, **AS_OF}).status == 200
    answer = client.get("/v1/leads/4711")
    assert (answer.status, answer.json()["code"]) == (503, "no_store")


def test_what_the_store_takes_is_measured_by_operation(client):
    client.post("/v1/score", {**LEAD, **AS_OF})
    client.post("/v1/outcomes", {"outcomes": [{"lead_id": "4711", "outcome": "open"}]})
    client.get("/v1/leads/4711")
    text = client.get("/metrics").content.decode()
    for operation in ("decide", "outcomes", "lead"):
        assert f'leadgate_store_seconds_count{{operation="{operation}"}}' in text
    assert 'leadgate_decisions_total{decision="' in text
    assert "leadgate_spooled 0.0" in text
    assert "leadgate_champion_created_timestamp_seconds 1.767323045e+09" in text


def test_a_decision_whose_confirmation_was_lost_is_kept_once(client, availability, monkeypatch):
    transaction = availability.store.transaction

    @contextlib.contextmanager
    def lost(*given, **named):
        with transaction(*given, **named) as opened:
            yield opened
        raise StoreError("The connection was lost.", code="store_away")

    with monkeypatch.context() as patch:
        patch.setattr(availability.store, "transaction", lost)
        answer = client.post("/v1/score", {**LEAD, **AS_OF})
    assert answer.status == 200
    assert "the store is away" in answer.json()["warnings"]
    availability.look()
    assert availability.state == "there"
    kept = read_tables(availability.store).decisions
    assert kept["request_id"].tolist() == [answer.json()["request_id"]]


def test_a_call_that_is_made_again_after_a_lost_confirmation_gets_what_was_kept(
    client, availability, monkeypatch
):
    transaction, cuts = availability.store.transaction, [None]

    @contextlib.contextmanager
    def lost(*given, **named):
        with transaction(*given, **named) as opened:
            yield opened
        if cuts:
            cuts.pop()
            raise StoreLostError("The connection was cut.")

    with monkeypatch.context() as patch:
        patch.setattr(availability.store, "transaction", lost)
        answer = client.post("/v1/score", {**LEAD, **AS_OF})
    assert (answer.status, answer.json()["warnings"]) == (200, "")
    (given,) = client.get("/v1/leads/4711").json()["decisions"]
    assert given["request_id"] == answer.json()["request_id"]
    assert cuts == []
