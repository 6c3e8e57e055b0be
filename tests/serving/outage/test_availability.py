import logging
import shutil
import time
from dataclasses import asdict
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from prometheus_client import REGISTRY

from leadgate.errors import StoreError, StoreLostError
from leadgate.policy import US_PER_WEEK, Load
from serving.outage.availability import AWAY, BEHIND, THERE, Availability
from serving.outage.spool import Spool
from serving.outage.spool_records import decision_record, outcome_records
from serving.problems import HttpError
from serving.scoring.earlier_calls import Additions, Outcome
from serving.store import Store, read_tables
from serving.store.tables import HEAD

NOON = 1_767_268_800_000_000
UNFIT = outcome_records([Outcome("9", "won", 2**70)])
NOBODY = Additions("1", NOON)


@pytest.fixture
def availability(store, tmp_path):
    """The store with a spool, seen to be there."""
    availability = Availability(store, Spool(tmp_path / "spool"))
    availability.look()
    return availability


def outcomes(store):
    return read_tables(store).outcomes["lead_id"].tolist()


def test_a_record_that_does_not_fit_is_set_aside_and_holds_nobody_up(
    availability, store, tmp_path, caplog
):
    before = outcome_records([Outcome(str(n), "won", NOON) for n in range(3)])
    after = outcome_records([Outcome(str(n), "won", NOON) for n in range(3, 6)])
    assert availability.spool([*before, *UNFIT, {"lead_id": "8"}, *after])
    assert availability.state == BEHIND
    with caplog.at_level(logging.ERROR):
        availability.look()
    assert availability.state == THERE
    assert sorted(outcomes(store)) == list("012345")
    refused = tmp_path / "spool" / "refused.jsonl"
    assert len(refused.read_text().splitlines()) == 2
    assert availability.warnings == f"records_set_aside: 2 in {refused}"
    logged = [record.getMessage() for record in caplog.records if record.name == "leadgate.store"]
    assert len(logged) == 2
    assert all(str(refused) in line and str(2**70) not in line for line in logged)
    size = refused.stat().st_size
    Availability(store, Spool(tmp_path / "spool")).look()
    assert refused.stat().st_size == size, "it is not tried again"


def test_a_store_that_takes_long_to_begin_loses_nothing(availability, store, monkeypatch):
    """A part that ended before its first record was taken for a whole one."""
    clock = iter(range(10_000))
    monkeypatch.setattr("serving.outage.availability.time.monotonic", lambda: next(clock))
    availability.spool(outcome_records([Outcome(str(n), "won", NOON) for n in range(3)]))
    availability.look()
    assert availability.state == THERE
    assert sorted(outcomes(store)) == list("012")


def test_the_way_back_is_made_of_small_transactions(availability, monkeypatch):
    clock = iter(range(10_000))
    # Of the module alone: the driver of PostgreSQL looks at the clock as well.
    own = SimpleNamespace(monotonic=lambda: next(clock) / 50)
    monkeypatch.setattr("serving.outage.availability.time", own)
    written = []
    transaction = Store.transaction

    def counted(*given, **options):
        if options:
            written.append(options)
        return transaction(*given, **options)

    monkeypatch.setattr(Store, "transaction", counted)
    monkeypatch.setattr("serving.outage.spool.time.sleep", lambda seconds: None)
    availability.spool(outcome_records([Outcome(str(n), "open") for n in range(20)]))
    availability.look()
    assert len(written) == 7, "three records each: 20 ms a look at the clock, 50 ms a transaction"
    assert availability.state == THERE


def test_a_store_that_is_held_is_neither_away_nor_written_past(availability, store, url):
    availability.spool(outcome_records([Outcome("1", "won", NOON)]))
    with Store(url) as other, other.transaction(["1"]) as transaction:
        assert transaction.revision("1") == 0, "the lock is there"
        availability.look()
        assert availability.state == BEHIND
    availability.look()
    assert (availability.state, outcomes(store)) == (THERE, ["1"])


def test_the_count_of_the_week_is_there_when_the_store_goes(tmp_path, decision, monkeypatch):
    folder = tmp_path / "data"
    folder.mkdir()
    spool = Spool(tmp_path / "spool")
    store = Store(f"sqlite:///{folder / 'leadgate.db'}")
    availability = Availability(store, spool)
    now = decision()["decided_at"]
    monkeypatch.setattr("serving.outage.availability.now", lambda: now)
    availability.look()
    with store.transaction() as transaction:
        transaction.keep(decision(person="north"))
    availability.look()
    folder.rename(tmp_path / "gone")
    store.connection.close()
    availability.look()
    assert availability.state == AWAY
    held = Availability(store, spool).week.held(now, [])
    assert held.people == {"north": Load(1, 0.5)}
    availability.week.add(now, "north", 0.5)
    row = decision(lead_id="2", person="north")
    assert availability.spool([decision_record(row, asdict(NOBODY))])
    shutil.copytree(tmp_path / "gone", folder)
    availability.look()
    assert availability.state == THERE
    assert store.handoffs(now) == {"north": Load(2, 1.0)}
    assert store.handoffs(now + US_PER_WEEK) == {}
    store.connection.close()


def test_a_look_whose_connection_is_cut_looks_again(availability, store, monkeypatch):
    availability.look()
    handoffs, cuts = store.handoffs, [StoreLostError("cut")]

    def cut_once(now):
        if cuts:
            raise cuts.pop()
        return handoffs(now)

    monkeypatch.setattr(store, "handoffs", cut_once)
    availability.look()
    assert availability.state == "there"
    assert not cuts


def test_decisions_are_held_ever_longer_while_the_store_is_behind(availability, monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    assert availability.hold() == 0.0
    availability.spool(outcome_records([Outcome("1", "won", NOON)]))
    holds = []
    for seconds in (0.0, 1.0, 3.0, 10.0, 10_000.0):
        clock[0] = 100.0 + seconds
        holds.append(availability.hold())
    assert holds == pytest.approx([0.01, 0.02, 0.08, 1.0, 1.0])
    availability.look()
    assert availability.hold() == 0.0


def test_nothing_is_decided_beside_a_store_of_a_newer_leadgate(store, availability):
    availability.check()
    availability.note_away(StoreError("The store is away.", code="store_away"))
    availability.check()
    newer = StoreError("The store was made by a newer leadgate.", code="store_version", hint="Up.")
    availability.note_away(newer)
    with pytest.raises(HttpError, match=r"made by a newer leadgate\. Up\.") as caught:
        availability.check()
    assert (caught.value.status, caught.value.code) == (503, "store_version")


def test_a_replica_that_runs_goes_on_only_where_the_newer_leadgate_says_so(store, availability):
    """It looked when it opened the store only, and decided on beside tables that it cannot use."""
    _upgraded(store, oldest=HEAD)
    availability.look()
    assert availability.state == THERE
    _upgraded(store, oldest="9999")
    availability.look()
    with pytest.raises(HttpError, match="made by a newer leadgate"):
        availability.check()
    availability.look()
    assert availability.state == AWAY


def _upgraded(store, oldest):
    with store.connection.changing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
        change = "UPDATE settings SET value = :oldest WHERE name = 'oldest_leadgate'"
        connection.execute(sa.text(change), {"oldest": oldest})


def test_seconds_away_and_the_age_of_what_waits_are_measured(availability, monkeypatch):
    at = [1_000.0]
    monkeypatch.setattr("serving.outage.availability.time.monotonic", lambda: at[0])
    availability.look()
    before = value_of("leadgate_store_away_seconds_total")
    availability.note_away(StoreError("The store is away.", code="store_away"))
    monkeypatch.setattr(availability, "_come_back", lambda: None)
    for _ in range(3):
        at[0] += 7.0
        availability.look()
    assert value_of("leadgate_store_away_seconds_total") - before == 21.0
    assert value_of("leadgate_spool_age_seconds") == 14.0
    monkeypatch.undo()
    availability.look()
    assert value_of("leadgate_spool_age_seconds") == 0.0


def value_of(name):
    return REGISTRY.get_sample_value(name)
