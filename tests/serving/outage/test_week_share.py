import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadgate.policy import US_PER_WEEK, Load, week_start
from serving.outage.spool import Spool
from serving.outage.week_share import Held, WeekShare

NOON = 1_767_268_800_000_000
TWO = {"north": Load(2, 5.0)}


def is_full(held, capacity):
    """As the policy asks: whether one more is too many."""
    return held.this_week + 1 > capacity


@pytest.fixture
def spool(tmp_path):
    return Spool(tmp_path / "spool")


def test_the_last_count_and_what_came_since_are_held_together(spool):
    week = WeekShare(spool)
    week.note(NOON, TWO)
    assert week.held(NOON, ["north", "south"]) == Held(2, TWO)
    with week.taking():
        week.add(NOON, "south", 1.5)
        week.add(NOON, "north", 0.5)
    expected = {"north": Load(3, 5.5), "south": Load(1, 1.5)}
    assert week.held(NOON, ["north", "south"]) == Held(4, expected)
    assert WeekShare(Spool(spool.folder)).held(NOON, []) == Held(4, expected), "after a restart"


def test_a_count_that_was_never_seen_leaves_no_room(spool):
    held = WeekShare(spool).held(NOON, [])
    assert not held.seen
    assert is_full(held, 10**6)
    week = WeekShare(spool)
    week.add(NOON, "", 1.0)
    assert not week.held(NOON, []).seen


def test_a_new_week_begins_with_nothing(spool):
    week = WeekShare(spool)
    week.note(NOON, TWO)
    week.add(NOON, "north", 1.0)
    assert week.held(NOON + US_PER_WEEK, []) == Held(0, {})
    week.add(NOON + US_PER_WEEK, "north", 1.0)
    assert week.held(NOON + US_PER_WEEK, []) == Held(1, {"north": Load(1, 1.0)})


def test_a_count_of_before_changes_nothing(spool):
    week, late = WeekShare(spool), WeekShare(spool)
    week.note(NOON, TWO)
    late.note(NOON, {"north": Load(1, 4.0)})
    assert week.held(NOON, []) == Held(2, TWO)
    late.note(NOON - US_PER_WEEK, {"north": Load(9, 4.0)})
    assert week.held(NOON, []) == Held(2, TWO)


def test_what_came_since_is_forgotten_only_once_nothing_waits(spool):
    week = WeekShare(spool)
    week.note(NOON, TWO)
    spool.add([{"lead_id": "1"}])
    week.add(NOON, "north", 1.0)
    after = {"north": Load(3, 6.0)}
    week.note(NOON, TWO)
    assert week.held(NOON, []) == Held(3, after)
    assert spool.drain(len, lambda seconds: None)
    week.note(NOON, after)
    assert week.held(NOON, []) == Held(3, after)


def test_a_full_disk_does_not_make_room(spool, monkeypatch):
    def fail(*args, **kwargs):
        raise OSError("full")

    week = WeekShare(spool)
    week.note(NOON, TWO)
    monkeypatch.setattr("serving.outage.week_share.lines.replace", fail)
    for count in (3, 4):
        week.add(NOON, "north", 1.0)
        assert week.held(NOON, []).this_week == count


@settings(max_examples=200, deadline=None)
@given(
    capacity=st.integers(0, 60),
    counted=st.integers(0, 60),
    replicas=st.integers(1, 7),
)
def test_shares_of_one_in_all_never_exceed_the_capacity(
    tmp_path_factory, capacity, counted, replicas
):
    """Known truth: whatever was left, all replicas together hand off no more of it."""
    weeks = [
        WeekShare(Spool(tmp_path_factory.mktemp("replica") / "spool"), 1 / replicas)
        for _ in range(replicas)
    ]
    handed_off = 0
    for week in weeks:
        week.note(NOON, {"": Load(counted, 0.0)})
        while not is_full(week.held(NOON, [""]), capacity):
            week.add(NOON, "", 1.0)
            handed_off += 1
    left = max(0, capacity - counted)
    assert left - replicas < handed_off <= left


def test_the_week_is_that_of_the_zone(spool):
    # Sunday 12:30 UTC is Monday in Auckland.
    sunday = week_start(NOON) + 6 * 86_400_000_000 + 45_000_000_000
    utc, auckland = WeekShare(spool), WeekShare(spool, timezone="Pacific/Auckland")
    utc.note(NOON, {"": Load(3, 1.0)})
    assert utc.held(sunday, []).this_week == 3
    assert auckland.held(sunday, []).this_week == 0
