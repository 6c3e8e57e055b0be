"""Which snapshots there are: known truth for every rule."""

import math

import numpy as np
import pandas as pd
import pytest

from features import LeadHistory
from features.history.snapshots import plan
from features.parsing.times import NAT, US_PER_DAY

DAY0 = pd.Timestamp("2026-01-01T09:00:00Z")


def day(number):
    return DAY0 + pd.Timedelta(days=number)


def history(*, activities=True, outcomes=(), handoffs=(), until=100, created=(0, 0)):
    """Build two leads A and B, seen for 100 days."""
    leads = pd.DataFrame({"lead_id": ["A", "B"], "created_at": [day(d) for d in created]})
    visits = pd.DataFrame({"lead_id": ["A"], "occurred_at": [day(1)], "type": ["visit"]})
    columns = ["lead_id", "outcome", "closed_at", "recorded_at"]
    outcomes = [(*row, row[-1])[:4] for row in outcomes]
    return LeadHistory.from_tables(
        leads,
        visits if activities else None,
        outcomes=pd.DataFrame(outcomes, columns=columns) if outcomes else None,
        handoffs=pd.DataFrame(handoffs) if handoffs else None,
        until=day(until),
    )


def days(history, ages):
    """Return (lead, day of the snapshot, planned age) of every snapshot."""
    frame = plan(history, ages).frame(history)
    after = (frame["as_of"] - DAY0) / pd.Timedelta(days=1)
    return list(zip(frame["lead_id"], after, frame["age_days"], strict=True))


def test_plan_sees_leads_at_the_ages_until_the_end():
    assert days(history(until=30), [0, 7, 30, 31]) == [
        ("A", 0, 0), ("A", 7, 7), ("A", 30, 30), ("B", 0, 0), ("B", 7, 7), ("B", 30, 30),
    ]  # fmt: skip


def test_plan_sees_a_lead_only_before_its_outcome():
    closed = history(outcomes=[("A", "won", day(7)), ("B", "lost", day(7.5))])
    assert days(closed, [0, 7, 30]) == [("A", 0, 0), ("B", 0, 0), ("B", 7, 7)]


def test_plan_sees_a_lead_until_its_outcome_was_known():
    late = history(outcomes=[("A", "won", day(7), day(14)), ("B", "lost", day(7.5), day(20))])
    assert days(late, [0, 7, 14, 30]) == [
        ("A", 0, 0), ("A", 7, 7), ("B", 0, 0), ("B", 7, 7), ("B", 14, 14),
    ]  # fmt: skip


def test_plan_takes_an_outcome_without_a_time_to_be_at_the_end():
    closed = history(outcomes=[("A", "lost", None)], until=7)
    assert days(closed, [0, 7]) == [("A", 0, 0), ("B", 0, 0), ("B", 7, 7)]


def test_plan_sees_flat_leads_at_creation_only():
    assert days(history(activities=False, created=(0, 3)), [7, 30]) == [("A", 0, 0), ("B", 3, 0)]


def test_field_changes_alone_make_a_history_that_ages():
    leads = pd.DataFrame({"lead_id": ["A"], "created_at": [DAY0]})
    changes = pd.DataFrame(
        {"lead_id": ["A"], "field": ["Stage"], "value": ["Met"], "changed_at": [day(10)]}
    )
    history = LeadHistory.from_tables(leads, field_changes=changes)
    assert days(history, [0, 7]) == [("A", 0, 0), ("A", 7, 7)]


def test_plan_begins_when_sales_first_worked_the_lead():
    """Before it nobody saw what becomes of a lead that is handed off at that moment."""
    handoffs = {
        "lead_id": ["A", "B", "A"],
        "handed_off_at": [day(0)] * 3,
        "first_worked_at": [day(9), None, day(5)],
    }
    planned = plan(history(handoffs=handoffs), [0, 5, 7])
    assert planned.lead.tolist() == [0, 0]
    assert ((planned.as_of - plan(history(), [0]).as_of[0]) / US_PER_DAY).tolist() == [5, 7]
    assert math.isnan(planned.age_days[0])
    assert planned.age_days[1] == 7
    assert planned.weight.tolist() == [0.5, 0.5]


def test_plan_sees_no_lead_worked_before_its_creation():
    handoffs = {"lead_id": ["A"], "handed_off_at": [day(-3)], "first_worked_at": [day(-2)]}
    planned = days(history(handoffs=handoffs), [3])
    assert [moment for _, moment, _ in planned] == [0, 3]


def test_dates_without_a_clock_leave_the_creation_day_open():
    leads = pd.DataFrame({"lead_id": ["A"], "created_at": ["2026-01-01"]})
    won = pd.DataFrame({"lead_id": ["A"], "outcome": ["won"], "closed_at": ["2026-01-01"]})
    assert len(LeadHistory.from_tables(leads, outcomes=won).snapshots()) == 1
    assert len(LeadHistory.from_tables(leads, outcomes=won, has_clock=True).snapshots()) == 0


def test_undated_leads_are_seen_once_in_their_order():
    leads = pd.DataFrame({"lead_id": ["A", "B", "C"], "order": [30.0, 10.0, 30.0]})
    planned = plan(LeadHistory.from_tables(leads), [0, 7])
    assert planned.order.tolist() == [1, 0, 1]
    assert planned.as_of.tolist() == [NAT] * 3
    assert planned.weight.tolist() == [1, 1, 1]


def test_the_outcome_of_a_lead_weighs_nothing():
    """Four are planned of each lead; the one after A's win is left out, and the rest weigh on."""
    closed = history(outcomes=[("A", "won", day(20))])
    planned = plan(closed, [0, 7, 14, 30])
    assert np.bincount(planned.lead, planned.weight) == pytest.approx([0.75, 1])
    assert planned.order.tolist() == planned.as_of.tolist()


def test_take_keeps_rows_and_weights():
    planned = plan(history(), [0, 7])
    some = planned.take(planned.lead == 1)
    assert some.lead.tolist() == [1, 1]
    assert some.weight.tolist() == [0.5, 0.5]
    assert len(planned.take(np.array([0]))) == 1


def test_snapshots_are_the_public_columns():
    frame = history().snapshots([0, 7])
    assert list(frame.columns) == ["lead_id", "as_of"]
    assert str(frame["as_of"].dtype) == "datetime64[us, UTC]"


def test_plan_sees_leads_at_dates_between_creation_and_the_end():
    at = [day(number) for number in (-1, 2, 50, 200)]
    assert [
        (row.lead_id, (row.as_of - DAY0).days)
        for row in history(created=(0, 10)).snapshots([], at=at).itertuples()
    ] == [("A", 2), ("A", 50), ("B", 50)]


def test_plan_sees_a_lead_whenever_an_activity_is_known():
    """The activity belongs to what is known at its snapshot, on both clocks."""
    leads = pd.DataFrame({"lead_id": ["A"], "created_at": [DAY0]})
    visits = pd.DataFrame(
        {
            "lead_id": ["A"] * 3,
            "occurred_at": [day(-1), day(1), day(2)],
            "recorded_at": [day(-1), day(1), day(4)],
            "type": ["visit"] * 3,
        }
    )
    visited = LeadHistory.from_tables(leads, visits, until=day(9))
    planned = plan(visited, [], each_activity=True)
    assert (planned.as_of - visited.created[0]).tolist() == [US_PER_DAY + 1, 4 * US_PER_DAY]
    assert np.isnan(planned.age_days).all()


def test_plan_sees_open_leads_now():
    closed = history(outcomes=[("A", "won", day(20))], until=30)
    planned = plan(closed, [], now=True)
    assert closed.lead_ids[planned.lead].tolist() == ["B"]
    assert planned.as_of.tolist() == [closed.until]


def test_plan_keeps_one_snapshot_of_an_instant_that_of_the_age():
    planned = plan(history(until=7), [7], at=[int(history(until=7).until)], now=True)
    assert planned.age_days.tolist() == [7, 7]
    assert planned.weight.tolist() == [1, 1]


def test_plan_begins_at_the_first_work_for_every_kind_of_snapshot():
    handoffs = {"lead_id": ["A"], "handed_off_at": [day(0)], "first_worked_at": [day(5)]}
    worked = history(handoffs=handoffs, until=30)
    planned = plan(worked, [0], at=[worked.until - 28 * US_PER_DAY], each_activity=True, now=True)
    days_after = (planned.as_of - worked.created[0]) // US_PER_DAY
    assert days_after.tolist() == [5, 30]
