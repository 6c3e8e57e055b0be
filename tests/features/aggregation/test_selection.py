"""Which features of the activities there are for some data."""

import tracemalloc
from dataclasses import replace

import numpy as np

from features import LeadHistory
from features.aggregation.selection import MAX_TYPES, Engagement, choose
from features.history.activities import Activities
from features.history.csr import distinct_pairs
from features.history.snapshots import plan
from features.parsing.categorical import Categorical
from features.parsing.times import US_PER_DAY
from tests.features.worlds import START, World, activity, lead


def world(types, n=30, **details):
    """Return leads that all did everything on their first day."""
    ids = [f"{i:03d}" for i in range(n)]
    rows = [activity(i, START, kind, **details) for i in ids for kind in types]
    return World([lead(i, START) for i in ids], rows)


def chosen(world, sales_types=(), ages=(1,)):
    history = LeadHistory.from_tables(*world.tables(), until=START + 9 * US_PER_DAY)
    return choose(history, plan(history, ages), sales_types)


def test_types_of_few_leads_are_folded():
    few = world(["visit"])
    few.activities.extend(activity(f"{i:03d}", START, "fair") for i in range(4))
    few.activities.extend(activity("007", START, "demo") for _ in range(50))
    assert chosen(few) == Engagement(("visit",), ("demo", "fair"))


def test_types_that_no_snapshot_knows_are_no_features():
    assert chosen(world(["visit"]), ages=(0,)) == Engagement()


def test_only_the_most_common_of_many_types_are_kept():
    names = [f"type {i:02d}" for i in range(MAX_TYPES + 3)]
    engagement = chosen(world(names), sales_types=("type 00",))
    assert engagement.types == tuple(names[1 : MAX_TYPES + 1])
    assert engagement.rare_types == tuple(names[MAX_TYPES + 1 :])


def test_channels_are_told_apart_where_two_are_common():
    two = world(["visit"], channel="web")
    assert chosen(two).channels == ()
    two.activities.extend(activity(f"{i:03d}", START, "visit", channel="email") for i in range(9))
    two.activities.extend(activity(f"{i:03d}", START, "visit", channel="fax") for i in range(2))
    assert chosen(two).channels == ("email", "web")
    assert chosen(two).given == ("channels",)


def test_values_and_contents_count_where_enough_leads_have_them():
    assert chosen(world(["visit"], value=0.0, content="prices")).given == ("contents", "values")
    few = world(["visit"])
    few.activities.append(activity("001", START, "visit", value=1.0, content="prices"))
    assert chosen(few).given == ()


def test_sales_types_bring_nothing():
    calls = world(["call"], value=1.0, content="prices", channel="phone")
    assert chosen(calls, sales_types=["call"]) == Engagement()


def test_many_types_make_no_table_of_leads_by_types():
    n, n_types = 1_000, 3_000
    types = [f"type {number:04d}" for number in range(n_types)]
    owner = np.arange(n).repeat(4)
    codes = np.arange(4 * n) % n_types
    none = Activities.none(n)
    many = replace(
        none,
        ptr=np.arange(0, 4 * n + 1, 4),
        occurred=np.zeros(4 * n, dtype=np.int64),
        recorded=np.zeros(4 * n, dtype=np.int64),
        type=Categorical(codes.astype(np.int32), tuple(types)),
        value=np.full(4 * n, np.nan),
        channel=Categorical(np.zeros(4 * n, dtype=np.int32), ("",)),
        content=Categorical(np.zeros(4 * n, dtype=np.int32), ("",)),
    )
    lead, code = distinct_pairs(owner, codes)
    assert len(lead) == len(code) == 4 * n
    history = LeadHistory.from_tables(*world([], n).tables(), until=START + 9 * US_PER_DAY)
    history = replace(history, activities=many)
    tracemalloc.start()
    try:
        engagement = choose(history, plan(history, (1,)), ())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert engagement.rare_types == tuple(types)
    assert peak < n * n_types / 2


def test_choice_comes_back_from_json():
    choice = Engagement(("visit",), ("fair",), ("email", "web"), ("channels",))
    assert Engagement.from_dict(choice.to_dict()) == choice
