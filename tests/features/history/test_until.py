"""The end of the data: what counts as a record of when it ended, and what is only planned."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features import LeadHistory
from features.parsing.times import NAT, US_PER_DAY, iso
from tests.features.worlds import EXAMPLES, START, World, change, lead, moments, outcome, worlds

LEADS = pd.DataFrame({"lead_id": list("abc"), "created_at": ["2024-01-01"] * 2 + ["2024-01-05"]})


def day(number):
    return f"2024-01-{number:02d}T00:00:00Z"


def outcomes(*rows):
    return pd.DataFrame(rows, columns=["lead_id", "outcome", "closed_at", "recorded_at"])


def history(*rows, until=None, **tables):
    return LeadHistory.from_tables(LEADS, outcomes=outcomes(*rows), until=until, **tables)


@pytest.mark.parametrize(
    ("row", "end"),
    [
        (("a", "won", "2024-01-20", None), 20),
        (("a", "lost", "2024-01-20", None), 5),
        (("a", "open", "2024-01-20", None), 5),
        (("a", "lost", "2024-01-20", "2024-01-10"), 10),
        (("a", "won", "2024-01-06", "2024-01-10"), 10),
        (("a", "won", "2024-01-06", "2199-01-01"), 6),
    ],
)
def test_wins_and_records_end_the_data_and_planned_closings_do_not(row, end):
    assert iso(history(row).until) == day(end)


def test_activities_and_changes_end_the_data_and_handoffs_do_not():
    visits = pd.DataFrame({"lead_id": ["a"], "type": ["x"], "occurred_at": ["2024-01-07"]})
    changes = pd.DataFrame(
        {"lead_id": ["a"], "field": ["Size"], "value": ["1"], "changed_at": ["2024-01-08"]}
    )
    handoffs = pd.DataFrame({"lead_id": ["a"], "handed_off_at": ["2024-01-30"]})
    assert iso(history(handoffs=handoffs).until) == day(5)
    assert iso(history(activities=visits, handoffs=handoffs).until) == day(7)
    late = visits.assign(recorded_at="2024-01-09")
    assert iso(history(activities=late).until) == day(9)
    assert iso(history(activities=visits, field_changes=changes).until) == day(8)


def test_a_loss_after_the_end_is_lost_and_nobody_knows_when():
    planned = history(("a", "lost", "2024-01-20", None), ("b", "lost", "2024-01-05", None))
    assert planned.lost.tolist() == [True, True, False]
    assert (planned.closed == NAT).tolist() == [True, False, True]
    assert [iso(at) for at in planned.closes] == [day(5), day(5), ""]
    assert [iso(at) for at in planned.known_at] == [day(5), day(5), ""]


def test_a_loss_recorded_before_it_was_planned_to_close_is_known_from_then_on():
    planned = history(("a", "lost", "2024-01-20", "2024-01-03"))
    assert iso(planned.known_at[0]) == day(3)
    assert iso(planned.closes[0]) == day(5)


def test_a_loss_before_a_later_end_has_its_time():
    stated = history(("a", "lost", "2024-01-20", None), until="2024-01-31")
    assert iso(stated.closed[0]) == day(20)


@pytest.mark.parametrize("until", [None, "2024-01-05", "2024-01-04", "2024-02-01"])
def test_a_loss_without_a_time_closes_at_the_end_whoever_states_it(until):
    untimed = history(("a", "lost", None, None), ("b", "won", "2024-01-02", None), until=until)
    assert untimed.lost.tolist()[0]
    assert untimed.closes[0] == untimed.known_at[0] == untimed.until
    earlier = untimed.cut(untimed.until)
    assert not earlier.lost.any()


def test_an_end_before_the_newest_record_leaves_out_what_is_later():
    cut = history(
        ("a", "lost", "2024-01-04", None), ("b", "won", "2024-01-04", None), until="2024-01-03"
    )
    assert not (cut.won | cut.lost).any()
    assert cut.lead_ids.tolist() == ["a", "b"]


@given(worlds(), moments())
@EXAMPLES
def test_an_end_after_everything_changes_nothing_but_the_end(world, later):
    newest = world.history()
    stated = LeadHistory.from_tables(*world.tables(), until=newest.until + abs(later - START))
    assert stated.until >= newest.until
    assert stated.won.tolist() == newest.won.tolist()
    assert stated.lost.tolist() == newest.lost.tolist()
    assert stated.activities.recorded.tolist() == newest.activities.recorded.tolist()


@given(worlds(), st.integers(0, 400))
@EXAMPLES
def test_the_closing_time_of_a_loss_moves_nothing_that_comes_before_it(world, days):
    """Whenever a loss is planned to close after the data end, the history is the same."""
    lost = [lead("L", START, account_id="", Source="", Employees="", Asked="")]
    end = START + 200 * US_PER_DAY
    changes = [*world.changes, change("L", "Source", "Web", end)]
    histories = [
        World(
            world.leads + lost, world.activities, changes, [{**outcome("L", "lost", closed)}]
        ).tables()
        for closed in (end + US_PER_DAY, end + (2 + days) * US_PER_DAY)
    ]
    first, second = (
        LeadHistory.from_tables(*tables[:3], tables[3].drop(columns="recorded_at"))
        for tables in histories
    )
    assert first.until == second.until == end
    assert first.closes.tolist() == second.closes.tolist()
