import shutil
import sqlite3
from dataclasses import asdict
from functools import partial
from urllib.parse import quote

import pandas as pd
import pytest

from benchmarks.probes import erasure
from features.history.from_records import Activity
from features.parsing.times import now
from leadgate.cells import list_text
from serving.decisions.erasure import NOT_COVERED, WEEKLY, erase, forget_rows, spool_folder
from serving.http.lead_routes import LeadRoutes
from serving.outage.availability import Availability
from serving.outage.spool import Spool
from serving.outage.spool_records import (
    activity_records,
    decision_record,
    outcome_records,
)
from serving.scoring.earlier_calls import Additions, Outcome
from serving.scoring.scorer import Scorer
from serving.store import Store, read_tables

LEAD = {"CreatedDate": "2026-01-01T09:00:00Z", "Source": "Web", "as_of": "2026-01-05T09:00:00Z"}


@pytest.fixture
def client(client_of, bundle, availability, folder):
    return client_of(lambda: Scorer.load(bundle), lead_routes=LeadRoutes(availability, folder))


def held(store):
    tables = read_tables(store)
    return {
        name for name in ("leads", "field_changes", "activities", "outcomes", "decisions")
        if len(getattr(tables, name))
    }  # fmt: skip


def records(decision, visit, lead_id="1"):
    """Return one record of each kind, received now."""
    additions = asdict(Additions(lead_id, now(), fields={"Source": "erase me"}))
    row = decision(lead_id=lead_id, decided_at=now())
    return [
        decision_record(row, additions),
        *activity_records([(lead_id, visit)]),
        *outcome_records([Outcome(lead_id, "won", 5)]),
    ]


@pytest.fixture
def visit():
    return Activity(5, 5, "visit", content="erase me")


def test_what_waits_with_another_replica_never_comes_back(tmp_path, url, decision, visit):
    """Whatever waits anywhere of a lead from before its erasure is not kept; later is new."""
    with Store(url) as store:
        other = Availability(store, Spool(tmp_path / "other"))
        other.spool(records(decision, visit))
        (of_before,) = activity_records([("1", visit)])
        # As the last release wrote them.
        del of_before["received_at"]
        other.spool([of_before])
        assert not erase(store, tmp_path, "1"), "nobody knew it, and the tombstone is written"
        other.look()
        assert (other.state, held(store)) == ("there", set())
        other.spool(records(decision, visit))
        other.look()
        assert held(store) == {"leads", "field_changes", "activities", "outcomes", "decisions"}
        assert erase(store, tmp_path, "1").stored
        assert held(store) == set()


def test_an_erasure_whose_answer_was_lost_is_answered_again(store, tmp_path, decision, visit):
    """Both times with what the first erased; a lead that nobody knew stays unknown."""
    store.add_activities([("1", visit)])
    Spool(spool_folder(tmp_path)).add(activity_records([("2", visit)]))
    first = [erase(store, tmp_path, name).to_dict(name) for name in "123"]
    assert [erase(store, tmp_path, name).to_dict(name) for name in "123"] == first
    assert (first[0]["activities"], first[1]["waiting"]) == (1, 1)
    assert [bool(erase(store, tmp_path, name)) for name in "123"] == [True, True, False]


def test_an_erasure_is_answered_again_no_longer_than_a_call(url, tmp_path, visit):
    with Store(url, idempotency_hours=0.0) as store:
        store.add_activities([("1", visit)])
        assert erase(store, tmp_path, "1")
        assert not erase(store, tmp_path, "1")


def test_a_lead_that_came_again_is_erased_again(store, tmp_path, visit):
    store.add_activities([("1", visit)])
    erase(store, tmp_path, "1")
    store.add_activities([("1", visit), ("1", visit._replace(content="more"))])
    assert erase(store, tmp_path, "1").rows["activities"] == 2
    assert held(store) == set()


def test_a_call_that_came_before_the_erasure_adds_nothing(store, visit):
    before = now()
    store.erase("1")
    assert store.add_activities([("1", visit), ("2", visit)], before) == [False, True]
    assert store.add_outcomes([Outcome("1", "won", 5)], before) == [False]
    assert store.add_activities([("1", visit)]) == [True]


def test_a_decision_that_waited_while_its_lead_was_erased_is_refused(
    client, availability, monkeypatch
):
    before = now()
    availability.store.erase("4711")
    monkeypatch.setattr("serving.store.patience.now", lambda: before)
    answer = client.post("/v1/score", {**LEAD, "lead_id": "4711"})
    assert (answer.status, answer.json()["code"]) == (400, "erased")
    monkeypatch.undo()
    assert client.post("/v1/score", {**LEAD, "lead_id": "4711"}).status == 200


def test_a_lead_is_erased_while_others_wait_for_the_store(client, availability):
    client.post("/v1/score", {**LEAD, "lead_id": "1"})
    availability.spool(outcome_records([Outcome("1", "open"), Outcome("2", "open")]))
    assert availability.state == "behind"
    answer = client.call("DELETE", "/v1/leads/1").json()
    assert (answer["decisions"], answer["waiting"]) == (1, 1)
    availability.look()
    assert client.get("/v1/leads/1").status == 404


@pytest.mark.parametrize(
    "lead_id",
    ["a/b", "/", "a b", " a ", "a\nb", "..", "a?b=c&d", "a%2Fb", "7051.0", "Größe „1“", "x" * 500],
)
def test_a_lead_of_any_id_is_read_and_erased(client, lead_id):
    assert client.post("/v1/score", {**LEAD, "lead_id": lead_id}).status == 200
    query = f"id={quote(lead_id, safe='')}"
    answer = client.get("/v1/leads", query)
    assert (answer.status, len(answer.json()["decisions"])) == (200, 1)
    assert client.call("DELETE", "/v1/leads", query=query).json()["decisions"] == 1
    assert client.get("/v1/leads", query).status == 404


@pytest.mark.parametrize(
    ("query", "code"),
    [("", "missing_lead_id"), ("id=", "missing_lead_id"), ("id=%00", "bad_value"),
     ("id=a%00b", "bad_value"), (f"id={'x' * 501}", "bad_value")],
)  # fmt: skip
def test_what_is_no_id_is_the_clients_fault(client, query, code):
    for method in ("GET", "DELETE"):
        answer = client.call(method, "/v1/leads", query=query)
        assert (answer.status, answer.json()["code"], answer.json()["field"]) == (
            400,
            code,
            "lead_id",
        )
    assert client.call("DELETE", "/v1/leads/a\0b").status == 400


def test_the_log_of_writes_is_emptied_once_nobody_reads_it(client, availability, folder):
    client.post("/v1/score", {**LEAD, "lead_id": "1", "Source": "erase me"})
    reader = sqlite3.connect(folder / "leadgate.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM leads").fetchall()
    assert client.call("DELETE", "/v1/leads/1").json()["wal"] == "pending"
    assert client.post("/v1/score", {**LEAD, "lead_id": "2"}).status == 200
    availability.look()
    assert b"erase me" in (folder / "leadgate.db-wal").read_bytes()
    reader.close()
    availability.look()
    for file in folder.glob("leadgate.db*"):
        assert b"erase me" not in file.read_bytes()


def test_no_file_of_the_folder_holds_an_erased_value(client, availability, folder, decision, visit):
    client.post("/v1/score", {**LEAD, "lead_id": "1", "Source": "erase me"})
    (folder / "quarantine.csv").write_text("table,row,lead_id,reason\nleads,1,1,erase me\n")
    spool = Spool(spool_folder(folder))
    spool.add(records(decision, visit))
    spool.refuse(records(decision, visit)[0])
    answer = client.call("DELETE", "/v1/leads/1").json()
    assert (answer["waiting"], answer["files"], answer["wal"]) == (4, 1, "truncated")
    assert answer["not_covered"] == list(NOT_COVERED)
    for file in folder.rglob("*"):
        assert file.is_dir() or b"erase me" not in file.read_bytes()


def test_what_another_replica_set_aside_is_erased_there_too(tmp_path, url, decision, visit):
    with Store(url) as store:
        spool = Spool(tmp_path / "other")
        other = Availability(store, spool)
        spool.add([])
        other.spool([{"lead_id": "1"}, {"lead_id": "2"}])
        other.look()
        assert len(spool.set_aside()) == 2
        erase(store, tmp_path / "nowhere", "1")
        other.look()
        assert [record["lead_id"] for record in spool.set_aside()] == ["2"]


def test_what_the_files_of_another_replica_hold_is_erased_there_too(tmp_path, url, decision, visit):
    folder = tmp_path / "other"
    rejected, scratch = folder / "run" / "quarantine.csv", spool_folder(folder) / "waiting.scratch"
    with Store(url) as store:
        spool = Spool(spool_folder(folder))
        other = Availability(store, spool, forget=partial(forget_rows, folder))
        other.look()
        for path in (rejected, scratch):
            path.parent.mkdir(parents=True, exist_ok=True)
        rejected.write_text("table,row,lead_id,reason\nleads,1,1,bad\nleads,2,2,bad\n")
        scratch.write_text('{"lead_id": "1"}\n')
        assert not erase(store, tmp_path / "nowhere", "1")
        other.look()
    assert rejected.read_text() == "table,row,lead_id,reason\nleads,2,2,bad\n"
    assert not scratch.exists()


@pytest.mark.parametrize("name", ["preview", "ready_now", "nurture_now", "misses"])
def test_what_a_list_of_a_run_holds_of_a_lead_is_erased(tmp_path, store, name):
    listed = tmp_path / "runs" / "2" / f"{name}.csv"
    listed.parent.mkdir(parents=True)
    listed.write_text('lead_id,as_of,reason_1_then\n1,,Source is Web\n2,,"a, b"\n')
    assert erase(store, tmp_path, "1").files == [listed]
    assert listed.read_text() == 'lead_id,as_of,reason_1_then\n2,,"a, b"\n'


def test_what_a_week_keeps_of_a_lead_is_erased(tmp_path, store):
    scores, mine = tmp_path / WEEKLY / "scores.csv", tmp_path / "scores.csv"
    read = tmp_path / WEEKLY / "open" / "open_leads.parquet"
    read.parent.mkdir(parents=True)
    read.touch()
    for path in (scores, mine):
        path.write_text("lead_id,readiness\n1,0.5\n2,0.25\n")
    assert erase(store, tmp_path, "1").files == [scores]
    assert scores.read_text() == "lead_id,readiness\n2,0.25\n"
    assert "1,0.5" in mine.read_text()
    assert not read.exists()


@pytest.mark.parametrize("lead_id", ["=1", "-7", "'@a"])
def test_an_id_that_lists_escape_is_erased_from_them(tmp_path, store, lead_id):
    listed = tmp_path / "runs" / "2" / "misses.csv"
    listed.parent.mkdir(parents=True)
    listed.write_text(list_text(pd.DataFrame({"lead_id": [lead_id, "=2"]})))
    assert erase(store, tmp_path, lead_id).files == [listed]
    assert listed.read_text() == "lead_id\n'=2\n"


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_nothing_is_left_of_a_lead_after_random_histories(kind):
    assert erasure.run(repeats=5, stores=(kind,))[kind]["left"] == 0


def test_a_store_that_is_away_erases_nothing(client, availability, folder, decision, visit):
    spool = Spool(spool_folder(folder))
    spool.add(records(decision, visit))
    away = folder.rename(folder.with_name("away"))
    availability.store.connection.close()
    assert client.call("DELETE", "/v1/leads/1").status == 503
    shutil.copytree(away, folder, dirs_exist_ok=True)
    assert len(Spool(spool_folder(folder))) == 3
