"""What the other leads of an account did, to the microsecond."""

from __future__ import annotations

import math

import numpy as np
import pytest

from features.aggregation.activity_reader import ActivityReader
from features.aggregation.selection import Engagement
from features.parsing.times import US_PER_DAY
from tests.features.worlds import START, World, activity, lead, outcome

WEEK = 7 * US_PER_DAY
NOW = START + 30 * US_PER_DAY
LEADS = [lead("A", START, account_id="X"), lead("B", START, account_id="X")]


def of_account(activities, *, leads=LEADS, outcomes=(), as_of=NOW, position=0):
    """Return the account's features of one lead, by name."""
    history = World([*leads], [*activities], outcomes=[*outcomes]).history()
    reader = ActivityReader(Engagement(("visit",), given=("accounts",)), (7,))
    X = np.full((1, len(reader.features)), -1.0)
    reader.fill(X, history, np.array([position]), np.array([as_of]))
    columns = dict(zip(reader.features, X[0].tolist(), strict=True))
    return {f.name: value for f, value in columns.items() if f.scope == "account"}


def counts_of(features):
    return [features[f"activities of others {window}"] for window in ("in 7 days", "ever")]


@pytest.mark.parametrize(
    ("occurred", "counts"),
    [
        (NOW, [0, 0]),
        (NOW - 1, [1, 1]),
        (NOW - WEEK + 1, [1, 1]),
        (NOW - WEEK, [1, 1]),
        (NOW - WEEK - 1, [0, 1]),
        (NOW - WEEK - 2, [0, 1]),
    ],
)
def test_an_activity_of_another_counts_after_it_occurred_until_the_window_ends(occurred, counts):
    features = of_account([activity("B", occurred, "visit")])
    assert counts_of(features) == counts
    since = features["days since any activity of others"]
    assert since == pytest.approx((NOW - occurred) / US_PER_DAY) if counts[1] else math.isnan(since)


@pytest.mark.parametrize(
    ("days_ago", "delay", "counts"),
    [
        (2, 2 * US_PER_DAY + 1, [0, 0]),
        (2, 2 * US_PER_DAY, [1, 1]),
        # Recorded after it had left the window: it never counts within it.
        (8, 8 * US_PER_DAY, [0, 1]),
        (8, 8 * US_PER_DAY + 1, [0, 0]),
        (7, 7 * US_PER_DAY, [1, 1]),
    ],
)
def test_an_activity_of_another_counts_once_it_is_recorded(days_ago, delay, counts):
    occurred = NOW - days_ago * US_PER_DAY
    assert counts_of(of_account([activity("B", occurred, "visit", delay=delay)])) == counts


def test_own_activities_count_for_the_others_only():
    own = [activity("A", NOW - 1, "visit"), activity("A", NOW - 9 * US_PER_DAY, "visit")]
    assert counts_of(of_account(own)) == [0, 0]
    assert math.isnan(of_account(own)["days since any activity of others"])
    assert counts_of(of_account(own, position=1)) == [1, 2]


@pytest.mark.parametrize("order", ["BA", "AB", "BAA", "ABA", "BAB", "AAB", "BBA", "ABB"])
@pytest.mark.parametrize("position", [0, 1])
def test_the_last_activity_of_another_is_looked_for_behind_ones_own(order, position):
    """Whoever was active last: one activity a day, the newest one yesterday."""
    days = range(len(order), 0, -1)
    rows = [
        activity(name, NOW - day * US_PER_DAY, "visit")
        for name, day in zip(order, days, strict=True)
    ]
    other = "BA"[position]
    features = of_account(rows, position=position)
    assert features["days since any activity of others"] == order[::-1].index(other) + 1


def test_an_activity_of_long_ago_that_was_recorded_last_is_not_the_last():
    rows = [activity("B", NOW - 3 * US_PER_DAY, "visit")]
    rows += [activity("B", NOW - 20 * US_PER_DAY, "visit", delay=19 * US_PER_DAY)]
    rows += [activity("A", NOW - 25 * US_PER_DAY, "visit", delay=24 * US_PER_DAY + 5)]
    assert of_account(rows)["days since any activity of others"] == 3
    assert of_account(rows, position=1)["days since any activity of others"] == 25


def test_leads_of_other_accounts_are_nothing_to_it():
    leads = [*LEADS, lead("C", START, account_id="Y"), lead("D", START, account_id="W")]
    rows = [activity(name, NOW - 5, "visit") for name in "CD"]
    closed = [outcome(name, "won", NOW - 5) for name in "CD"]
    features = of_account(rows, leads=leads, outcomes=closed)
    assert counts_of(features) == [0, 0]
    assert math.isnan(features["days since any activity of others"])
    assert [features[f"other leads{kind}"] for kind in ("", " won", " lost")] == [1, 0, 0]


@pytest.mark.parametrize(("created", "others"), [(NOW, 1), (NOW + 1, 0), (NOW - 1, 1)])
def test_another_lead_counts_from_its_creation_on(created, others):
    leads = [LEADS[0], lead("B", created, account_id="X")]
    assert of_account([], leads=leads)["other leads"] == others


@pytest.mark.parametrize("kind", ["won", "lost"])
@pytest.mark.parametrize(
    ("closed", "delay", "counts"), [(NOW, 0, 1), (NOW + 1, 0, 0), (NOW - 5, 5, 1), (NOW - 5, 6, 0)]
)
def test_the_outcome_of_another_counts_once_it_is_recorded(kind, closed, delay, counts):
    closed_ = [outcome("B", kind, closed, delay=delay)]
    features = of_account([], outcomes=closed_)
    other = {"won": "lost", "lost": "won"}[kind]
    assert (features[f"other leads {kind}"], features[f"other leads {other}"]) == (counts, 0)
    # One's own outcome is none of the others'.
    assert of_account([], outcomes=closed_, position=1)[f"other leads {kind}"] == 0
