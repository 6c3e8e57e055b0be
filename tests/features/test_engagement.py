"""Which types of activity have features of their own."""

import numpy as np

from features import LeadHistory
from features.engagement import MAX_TYPES, ActivityReader, choose
from features.snapshots import plan
from features.times import US_PER_DAY
from tests.features.worlds import START, World, activity, lead


def world(types, n=30):
    """Return leads that all did everything on their first day."""
    ids = [f"{i:03d}" for i in range(n)]
    rows = [activity(i, START, kind) for i in ids for kind in types]
    return World([lead(i, START) for i in ids], rows)


def test_types_of_few_leads_are_folded():
    few = world(["visit"])
    few.activities.extend(activity(f"{i:03d}", START, "fair") for i in range(4))
    few.activities.extend(activity("007", START, "demo") for _ in range(50))
    history = LeadHistory.from_tables(*few.tables(), until=START + US_PER_DAY)
    assert choose(history, plan(history, [1]), ()) == (("visit",), ("demo", "fair"))


def test_types_that_no_snapshot_knows_are_no_features():
    history = world(["visit"]).history()
    assert choose(history, plan(history, [0]), ()) == ((), ())


def test_only_the_most_common_of_many_types_are_kept():
    names = [f"type {i:02d}" for i in range(MAX_TYPES + 3)]
    history = LeadHistory.from_tables(*world(names).tables(), until=START + 9 * US_PER_DAY)
    types, rare = choose(history, plan(history, [1]), ("type 00",))
    assert types == tuple(names[1 : MAX_TYPES + 1])
    assert rare == tuple(names[MAX_TYPES + 1 :])


def test_reader_writes_one_column_for_each_feature():
    history = world(["visit", "fair", "demo"]).history()
    reader = ActivityReader(("visit",), ("demo", "fair"), (7,))
    X = np.full((1, len(reader.features)), -1.0)
    reader.fill(X, history, np.array([4]), np.array([START + 8 * US_PER_DAY]))
    assert {f.name: v for f, v in zip(reader.features, X[0].tolist(), strict=True)} == {
        "visit in 7 days": 0, "visit ever": 1, "other in 7 days": 0, "other ever": 2,
        "days since visit": 8, "days since other": 8,
        "activities in 7 days": 0, "activities ever": 3, "days since any activity": 8,
        "types of activity": 2, "age of the lead": 8,
    }  # fmt: skip
