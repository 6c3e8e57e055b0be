import sqlalchemy as sa

from features.io.erased import erased_digest
from serving.outage.availability import Availability
from serving.outage.spool import Spool
from serving.store import tables as t
from serving.upkeep.inspect import inspect

NOTE = {"said_by": "anna", "reason": "a competitor"}


def say(store, lead_id, at):
    with store.transaction([lead_id]) as transaction:
        transaction.say("feedback", {"lead_id": lead_id, "said_at": at, **NOTE, "agree": 0})
        override = {"decision": "disqualify", "until": None}
        transaction.say("overrides", {"lead_id": lead_id, "said_at": at, **NOTE, **override})


def erase_as_the_last_release(store, lead_id, at):
    """It knows no table of what people say."""
    with store.transaction([lead_id]) as transaction:
        salt = transaction.salt
    with store.connection.changing() as connection:
        tombstone = {"digest": erased_digest(salt, lead_id), "erased_at": at}
        connection.execute(sa.insert(t.erased).values(**tombstone))


def said(store, lead_id):
    return [len(rows) for rows in store.said(lead_id).values()]


def test_what_an_older_replica_leaves_of_an_erased_lead_is_removed(store, tmp_path):
    say(store, "A", 100)
    say(store, "B", 100)
    erase_as_the_last_release(store, "A", 200)
    faults = inspect(store, tmp_path).faults
    assert [fault.split(" from")[0] for fault in faults] == [
        "1 erased leads have feedback", "1 erased leads have overrides",
    ]  # fmt: skip
    Availability(store, Spool(tmp_path / "spool")).look()
    assert said(store, "A") == [0, 0]
    assert said(store, "B") == [1, 1]
    assert inspect(store, tmp_path).faults == []


def test_what_is_said_after_the_erasure_stays(store, tmp_path):
    say(store, "A", 200)
    say(store, "A", 201)
    erase_as_the_last_release(store, "A", 200)
    Availability(store, Spool(tmp_path / "spool")).look()
    assert said(store, "A") == [1, 1]
