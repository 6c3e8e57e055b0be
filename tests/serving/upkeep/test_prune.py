import pytest
import sqlalchemy as sa

import serving.upkeep.prune as prune_module
from features.history.from_records import Activity
from features.parsing.times import US_PER_DAY, now
from leadgate.errors import StoreBusyError
from serving.idempotency import CallKey
from serving.scoring.earlier_calls import Additions, Outcome
from serving.store import Store
from serving.store import tables as t
from serving.upkeep.prune import prune

LONG_AGO = 1_577_836_800_000_000
US_PER_HOUR = US_PER_DAY // 24


def held(store):
    with store.connection.snapshot() as connection:
        return {
            name
            for table in t.ABOUT_LEADS
            for name in connection.execute(sa.select(table.c.lead_id)).scalars()
        }


def count(store, table):
    with store.connection.snapshot() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar()


def override(lead_id, at):
    said = {"said_at": at, "said_by": "anna", "reason": "a competitor"}
    return {"lead_id": lead_id, **said, "decision": "disqualify", "until": None}


def test_an_override_of_a_lead_that_never_came_is_let_go_of_too(store):
    with store.transaction(["A"]) as transaction:
        transaction.say("overrides", override("A", LONG_AGO))
    assert prune(store, LONG_AGO)["overrides"] == 0
    assert prune(store, LONG_AGO + 1)["overrides"] == 1
    assert held(store) == set()


def test_a_lead_goes_whole_when_its_newest_record_is_older(store, fill):
    fill(store, LONG_AGO, "AB")
    fill(store, now(), "C")
    removed = prune(store, LONG_AGO + 1)
    assert removed == {
        "leads": 2, "field_changes": 2, "activities": 2, "outcomes": 2, "decisions": 2,
        "feedback": 0, "overrides": 0,
        "handoffs": 0, "calls": 0,
    }  # fmt: skip
    assert held(store) == {"C"}


def test_a_lead_stays_when_its_newest_record_is_of_that_instant(store, fill):
    fill(store, LONG_AGO)
    assert prune(store, LONG_AGO)["leads"] == 0
    assert held(store) == {"A", "B"}


@pytest.mark.parametrize("kind", ["activity", "outcome", "change", "decision", "overrides"])
def test_one_newer_record_of_any_kind_keeps_the_whole_lead(store, fill, decision, kind):
    fill(store, LONG_AGO)
    at = LONG_AGO + 400 * US_PER_DAY
    with store.transaction(["A"]) as transaction:
        if kind == "activity":
            new = Activity(LONG_AGO, at, "visit")
            transaction.add(Additions("A", at, activities={"new": new}))
        elif kind == "outcome":
            transaction.add_outcomes([Outcome("A", "open")], at)
        elif kind == "change":
            transaction.add(Additions("A", at, fields={"Source": "Fair"}))
        elif kind == "overrides":
            transaction.say(kind, override("A", at))
        else:
            transaction.keep(decision(lead_id="A", decided_at=at))
    prune(store, at)
    assert held(store) == {"A"}


def test_a_lead_that_is_pruned_is_new_when_it_comes_again(store, fill):
    fill(store, LONG_AGO)
    prune(store, now())
    assert store.add_outcomes([Outcome("A", "won", now())]) == [True]


def test_what_comes_while_it_prunes_stays(store, fill):
    fill(store, LONG_AGO)

    def come(step, share):
        store.add_outcomes([Outcome("A", "lost", now())])

    prune(store, now() - US_PER_DAY, come)
    assert held(store) == {"A"}


def test_tombstones_and_the_salt_stay(store, fill):
    fill(store, LONG_AGO)
    store.erase("A")
    prune(store, now())
    assert count(store, t.erased) == 1
    with store.transaction() as transaction:
        assert transaction.erased_among(["A"], 0) == {"A"}


def test_the_counts_of_weeks_before_go(store, fill):
    fill(store, LONG_AGO)
    prune(store, now())
    assert [count(store, table) for table in (t.handoffs, t.policies, t.bundles)] == [0, 1, 1]


def made(store, key, hours_ago):
    with store.transaction(key=key) as transaction:
        transaction.keep_results(key, now() - int(hours_ago * US_PER_HOUR), "[]")


def test_calls_go_whose_keys_are_answered_no_more(url, monkeypatch):
    monkeypatch.setattr(prune_module, "_PART", 2)
    old = [CallKey.of("crm", f"old {n}", "POST /v1/activities", []) for n in range(5)]
    young = CallKey.of("crm", "young", "POST /v1/activities", [])
    with Store(url, idempotency_hours=2.0) as store:
        for key in old:
            made(store, key, 2.1)
        made(store, young, 1.9)
        assert prune(store, LONG_AGO)["calls"] == len(old)
        assert count(store, t.calls) == 1
        assert store.results(young) == "[]"


def test_a_call_that_is_made_again_while_it_prunes_stays(url):
    key = CallKey.of("crm", "k", "POST /v1/activities", [])
    with Store(url, idempotency_hours=2.0) as store:
        made(store, key, 3.0)
        prune(store, LONG_AGO, lambda step, share: made(store, key, 0.0))
        assert store.results(key) == "[]"


def test_a_lead_that_others_hold_is_waited_for(store, fill, monkeypatch):
    fill(store, LONG_AGO)
    remove, held_up = prune_module._remove, [StoreBusyError("held")]

    def busy(*arguments):
        if held_up:
            raise held_up.pop()
        return remove(*arguments)

    monkeypatch.setattr(prune_module, "_remove", busy)
    assert prune(store, now())["leads"] == 2


def test_the_count_of_the_week_that_goes_on_stays(store, fill):
    at = now()
    fill(store, at)
    assert prune(store, at + 1) == {
        "leads": 2, "field_changes": 2, "activities": 2, "outcomes": 2, "decisions": 2,
        "feedback": 0, "overrides": 0,
        "handoffs": 0, "calls": 0,
    }  # fmt: skip
    assert count(store, t.handoffs) == 1


@pytest.mark.parametrize("hours", [0.5, 2.0])
def test_a_lead_stays_as_long_as_a_key_of_a_call_about_it_is_answered(url, decision, hours):
    """Known truth: decided an hour ago under a key, pruned of all that is older than now."""
    with Store(url, idempotency_hours=hours) as store:
        row = {"lead_id": "A", "decided_at": now() - US_PER_HOUR, "idempotency_key": "k"}
        with store.transaction() as transaction:
            transaction.keep(decision(**row, fingerprint="f"))
        assert prune(store, now())["decisions"] == (hours < 1)
        assert store.look_up("A", CallKey("k", "f"))[0] is None or hours > 1
