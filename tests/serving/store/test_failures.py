import sqlite3
import threading
import time
from functools import partial

import psycopg
import pytest
import sqlalchemy as sa

from leadgate.errors import (
    BadRecordError,
    LeadError,
    StoreBusyError,
    StoreError,
    StoreLostError,
)
from serving.idempotency import NO_KEY
from serving.scoring.earlier_calls import Additions, Outcome
from serving.store import Store, postgresql
from serving.store.failures import is_failure, store_error
from serving.store.patience import patiently

NOON = 1_767_268_800_000_000


@pytest.mark.parametrize(
    ("sqlstate", "kind"),
    [
        ("08006", StoreError), ("57P01", StoreLostError), ("57P03", StoreError),
        ("53300", StoreError),
        ("53100", StoreError), ("25006", StoreError), ("28P01", StoreError), ("42P01", StoreError),
        ("42501", StoreError), ("XX001", StoreError), ("0A000", StoreError), ("58030", StoreError),
        ("57P02", StoreLostError), ("57P05", StoreLostError), ("25P03", StoreLostError),
        ("55P03", StoreBusyError), ("57014", StoreBusyError), ("40001", StoreBusyError),
        ("40P01", StoreBusyError),
        ("22003", BadRecordError), ("22P05", BadRecordError), ("23505", BadRecordError),
        ("54000", BadRecordError),
    ],
)  # fmt: skip
def test_each_class_of_sqlstate_has_its_meaning(sqlstate, kind):
    error = psycopg.errors.lookup(sqlstate)("a value of a lead")
    assert is_failure(error, psycopg.Error)
    failure = store_error(error)
    assert type(failure) is kind
    assert f"SQLSTATE {sqlstate}" in str(failure)
    assert "a value of a lead" not in str(failure)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (psycopg.OperationalError("lost"), StoreError),
        (psycopg.InterfaceError("closed"), StoreError),
        (psycopg.DataError("NUL"), BadRecordError),
        (OverflowError("too large"), BadRecordError),
        (sqlite3.DatabaseError("malformed"), StoreError),
    ],
)
def test_what_has_no_sqlstate_has_one_too(error, kind):
    assert type(store_error(error)) is kind


def test_a_defect_is_no_failure_of_the_store():
    assert not is_failure(KeyError("x"), psycopg.Error)
    assert not is_failure(psycopg.ProgrammingError("a parameter is missing"), psycopg.Error)
    assert not is_failure(sqlite3.ProgrammingError("a parameter is missing"), sqlite3.Error)
    assert is_failure(psycopg.errors.UndefinedTable("none"), psycopg.Error)


def test_a_record_that_can_never_be_kept_is_refused_and_the_store_goes_on(store):
    """SQLite takes it where PostgreSQL's index does not; neither is away afterwards."""
    unfit = Outcome("1", "won", 2**70)
    with pytest.raises(BadRecordError, match="The store cannot keep this"):
        store.add_outcomes([Outcome("2", "won", NOON), unfit])
    assert issubclass(BadRecordError, LeadError), "400 over HTTP"
    assert store.add_outcomes([Outcome("2", "won", NOON)]) == [True], "nothing was kept before"


@pytest.mark.postgres
def test_what_no_index_takes_is_refused(postgresql):
    # Not compressible: the database packs what repeats itself.
    account = "".join(map(chr, range(0x4E00, 0x4E00 + 4_000)))
    with Store(postgresql) as store:
        with (
            pytest.raises(BadRecordError, match="SQLSTATE 54000"),
            store.transaction() as transaction,
        ):
            transaction.add(Additions("9", NOON, account))
        assert store.earlier_calls("9").revision == 0


def test_a_store_that_others_hold_is_busy_and_not_away(store, url):
    held, done = threading.Event(), threading.Event()

    def hold():
        with Store(url) as other, other.transaction(["1"]):
            held.set()
            done.wait(30)

    stranger = threading.Thread(target=hold)
    stranger.start()
    try:
        assert held.wait(30)
        started = time.monotonic()
        with pytest.raises(StoreBusyError, match="The store is busy"):
            store.add_outcomes([Outcome("1", "won", NOON)])
        assert time.monotonic() - started < 5
    finally:
        done.set()
        stranger.join()
    assert store.add_outcomes([Outcome("1", "won", NOON)]) == [True]


@pytest.mark.postgres
def test_what_failed_in_a_pipeline_spoils_nothing_after_it(postgresql_store, monkeypatch):
    """The driver takes a statement for prepared that the server skipped, once it fails often."""

    def see(store, lead_id):
        with store.transaction([lead_id]) as transaction:
            return transaction.see(lead_id, NO_KEY, NOON, NOON)

    monkeypatch.setitem(postgresql.OPTIONS, "options", "-c lock_timeout=10")
    with Store(postgresql_store) as store, Store(postgresql_store) as other:
        with other.transaction(["held"]) as transaction:
            transaction.revision("held")
            for _ in range(7):
                with pytest.raises(StoreBusyError, match="The store is busy"):
                    see(store, "held")
        for _ in range(7):
            assert see(store, "1").revision == 0


def cut(url, pid):
    """Let the server end the connection of one of its processes."""
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        connection.execute(sa.text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    engine.dispose()


@pytest.mark.postgres
def test_a_connection_that_was_cut_is_lost_once(postgresql):
    with Store(postgresql) as store:
        with store.connection.reading() as raw:
            pid = raw.info.backend_pid
        cut(postgresql, pid)
        with pytest.raises(StoreLostError, match="The store is away"):
            store.earlier_calls("1")
        assert store.earlier_calls("1").revision == 0


@pytest.mark.postgres
def test_what_a_cut_transaction_did_is_done_on_a_new_connection(postgresql_store):
    cuts = [cut]

    def report(store):
        with store.transaction(["1"]) as transaction:
            (new,) = transaction.add_outcomes([Outcome("1", "won", NOON)], NOON)
            if cuts:
                cuts.pop()(postgresql_store, transaction.raw.info.backend_pid)
        return new

    with Store(postgresql_store) as store:
        assert patiently(partial(report, store), 0.0)
        assert store.add_outcomes([Outcome("1", "won", NOON)]) == [False]


@pytest.mark.postgres
def test_a_connection_that_cannot_be_opened_is_no_lost_one(postgresql):
    nobody = sa.make_url(postgresql).set(port=1)
    with pytest.raises(StoreError, match="The store is away") as caught:
        Store(nobody.render_as_string(hide_password=False)).earlier_calls("1")
    assert type(caught.value) is StoreError
