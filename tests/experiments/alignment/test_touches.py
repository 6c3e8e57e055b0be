"""Which kinds of activity and content are named, and both sides of each limit."""

from __future__ import annotations

import pandas as pd
import pytest

from experiments.alignment.touches import touches
from features import LeadHistory
from tests.experiments.alignment.conftest import states_of

START = pd.Timestamp("2025-01-01", tz="UTC")
END = START + pd.Timedelta(days=365)
DAY = pd.Timedelta(days=1)
US = pd.Timedelta(microseconds=1)
IDS = [f"{k:03d}" for k in range(40)]


def acts(kind, leads, at=5 * DAY, content=""):
    """One activity of each of these leads."""
    times = START + at if isinstance(at, pd.Timedelta) else at
    return pd.DataFrame(
        {"lead_id": [IDS[k] for k in leads], "occurred_at": times, "type": kind, "content": content}
    )


def touched(*activities, won=20, **given):
    """What came before the wins of the first leads of forty; all close on the hundredth day."""
    leads = pd.DataFrame({"lead_id": IDS, "created_at": START})
    outcomes = leads[["lead_id"]].assign(closed_at=START + 100 * DAY)
    outcomes["outcome"] = ["won"] * won + ["lost"] * (len(IDS) - won)
    history = LeadHistory.from_tables(leads, pd.concat(activities), outcomes=outcomes, until=END)
    given = {"horizon_days": None, "sales_types": []} | given
    return touches(states_of(history), None, **given)


def test_fifteen_kinds_are_named_the_most_frequent_ones():
    many = [acts(f"kind {k:02d}", range(20 - k)) for k in range(16)]
    kinds = touched(*many)["activities"].kinds
    assert {kind.name for kind in kinds} == {f"kind {k:02d}" for k in range(15)}
    assert touched(*many)["activities"].everyone.won.of == 20


def test_kinds_with_the_most_wins_come_first():
    kinds = touched(acts("fair", range(10, 30)), acts("demo", range(5, 25)))["activities"].kinds
    assert [(kind.name, kind.won.count) for kind in kinds] == [("demo", 15), ("fair", 10)]


@pytest.mark.parametrize(("after", "unused"), [(0 * US, ["demo"]), (US, [])])
def test_what_happened_in_the_last_ninety_days_is_in_use(after, unused):
    one_late = acts("demo", [39], at=END - 90 * DAY + after)
    assert touched(acts("demo", range(10)), one_late)["activities"].unused == unused


@pytest.mark.parametrize(("n", "named"), [(9, []), (10, ["fair"])])
def test_kinds_that_never_led_to_a_win_are_named_from_ten_on(n, named):
    lost = acts("fair", range(20, 20 + n))
    # After the close it comes before no outcome, however often.
    late = acts("fair", range(20, 40), at=101 * DAY)
    wins = acts("demo", range(20))
    assert touched(wins, lost, late)["activities"].unrewarded == named


def test_a_single_win_after_it_rewards_a_kind():
    assert touched(acts("fair", range(19, 40)))["activities"].unrewarded == []
    assert touched(acts("fair", range(20, 40)))["activities"].unrewarded == ["fair"]


def test_what_only_sales_does_is_neither_counted_nor_named():
    calls = acts("call", range(20, 40))
    sales = touched(acts("demo", range(20)), calls, sales_types=["call"])["activities"]
    assert [kind.name for kind in sales.kinds] == ["demo"]
    assert (sales.unrewarded, sales.unused) == ([], ["demo"])
    assert touched(calls, sales_types=["call"]) == {}


def test_content_counts_where_there_is_any():
    page = acts("visit", range(15), content="pricing")
    plain = acts("visit", range(15, 40))
    both = touched(page, plain)
    assert [kind.name for kind in both["content"].kinds] == ["pricing"]
    assert (both["content"].everyone.won.count, both["content"].everyone.won.of) == (15, 15)
    assert (both["activities"].everyone.won.count, both["activities"].everyone.won.of) == (20, 40)
    assert both["content"].unused == ["pricing"]
    assert set(touched(plain)) == {"activities"}


def test_a_lead_counts_by_its_first_activity_of_a_kind():
    """Within the horizon of the later one it was won, of the first one it was not."""
    early, late = acts("demo", range(10), at=5 * DAY), acts("demo", range(10), at=95 * DAY)
    demo = touched(late, early, horizon_days=30)["activities"].kinds[0]
    assert (demo.won.count, demo.won.of) == (0, 10)


def test_without_activities_there_is_nothing_to_say():
    leads = pd.DataFrame({"lead_id": ["a"], "created_at": START})
    states = states_of(LeadHistory.from_tables(leads, until=END))
    assert touches(states, None, horizon_days=30, sales_types=[]) == {}
