"""Parts of the leads handed off: by source, by person, and by week to the microsecond."""

from __future__ import annotations

import pandas as pd
import pytest

from experiments.alignment.sources import (
    all_handed_off,
    by_person,
    by_source,
    by_week,
    source_column,
)
from features import LeadHistory
from tests.experiments.alignment.conftest import one_of_each, states_of

MONDAY = pd.Timestamp("2025-03-10", tz="UTC")
US = pd.Timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("segments", "column"),
    [
        (["Industry", "Region", "Lead Source"], "Lead Source"),
        (["Industry", "Campaign", "Lead Source"], "Campaign"),
        (["Gone Source", "Region", "Industry"], "Region"),
        (["Gone"], ""),
    ],
)
def test_source_is_the_first_column_that_names_one_else_the_first(segments, column):
    leads = pd.DataFrame({"lead_id": ["a"], "created_at": "2025-01-01"})
    leads[["Industry", "Region", "Campaign", "Lead Source"]] = ["x", "y", "z", "w"]
    assert source_column(states_of(LeadHistory.from_tables(leads)), segments) == column


def test_a_week_begins_at_midnight_of_monday():
    times = [
        MONDAY - US,
        MONDAY,
        MONDAY + pd.Timedelta(days=7) - US,
        MONDAY + 7 * pd.Timedelta("1D"),
    ]
    leads = pd.DataFrame({"lead_id": [*"abcd"], "created_at": times})
    weeks = by_week(states_of(LeadHistory.from_tables(leads)))
    assert [(week.name, week.leads) for week in weeks] == [
        ("2025-03-03", 1), ("2025-03-10", 2), ("2025-03-17", 1),
    ]  # fmt: skip


def test_without_dates_there_are_no_weeks():
    assert by_week(states_of(LeadHistory.from_tables(pd.DataFrame({"lead_id": ["a"]})))) == []


def test_all_leads_handed_off_are_counted_by_what_became_of_them():
    part = all_handed_off(states_of(one_of_each()))
    assert part.leads == 9
    counts = {n: getattr(part, n).count for n in ("worked", "won", "never_worked")}
    assert counts == {"worked": 5, "won": 2, "never_worked": 4}
    assert {share.of for share in (part.worked, *part.states.values())} == {9}
    assert part.states["kept"].count == 0
    # Waits of 1, 2, 2, 87 and 4 days.
    assert (part.wait.value, part.wait.of) == (2.0, 5)


def test_leads_of_each_source_are_counted_apart_the_most_frequent_first():
    n = 100
    leads = pd.DataFrame({"lead_id": [f"{k:03d}" for k in range(n)], "created_at": "2025-01-01"})
    leads["Source"] = ["fair"] * 40 + ["web"] * 60
    won = leads[["lead_id"]].assign(outcome=["won"] * 10 + ["lost"] * 90, closed_at="2025-02-01")
    states = states_of(LeadHistory.from_tables(leads, outcomes=won))
    parts = [(part.name, part.leads, part.won.count) for part in by_source(states, "Source")]
    assert parts == [("web", 60, 0), ("fair", 40, 10)]


def test_people_are_those_of_the_first_handoffs():
    handoffs = pd.DataFrame(
        {
            "lead_id": [str(k) for k in range(24)] * 2,
            "handed_off_at": ["2025-01-02"] * 24 + ["2025-01-01"] * 24,
            "first_worked_at": ["2025-01-05"] * 12 + [""] * 36,
            "person": ["later"] * 24 + ["ann"] * 12 + ["bob"] * 11 + [""],
        }
    )
    leads = pd.DataFrame({"lead_id": [str(k) for k in range(25)], "created_at": "2025-01-01"})
    history = LeadHistory.from_tables(leads, handoffs=handoffs, until="2025-03-01")
    parts = {part.name: (part.leads, part.worked.count) for part in by_person(states_of(history))}
    assert parts["ann"] == (12, 12)
    assert parts["bob"] == (11, 0)
    assert sum(leads for leads, _ in parts.values()) == 24
    assert "later" not in parts


def test_without_names_there_are_no_people():
    assert by_person(states_of(one_of_each())) == []


def test_an_earlier_history_knows_nobody_of_later_handoffs():
    leads = pd.DataFrame({"lead_id": ["a", "b"], "created_at": "2025-01-01"})
    handoffs = pd.DataFrame(
        {"lead_id": ["a", "b"], "handed_off_at": ["2025-01-02", "2025-01-09"], "person": "ann"}
    )
    history = LeadHistory.from_tables(leads, handoffs=handoffs, until="2025-03-01")
    earlier = history.cut(int(pd.Timestamp("2025-01-05").value // 1000))
    assert earlier.person.tolist() == ["ann", ""]
