import sqlalchemy as sa

from features.parsing.times import now
from leadgate.policy import week_start
from serving.store import tables as t
from serving.upkeep.inspect import inspect


def test_a_store_that_holds_together_has_no_fault(store, fill, tmp_path):
    fill(store)
    inspected = inspect(store, tmp_path / "spool")
    assert inspected.faults == []
    assert (inspected.kind, inspected.rows["leads"]) == (store.connection.kind, 2)
    assert (inspected.waiting, inspected.set_aside) == (0, 0)
    assert inspected.first_decision == inspected.last_decision != ""


def test_an_empty_store_has_no_decisions(store, tmp_path):
    assert inspect(store, tmp_path / "spool").first_decision == ""


def test_an_erased_lead_that_is_back_is_a_fault(store, fill, decision, tmp_path):
    at = now()
    fill(store, at)
    store.erase("A")
    assert inspect(store, tmp_path / "spool").faults == []
    with store.transaction() as transaction:
        transaction.keep(decision(lead_id="A", decided_at=at))
    (fault,) = inspect(store, tmp_path / "spool").faults
    assert fault.startswith("1 erased leads have decisions from before they were erased")


def test_a_lead_that_comes_again_after_its_erasure_is_none(store, fill, decision, tmp_path):
    fill(store)
    store.erase("A")
    with store.transaction() as transaction:
        transaction.keep(decision(lead_id="A", decided_at=now() + 1))
    assert inspect(store, tmp_path / "spool").faults == []


def test_a_week_that_counts_too_few_handoffs_is_a_fault(store, fill, tmp_path):
    fill(store)
    with store.connection.changing() as connection:
        connection.execute(sa.update(t.handoffs).values(count=1))
        assert connection.execute(sa.select(t.handoffs.c.week)).scalar() == week_start(now())
    (fault,) = inspect(store, tmp_path / "spool").faults
    assert fault == "2 decisions of this week used capacity, and 1 are counted"


def test_neither_shadows_nor_weeks_before_are_counted_in_this_week(store, fill, decision, tmp_path):
    fill(store)
    start = week_start(now())
    with store.transaction() as transaction:
        shadow = decision(lead_id="A", decided_at=start, uses_capacity=1, shadow=1)
        transaction.keep(shadow)
        transaction.keep(decision(lead_id="A", decided_at=start - 1, uses_capacity=1))
    with store.connection.changing() as connection:
        connection.execute(sa.delete(t.handoffs).where(t.handoffs.c.week < start))
    assert inspect(store, tmp_path / "spool").faults == []
