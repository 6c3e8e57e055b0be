"""The features of the activities by known truth."""

import math

import numpy as np
import pytest

from features.aggregation.activity_reader import ActivityReader
from features.aggregation.catalogue import FAMILIES
from features.aggregation.selection import Engagement
from features.explanation.wording import sentence
from features.parsing.times import US_PER_DAY
from leadgate.errors import DataError
from tests.features.worlds import START, World, activity, lead, outcome


def day(number):
    return START + round(number * US_PER_DAY)


def values(world, engagement, as_of, windows=(7,)):
    """Return the features of the first lead by name."""
    history = world.history()
    reader = ActivityReader(engagement, windows)
    X = np.full((1, len(reader.features)), -1.0)
    reader.fill(X, history, np.array([0]), np.array([as_of]))
    return {f.name: v for f, v in zip(reader.features, X[0].tolist(), strict=True)}


def test_reader_writes_one_column_for_each_feature():
    rows = [activity("A", day(0), kind) for kind in ("visit", "fair", "demo")]
    row = values(World([lead("A", START)], rows), Engagement(("visit",), ("demo", "fair")), day(8))
    assert row == {
        "visit in 7 days": 0, "other in 7 days": 0, "visit ever": 1, "other ever": 2,
        "days since visit": 8, "days since other": 8,
        "visit lately": pytest.approx(0.5 ** (8 / 14)),
        "other lately": pytest.approx(2 * 0.5 ** (8 / 14)),
        "activities in 7 days": 0, "activities ever": 3,
        "days since any activity": 8, "days since the first activity": 8,
        "trend in 7 days": -3,
        "activities lately": pytest.approx(3 * 0.5 ** (8 / 14)),
        "days between the last two activities": 0, "days between activities": 0,
        "types of activity in 7 days": 0, "types of activity ever": 2,
        "age of the lead": 8,
    }  # fmt: skip


def test_gaps_lie_between_the_activities_that_are_known():
    rows = [activity("A", day(0), "visit"), activity("A", day(2), "visit", delay=9 * US_PER_DAY)]
    rows += [activity("A", day(3), "visit"), activity("A", day(8), "visit")]
    world = World([lead("A", START)], rows)
    early = values(world, Engagement(("visit",)), day(10))
    assert early["days between the last two activities"] == 5
    assert early["days between activities"] == 4
    late = values(world, Engagement(("visit",)), day(12))
    assert late["days between activities"] == pytest.approx(8 / 3)
    alone = values(World([lead("A", START)], rows[:1]), Engagement(("visit",)), day(10))
    assert math.isnan(alone["days between activities"])


def test_a_content_seen_twice_counts_once_in_every_window():
    rows = [activity("A", day(d), "visit", content=c) for d, c in ((0, "p"), (5, "p"), (1, "q"))]
    row = values(
        World([lead("A", START)], rows), Engagement(("visit",), given=("contents",)), day(10)
    )
    assert row["contents in 7 days"] == 1
    assert row["contents ever"] == 2


def test_the_account_is_what_its_other_leads_did():
    leads = [lead(name, day(0), account_id="X") for name in "ABC"]
    leads.append(lead("D", day(0), account_id="Y"))
    rows = [activity("A", day(9), "visit"), activity("B", day(6), "visit")]
    rows += [activity("C", day(1), "visit"), activity("D", day(9), "visit")]
    rows += [activity("B", day(8), "visit", delay=4 * US_PER_DAY)]
    closed = [outcome("B", "won", day(7)), outcome("C", "lost", day(7), delay=9 * US_PER_DAY)]
    world = World(leads, rows, outcomes=closed)
    row = values(world, Engagement(("visit",), given=("accounts",)), day(10))
    of_account = {
        "activities of others in 7 days": 1, "activities of others ever": 2,
        "days since any activity of others": 4,
        "other leads": 2, "other leads won": 1, "other leads lost": 0,
    }  # fmt: skip
    assert {name: row[name] for name in of_account} == of_account


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_every_family_names_its_features_and_says_them(family):
    sources = ("pricing_view", "other") if family.scope in ("type", "channel") else (family.of,)
    features = [*family.features(sources, (7.0, 30.0))]
    assert len({feature.name for feature in features}) == len(features)
    for feature in features:
        assert sentence(feature, 2.0) != sentence(feature, 0.0)
        assert "nan" not in sentence(feature, math.nan)


def test_windows_may_come_in_any_order():
    rows = [activity("A", day(number), "visit") for number in (0, 3, 20, 39)]
    world = World([lead("A", START)], rows)
    assert values(world, Engagement(("visit",)), day(40), (30, 7, 30)) == pytest.approx(
        values(world, Engagement(("visit",)), day(40), (7, 30)), nan_ok=True
    )


@pytest.mark.parametrize("windows", [(0,), (7, -1), (math.nan,), (math.inf,)])
def test_a_window_that_is_no_positive_number_of_days_is_refused(windows):
    with pytest.raises(DataError, match="windows_days: each must be a positive number"):
        ActivityReader(Engagement(("visit",)), windows)
