"""Who waits before the gate, week by week."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.backtest.pool import Pool, mondays
from experiments.backtest.work import Work
from features.history.lead_history import LeadHistory
from features.parsing.times import NAT
from leadgate.policy import US_PER_WEEK, week_start
from tests.experiments.backtest.histories import pool_of, random_history


def test_mondays_are_those_of_the_zone():
    begin, end = (int(pd.Timestamp(day).timestamp() * 1e6) for day in ("2026-03-20", "2026-04-07"))
    weeks = pd.to_datetime(mondays(begin, end, "Europe/Berlin"), unit="us", utc=True)
    assert [str(at) for at in weeks.tz_convert("Europe/Berlin")] == [
        "2026-03-23 00:00:00+01:00",
        "2026-03-30 00:00:00+02:00",
        "2026-04-06 00:00:00+02:00",
    ]


def test_mondays_lie_within():
    first = int(pd.Timestamp("2025-01-06").timestamp() * 1e6)
    assert mondays(first, first + 1).tolist() == [first]
    assert mondays(first + 1, first + 2 * US_PER_WEEK).tolist() == [first + US_PER_WEEK]
    assert mondays(first + 1, first + 2).tolist() == []


@given(seed=st.integers(0, 10**6), handoffs=st.booleans())
@settings(max_examples=12)
def test_pairs_are_the_leads_open_and_not_contacted_on_that_monday(seed, handoffs):
    history = random_history(seed, 25, handoffs=handoffs)
    pool = pool_of(history)
    pairs = set(zip(pool.lead.tolist(), pool.week.tolist(), strict=True))
    assert len(pairs) == len(pool)
    expected = {
        (lead, week)
        for lead in range(len(history))
        for week, at in enumerate(pool.weeks)
        if history.created[lead] <= at
        and (history.known_at[lead] == NAT or history.known_at[lead] > at)
        and (history.first_worked[lead] == NAT or history.first_worked[lead] > at)
    }
    assert pairs == expected
    assert (week_start(int(pool.weeks[0])) == pool.weeks[0]).all()
    for week in range(len(pool.weeks)):
        assert (pool.week[pool.rows(week)] == week).all()
    assert all(pool.first[lead] == min(w for k, w in pairs if k == lead) for lead in pool.leads)


def test_older_leads_are_not_in_the_replay():
    history = random_history(3)
    weeks = mondays(int(history.created.min()), history.until)
    late = Pool.of(history, Work.of(history), weeks[5:])
    assert (history.created[late.leads] >= weeks[4]).all()


def test_a_lead_without_activities_is_seen_at_creation():
    pool = pool_of(random_history(1))
    assert (pool.seen_at == pool.history.created[pool.lead]).all()
    assert (pool.as_of == pool.weeks[pool.week]).all()


def test_a_close_on_the_creation_day_is_still_decided_on_where_dates_have_no_time():
    leads = pd.DataFrame({"lead_id": ["a", "b"], "created_at": ["2025-01-06", "2025-01-06"]})
    outcomes = pd.DataFrame(
        {
            "lead_id": ["a", "b"],
            "outcome": ["won", "won"],
            "closed_at": ["2025-01-06", "2025-02-01"],
        }
    )
    history = LeadHistory.from_tables(leads, outcomes=outcomes)
    pool = pool_of(history)
    assert np.unique(pool.lead).tolist() == [0, 1]
    assert (pool.lead == 0).sum() == 1
