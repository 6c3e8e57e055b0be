"""Waits by known days, and both sides of each of them."""

from __future__ import annotations

import pandas as pd
import pytest

from experiments.alignment.speed import speed
from features import LeadHistory
from tests.experiments.alignment.conftest import one_of_each, states_of

START = pd.Timestamp("2025-01-01", tz="UTC")
DAY = pd.Timedelta(days=1)
US = pd.Timedelta(microseconds=1)


def states_of_waits(waits, *, until=100 * DAY, wins=None):
    """Leads handed off at `START`, first worked after a wait (None: never), and won after days."""
    ids = [f"{k:03d}" for k in range(len(waits))]
    leads = pd.DataFrame({"lead_id": ids, "created_at": START - DAY})
    worked = [None if wait is None else START + wait for wait in waits]
    handoffs = pd.DataFrame({"lead_id": ids, "handed_off_at": START, "first_worked_at": worked})
    outcomes = None
    if wins is not None:
        outcomes = pd.DataFrame({"lead_id": ids, "outcome": [kind for kind, _ in wins]})
        outcomes["closed_at"] = [START + closed for _, closed in wins]
    history = LeadHistory.from_tables(
        leads, outcomes=outcomes, handoffs=handoffs, until=START + until
    )
    return states_of(history)


@pytest.mark.parametrize("days", [1 / 24, 1, 2, 3, 7, 14, 30, 60, 90])
def test_a_wait_of_exactly_so_long_is_within_it(days):
    limit = pd.Timedelta(days=days)
    within = speed(states_of_waits([limit, limit + US, None])).within
    assert [*within] == [1 / 24, 1, 2, 3, 7, 14, 30, 60, 90]
    assert (within[days].count, within[days].of) == (1, 3)


def test_leads_count_for_the_days_that_the_data_reach():
    assert [*speed(states_of_waits([DAY], until=14 * DAY)).within] == [1 / 24, 1, 2, 3, 7, 14]
    assert [*speed(states_of_waits([DAY], until=14 * DAY - US)).within] == [1 / 24, 1, 2, 3, 7]


def test_medians_are_those_of_the_leads_worked_and_of_the_leads_won():
    wins = [("won", 8 * DAY), ("won", 4 * DAY), ("won", 10 * DAY), ("lost", 50 * DAY)]
    waits = speed(states_of_waits([DAY, 2 * DAY, 6 * DAY, None], wins=wins))
    assert (waits.contact.value, waits.contact.of) == (2.0, 3)
    assert (waits.win.value, waits.win.of) == (8.0, 3)


def test_a_win_before_the_handoff_took_no_time():
    waits = speed(states_of_waits([DAY], wins=[("won", -DAY / 2)]))
    assert (waits.win.value, waits.win.of) == (0.0, 1)


def test_a_win_without_a_date_has_no_duration():
    leads = pd.DataFrame({"lead_id": ["a", "b"], "created_at": START})
    outcomes = pd.DataFrame(
        {"lead_id": ["a", "b"], "outcome": "won", "closed_at": [None, START + 3 * DAY]}
    )
    waits = speed(states_of(LeadHistory.from_tables(leads, outcomes=outcomes)))
    assert (waits.win.value, waits.win.of) == (3.0, 1)


def test_nothing_is_said_of_waits_where_nobody_was_worked_or_nothing_is_dated():
    waits = speed(states_of_waits([None, None]))
    assert (waits.within, waits.contact.of) == ({}, 0)
    undated = LeadHistory.from_tables(pd.DataFrame({"lead_id": ["a", "b"]}))
    assert speed(states_of(undated)) is None


def test_leads_that_were_not_handed_off_do_not_wait():
    waits = speed(states_of(one_of_each()))
    assert waits.within[1 / 24].of == 9
