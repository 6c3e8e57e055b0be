import sqlite3
import threading
from pathlib import Path

import pytest

from features.history.from_records import Activity
from features.parsing.times import now
from leadgate.errors import StoreError
from leadgate.policy import LeadState, Load
from serving.idempotency import CallKey
from serving.scoring.earlier_calls import (
    Additions,
    EarlierCalls,
    Outcome,
    earlier_identity,
    identity,
)
from serving.store import Store
from serving.store.statements import Statements

NOON = 1_767_268_800_000_000
VISIT = Activity(NOON, NOON, "visit", 2.5, "web", "pricing")
CALL = Activity(NOON + 1, NOON + 5, "call", activity_id="a-1")
NEXT_WEEK = NOON + 7 * 86_400_000_000


def of(*activities, lead_id="1"):
    return {identity(lead_id, activity): activity for activity in activities}


def add(store, *args, **kwargs):
    with store.transaction() as transaction:
        return transaction.add(Additions(*args, **kwargs))


def test_what_is_added_to_a_lead_is_read_back(store):
    assert store.earlier_calls("1") == EarlierCalls()
    assert add(store, "1", NOON, "acme", NOON - 1, {"Source": "Web"}, of(VISIT))
    assert add(store, "1", NOON + 7, fields={"Source": "", "Größe": "„1“"}, activities=of(CALL))
    assert store.earlier_calls("1") == EarlierCalls(
        2,
        "acme",
        NOON - 1,
        [(NOON, {"Source": "Web"}), (NOON + 7, {"Source": "", "Größe": "„1“"})],
        of(VISIT, CALL),
    )
    assert store.earlier_calls("1").fields(NOON + 6) == {"Source": "Web"}
    assert store.earlier_calls("1").fields(NOON + 7) == {"Source": "", "Größe": "„1“"}
    assert store.earlier_calls("2") == EarlierCalls()


def test_an_earlier_revision_of_a_lead_can_still_be_read(store):
    add(store, "1", NOON, fields={"Source": "Web"}, activities=of(VISIT))
    before = store.earlier_calls("1")
    add(store, "1", NOON - 9, fields={"Source": "Fair"}, activities=of(CALL))
    assert store.earlier_calls("1", revision=1) == before
    assert store.earlier_calls("1").fields(NOON - 9) == {"Source": "Fair"}


def test_nothing_new_is_no_revision(store):
    add(store, "1", NOON, activities=of(VISIT))
    assert not add(store, "1", NOON)
    assert not add(store, "1", NOON, activities=of(VISIT))
    assert store.earlier_calls("1").revision == 1


def test_activities_are_unique_by_their_id_or_by_all_their_values(store):
    other = VISIT._replace(content="docs")
    changed = CALL._replace(type="mail")
    assert store.add_activities([("1", VISIT), ("1", CALL), ("1", VISIT)]) == [True, True, False]
    late = CALL._replace(occurred_at=CALL.occurred_at + 1, value=7.0)
    given = [("2", VISIT), ("1", other), ("1", changed), ("2", CALL), ("1", late)]
    given += [("1", VISIT._replace(value=7.0)), ("1", VISIT._replace(recorded_at=0))]
    assert store.add_activities(given) == [True, True, True, True, False, True, False]
    kept = list(store.earlier_calls("1").activities.values())
    assert kept == [VISIT, CALL, other, changed, VISIT._replace(value=7.0)]


def test_an_activity_that_the_last_release_kept_is_not_kept_again(store):
    with store.connection.writing() as raw:
        sql = Statements(store.connection.dialect)
        for activity in (VISIT, CALL):
            row = {**activity._asdict(), "lead_id": "1", "revision": 1, "earlier": ""}
            row["identity"] = earlier_identity("1", activity)
            if sql.add_activity:
                raw.execute(sql.add_activity, row)
            else:
                raw.execute(sql.add_activities, {name: [value] for name, value in row.items()})
        lead = {"lead_id": "1", "account_id": None, "created_at": None, "revision": 1}
        raw.execute(sql.put_lead, lead)
    assert store.earlier_calls("1").activities.keys() == of(VISIT, CALL).keys()
    assert store.add_activities([("1", VISIT), ("1", CALL)]) == [False, False]
    given = [("2", CALL), ("1", CALL._replace(type="mail")), ("1", VISIT._replace(value=7.0))]
    assert store.add_activities(given) == [True, True, True]


def test_an_outcome_is_new_when_it_differs_from_the_last_one(store):
    won = Outcome("1", "won", NOON, 1200.5, True)
    again = Outcome("1", "open")
    assert store.add_outcomes([won, won, Outcome("2", "lost", NOON)]) == [True, False, True]
    assert store.add_outcomes([again, won, won._replace(amount=None)]) == [True, True, True]


def test_a_decision_is_kept_once_and_answers_its_key(store, decision):
    key, at = CallKey("k", "f", "plain"), now()
    row = decision(
        idempotency_key="k",
        fingerprint="f",
        answer='{"readiness": 0.30000000000000004}',
        decided_at=at,
    )
    with store.transaction(key=key) as transaction:
        assert transaction.see("1", key, NOON, NOON).answered is None
        transaction.keep(row)
        assert not transaction.keep_late(row, Additions("1", NOON))
        assert transaction.see("1", key, NOON, NOON).answered == ("1", row["answer"], "f", at)
    assert store.look_up("2", key)[0] == ("1", row["answer"], "f", at)
    assert store.look_up("2", CallKey("other", "f", "plain"))[0] is None
    (kept,) = store.decisions("r")
    assert kept.pop("id") == 1
    assert kept == row
    (answer,) = store.answers("1")
    assert answer["readiness"] == 0.1 + 0.2
    assert (answer["why"], answer["person"]) == (row["why"], "")
    assert store.answers("2") == []


def test_the_state_is_that_of_the_week_and_of_the_lead(store, decision):
    with store.transaction() as transaction:
        transaction.keep(decision(person="north", handed_off_at=NOON, handed_to="north", grade="B"))
        transaction.keep(decision(lead_id="2", person="south"))
        transaction.keep(decision(lead_id="3", person="south"))
        transaction.keep(decision(lead_id="4", decision="nurture", uses_capacity=0))
        transaction.keep(decision(shadow=1, decision="review", person="east"))
        people = {"north": Load(1, 0.5), "south": Load(2, 1.0)}
        assert transaction.state("1", NOON) == LeadState(
            NOON, 3, people, "hand_off", "B", "purchase", NOON, "north"
        )
        assert transaction.state("5", NOON) == LeadState(NOON, 3, people)
        assert transaction.state("5", NEXT_WEEK) == LeadState(NEXT_WEEK)
    assert len(store.answers("1")) == 1


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Outcome("1", "won", NOON), {"outcome": "won"}),
        (Outcome("1", "lost", NOON, worked=True), {"outcome": "lost", "worked": True}),
        (Outcome("1", "open", worked=True), {"worked": True}),
        (Outcome("1", "open", worked=False), {"returned": True}),
        (Outcome("1", "open"), {}),
    ],
)
def test_the_state_holds_what_became_of_the_handoff(store, decision, outcome, expected):
    nothing = {"outcome": "", "worked": False, "returned": False}
    with store.transaction() as transaction:
        # By the order in the store: these clocks do not agree.
        transaction.add_outcomes([outcome], 2**60)
        transaction.keep(decision(handed_off_at=NOON))
        state = transaction.state("1", NOON)
        before = {name: getattr(state, name) for name in nothing}
        transaction.add_outcomes([Outcome("1", "won", 1), outcome], NOON - 1)
        state = transaction.state("1", NOON)
    assert before == {**nothing, "outcome": expected.get("outcome", "")}, "before the handoff"
    assert {name: getattr(state, name) for name in nothing} == {**nothing, **expected}


def test_what_fails_in_a_transaction_leaves_nothing_behind(store, decision):
    def work():
        with store.transaction() as transaction:
            transaction.add(Additions("1", NOON, fields={"Source": "Web"}))
            transaction.keep(decision())
            raise KeyError("defect")

    with pytest.raises(KeyError, match="defect"):
        work()
    assert store.earlier_calls("1") == EarlierCalls()
    assert store.decisions("r") == []
    with store.transaction() as transaction:
        assert transaction.state("1", NOON) == LeadState(NOON)


def test_erasing_a_lead_leaves_nothing_of_it(store, decision, url):
    add(store, "1", NOON, "acme", NOON, {"Source": "erase me"}, of(VISIT))
    add(store, "2", NOON, fields={"Source": "Fair"})
    store.add_outcomes([Outcome("1", "won", NOON)])
    with store.transaction() as transaction:
        transaction.keep(decision())
    rows = {
        "leads": 1,
        "field_changes": 1,
        "activities": 1,
        "outcomes": 1,
        "decisions": 1,
        "feedback": 0,
        "overrides": 0,
    }
    assert store.erase("1") == rows
    assert store.erase("1") == rows, "as it was answered before"
    assert store.erase("3") == dict.fromkeys(rows, 0)
    assert store.connection.empty_log()
    assert store.earlier_calls("1") == EarlierCalls()
    assert store.answers("1") == []
    assert store.earlier_calls("2").revision == 1
    with store.transaction() as transaction:
        assert transaction.state("1", NOON) == LeadState(NOON, 1, {"": Load(1, 0.5)}), "as used"
    if url.startswith("sqlite"):
        file = Path(url.removeprefix("sqlite:///"))
        for part in (file, file.with_name(f"{file.name}-wal")):
            assert b"erase me" not in part.read_bytes()


def test_models_and_policies_are_kept_by_their_digest(store):
    for _ in range(2):
        store.keep_model(("b", "7", "/models/7"), "p", {"capacity": 3})
    assert store.bundle("b") == ("7", "/models/7")
    assert store.policy("p") == {"capacity": 3}
    assert (store.bundle("?"), store.policy("?")) == (None, None)


def test_two_processes_take_turns(url, decision):
    """Each reads the count that the other has written before: none is lost."""
    rows = [[decision(lead_id=f"{who}-{i}") for i in range(40)] for who in "ab"]
    seen = []

    def work(mine):
        with Store(url) as store:
            for row in mine:
                with store.transaction(week=True) as transaction:
                    seen.append(transaction.state("", NOON).this_week)
                    transaction.keep(row)

    threads = [threading.Thread(target=work, args=[mine]) for mine in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == list(range(80))


def test_a_store_that_is_away_says_so_and_comes_back(tmp_path):
    folder = tmp_path / "later"
    store = Store(f"sqlite:///{folder / 'leadgate.db'}")
    with pytest.raises(StoreError, match="The store is away: OperationalError"):
        store.earlier_calls("1")
    folder.mkdir()
    assert store.earlier_calls("1") == EarlierCalls()
    store.connection.close()


def test_a_read_only_store_is_away(tmp_path):
    with Store(f"sqlite:///{tmp_path / 'leadgate.db'}") as store:
        with store.connection.reading() as raw:
            raw.execute("PRAGMA query_only=ON")
        with pytest.raises(StoreError, match="away"), store.transaction() as transaction:
            transaction.add(Additions("1", NOON, fields={"Source": "Web"}))


@pytest.mark.parametrize("url", ["mysql://h/x", "nothing", "sqlite+aio:///x"])
def test_another_database_is_refused(url):
    with pytest.raises(StoreError, match="names neither SQLite nor PostgreSQL"):
        Store(url)


def test_sqlite_keeps_a_log_of_writes_and_syncs_what_has_to_last(tmp_path):
    with Store(f"sqlite:///{tmp_path / 'leadgate.db'}") as store:

        def synchronous():
            with store.connection.reading() as raw:
                return raw.execute("PRAGMA synchronous").fetchone()[0]

        with store.transaction():
            pass
        assert synchronous() == 1
        store.add_activities([("1", VISIT)])
        assert synchronous() == 2
    raw = sqlite3.connect(tmp_path / "leadgate.db")
    assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    raw.close()


def test_a_database_that_may_not_be_written_is_away(store):
    switch = "PRAGMA query_only=ON"
    if store.connection.kind == "postgresql":
        switch = "SET default_transaction_read_only = on"
    with store.connection.reading() as raw:
        raw.execute(switch)
    with pytest.raises(StoreError, match="The store is away"):
        store.add_outcomes([Outcome("1", "won", NOON)])
    assert store.add_outcomes([Outcome("1", "won", NOON)]) == [True]


def test_the_log_of_writes_is_brought_into_the_file_beside_the_writers(tmp_path):
    file = tmp_path / "leadgate.db"
    with Store(f"sqlite:///{file}") as store:
        store.connection.tidy()
        before = file.read_bytes()
        with store.transaction() as transaction:
            transaction.add(Additions("1", NOON, fields={"Source": "a word in the log"}))
            # Nobody waits for the one that tidies, and it waits for nobody.
            store.connection.tidy()
        assert file.read_bytes() == before
        store.connection.tidy()
        assert b"a word in the log" in file.read_bytes()
        file.rename(tmp_path / "moved")
        add(store, "2", NOON, fields={"Source": "Web"})
        store.connection.tidy()
        assert not file.exists()


def test_handoffs_are_counted_in_the_weeks_of_the_zone(url, decision):
    # Sunday 2026-01-04 12:30 UTC is Monday 01:30 in Auckland, and Monday noon UTC the same day.
    sunday, monday = 1_767_529_800_000_000, 1_767_614_400_000_000
    for zone, counted in (("Pacific/Auckland", 2), ("UTC", 1)):
        with Store(url, timezone=zone) as kept, kept.transaction([zone], week=True) as transaction:
            for n, at in enumerate((sunday, monday)):
                row = decision(lead_id=zone, decision_id=f"{zone}-{n}", decided_at=at, person=zone)
                transaction.keep(row)
            assert transaction.state(zone, monday).people[zone].handoffs == counted
