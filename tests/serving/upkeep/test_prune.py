import pytest
import sqlalchemy as sa

from features.history.from_records import Activity
from features.parsing.times import US_PER_DAY, now
from serving.scoring.earlier_calls import Additions, Outcome
from serving.store import tables as t
from serving.upkeep.prune import prune

LONG_AGO = 1_577_836_800_000_000


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


def test_a_lead_goes_whole_when_its_newest_record_is_older(store, fill):
    fill(store, LONG_AGO, "AB")
    fill(store, now(), "C")
    removed = prune(store, LONG_AGO + 1)
    assert removed == {
        "leads": 2, "field_changes": 2, "activities": 2, "outcomes": 2, "decisions": 2,
        "handoffs": 0,
    }  # fmt: skip
    assert held(store) == {"C"}


def test_a_lead_stays_when_its_newest_record_is_of_that_instant(store, fill):
    fill(store, LONG_AGO)
    assert prune(store, LONG_AGO)["leads"] == 0
    assert held(store) == {"A", "B"}


@pytest.mark.parametrize("kind", ["activity", "outcome", "change", "decision"])
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
