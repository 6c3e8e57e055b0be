"""Whom sales worked: what the export says, and what is assumed where it does not."""

import numpy as np
import pandas as pd

from experiments.backtest.outcomes import Outcomes
from experiments.backtest.pool import Pool, mondays
from experiments.backtest.work import Work
from features.history.lead_history import LeadHistory
from features.parsing.times import NAT

MONDAY = pd.Timestamp("2025-01-06", tz="UTC")
DAY = pd.Timedelta(days=1)


def history(first_worked=None, calls=None, closed=30):
    """Return two leads of the Sunday before; the second wins so many days after the Monday."""
    leads = pd.DataFrame({"lead_id": ["a", "b"], "created_at": [MONDAY - DAY / 2] * 2})
    outcomes = pd.DataFrame(
        {"lead_id": ["b"], "outcome": ["won"], "closed_at": [MONDAY + closed * DAY]}
    )
    handoffs = activities = None
    if first_worked is not None:
        first = [pd.NaT if day is None else MONDAY + day * DAY for day in first_worked]
        handoffs = pd.DataFrame(
            {"lead_id": ["a", "b"], "handed_off_at": leads["created_at"], "first_worked_at": first}
        )
    if calls is not None:
        activities = pd.DataFrame(
            {"lead_id": "b", "type": "call", "occurred_at": [MONDAY + d * DAY for d in calls]}
        )
    return LeadHistory.from_tables(
        leads, activities=activities, outcomes=outcomes, handoffs=handoffs,
        until=MONDAY + 200 * DAY,
    )  # fmt: skip


def outcomes_of(past, sales_types=(), horizon=90.0, mature=100.0):
    pool = Pool.of(past, Work.of(past, sales_types), mondays(int(past.created.min()), past.until))
    return pool, Outcomes.of(pool, horizon, mature)


def test_a_table_of_handoffs_assumes_nothing():
    work = Work.of(history([3, None]))
    assert (work.source, work.assumes, work.dated) == ("handoffs", [], True)
    assert work.ever.tolist() == [True, False]


def test_the_first_activity_of_sales_is_the_next_best():
    past = history(calls=[9, 4])
    work = Work.of(past, ["call"])
    assert work.source == "activities"
    assert work.at.tolist() == [NAT, int((MONDAY + 4 * DAY).timestamp() * 1e6)]
    assert "from the first activity" in work.assumes[0]
    assert Work.of(past, ["meeting"]).source == "assumed"


def test_without_either_every_lead_counts_as_worked():
    work = Work.of(history())
    assert work.ever.all()
    assert not work.dated
    assert "every lead counts as worked" in work.assumes[0]


def test_a_handoff_counts_as_worked_when_sales_came_within_seven_days():
    for day, weeks in ((6.9, [True]), (7.0, [True]), (7.1, [False, True])):
        pool, seen = outcomes_of(history([None, day]))
        assert seen.worked[pool.lead == 1].tolist() == weeks


def test_a_win_counts_within_the_horizon_after_the_first_work_alone():
    for closed, horizon, won in ((30, 25.0, True), (30, 24.0, False), (4, 90.0, False)):
        pool, seen = outcomes_of(history([None, 5], closed=closed), horizon=horizon)
        mine = pool.lead == 1
        assert (seen.won & seen.worked)[mine].any() == won


def test_maturity_leaves_a_week_for_the_first_work():
    pool, seen = outcomes_of(history([None, None], closed=300))
    last = pool.as_of[seen.mature].max()
    assert last == int((MONDAY + 91 * DAY).timestamp() * 1e6)


def test_without_a_horizon_what_is_closed_is_known():
    pool, seen = outcomes_of(history([None, 5]), horizon=None)
    assert (seen.mature == (pool.lead == 1)).all()
    assert np.flatnonzero(seen.won).size == 1
