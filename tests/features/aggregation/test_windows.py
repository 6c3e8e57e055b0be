"""Every measure equals a plain loop over the activities that are known at a snapshot."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.aggregation.catalogue import FAMILIES
from features.aggregation.point_in_time import known_pairs
from features.aggregation.windows import MEASURES, Layout, Measures
from features.history.activities import Activities
from features.parsing.categorical import Categorical
from features.parsing.times import US_PER_DAY

DAY = US_PER_DAY
WINDOWS = (2, 5)
HALF_LIFE = 3
TYPES = ("a", "b", "c")
CHANNELS = ("", "email", "fax", "web")
CONTENTS = ("", "jobs", "prices")
# Of the types "b" and "c" are one group; of the channels "email" and "web" are counted.
GROUP = np.array([0, 1, 1])
COUNTED = np.array([2, 0, 2, 1])

rows = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.integers(0, 12),
        st.integers(0, 3),
        st.sampled_from(range(3)),
        st.sampled_from([math.nan, 0.5, 3.0, -1.0]),
        st.sampled_from(range(4)),
        st.sampled_from(range(3)),
    ),
    max_size=25,
)
snapshots = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 16)), min_size=1, max_size=6)


def build(rows):
    columns = np.array(rows, dtype=float).reshape(-1, 7).T
    lead, occurred, delay, code, channel, content = columns[[0, 1, 2, 3, 5, 6]].astype(np.int64)
    pairs = ((code, TYPES), (channel, CHANNELS), (content, CONTENTS))
    type_, channels, contents = (Categorical(c.astype(np.int32), texts) for c, texts in pairs)
    occurred, recorded = occurred * DAY, (occurred + delay) * DAY
    return Activities.build(
        3, lead, occurred, recorded, type_, columns[4], channel=channels, content=contents
    )


def layout(activities):
    def codes(texts, of):
        return np.array([of[name] for name in texts], dtype=np.int64)

    return Layout(
        windows=tuple(days * DAY for days in WINDOWS),
        group=codes(activities.type.texts, dict(zip(TYPES, GROUP, strict=True))),
        n_groups=2,
        channel=codes(activities.channel.texts, dict(zip(CHANNELS, COUNTED, strict=True))),
        n_channels=2,
    )


def measured(activities, snapshots):
    """Return every measure of every snapshot, by name, in days and counts."""
    lead, as_of = np.array(snapshots, dtype=np.int64).reshape(-1, 2).T
    result = []
    for pairs in known_pairs(activities, lead, as_of * DAY):
        m = Measures(pairs, activities, layout(activities))
        ends = [np.where(end > 99 * DAY, math.nan, end / DAY) for end in m.ends]
        columns = {
            "by type": m.by_type.transpose(1, 0, 2), "total": m.total.T,
            "by channel": m.by_channel.transpose(1, 0, 2), "ends": np.transpose(ends),
            "since last by type": m.since_last_by_type(), "trend": m.trend().T,
            "decayed": m.decayed(HALF_LIFE), "gap": m.gap(), "mean gap": m.mean_gap(),
            "sums": m.sums().T, "contents": m.contents().T,
        }  # fmt: skip
        result += [{k: v[row].tolist() for k, v in columns.items()} for row in range(pairs.n)]
    return result


def plain_loop(rows, lead, as_of):
    past = sorted(
        (row for row in rows if row[0] == lead and row[1] < as_of and row[1] + row[2] <= as_of),
        key=lambda row: row[1],
    )
    ages = [as_of - row[1] for row in past]
    windows = (*WINDOWS, math.inf)

    def within(days, holds=lambda row: True):
        return [row for row, age in zip(past, ages, strict=True) if age <= days and holds(row)]

    def of_group(group):
        return [age for row, age in zip(past, ages, strict=True) if GROUP[row[3]] == group]

    gaps = [older - younger for older, younger in pairwise(ages)]
    groups, channels = range(2), range(2)
    return {
        "by type": [
            [len(within(w, lambda row, g=g: GROUP[row[3]] == g)) for g in groups] for w in windows
        ],
        "total": [len(within(w)) for w in windows],
        "by channel": [
            [len(within(w, lambda row, c=c: COUNTED[row[5]] == c)) for c in channels]
            for w in windows
        ],
        "ends": [max(ages, default=math.nan), min(ages, default=math.nan),
                 ages[-2] if len(ages) > 1 else math.nan],
        "since last by type": [min(of_group(g), default=math.nan) for g in groups],
        "trend": [2 * len(within(w)) - len(within(2 * w)) for w in WINDOWS],
        "decayed": [sum(0.5 ** (age / HALF_LIFE) for age in of_group(g)) for g in groups],
        "gap": gaps[-1] if gaps else math.nan,
        "mean gap": sum(gaps) / len(gaps) if gaps else math.nan,
        "sums": [sum(row[4] for row in within(w) if not math.isnan(row[4])) for w in windows],
        "contents": [len({row[6] for row in within(w)} - {0}) for w in windows],
    }  # fmt: skip


@given(rows, snapshots)
def test_measures_equal_a_plain_loop(rows, snapshots):
    for row, (lead, as_of) in zip(measured(build(rows), snapshots), snapshots, strict=True):
        for name, wanted in plain_loop(rows, lead, as_of).items():
            np.testing.assert_allclose(row[name], wanted, rtol=1e-12, err_msg=name)


# One lead: visits 1, 2, 5 and 11 days before the snapshot at day 12, two of them with contents.
EXAMPLE = [
    (0, 1, 0, 0, 1.0, 1, 1),
    (0, 7, 0, 1, 2.0, 2, 2),
    (0, 10, 0, 2, math.nan, 3, 0),
    (0, 11, 0, 0, 4.0, 3, 2),
]


@pytest.mark.parametrize("others", [[], [(1, 4, 0, 0, 9.0, 1, 1)]], ids=["alone", "beside another"])
def test_measures_of_an_example_are_those_counted_by_hand(others):
    """An activity as old as a window is within it; so is 5 of 5 days here, and 2 of 2."""
    first = measured(build(EXAMPLE + others), [(0, 12)] + [(1, 12)] * len(others))[0]
    assert first["total"] == [2, 3, 4]
    assert first["by type"] == [[1, 1], [1, 2], [2, 2]]
    assert first["by channel"] == [[0, 2], [0, 2], [1, 2]]
    assert first["ends"] == [11, 1, 2]
    assert first["trend"] == [2 * 2 - 2, 2 * 3 - 3]
    assert first["gap"] == 1
    assert first["mean gap"] == pytest.approx(10 / 3)
    assert first["sums"] == [4, 6, 7]
    assert first["contents"] == [1, 1, 2]
    assert first["since last by type"] == [1, 2]
    decayed = [0.5 ** (1 / 3) + 0.5 ** (11 / 3), 0.5 ** (2 / 3) + 0.5 ** (5 / 3)]
    assert first["decayed"] == pytest.approx(decayed)


# What each family of the catalogue says of the example; windows first, then types or channels.
OF_FAMILIES = {
    ("count", "type", ""): [1, 1, 1, 2, 2, 2],
    ("recency", "type", ""): [1, 2],
    ("decayed", "type", ""): [
        0.5 ** (1 / 14) + 0.5 ** (11 / 14),
        0.5 ** (2 / 14) + 0.5 ** (5 / 14),
    ],
    ("count", "lead", ""): [2, 3, 4],
    ("recency", "lead", ""): [1],
    ("first", "lead", ""): [11],
    ("trend", "lead", ""): [2, 3],
    ("decayed", "lead", ""): [sum(0.5 ** (age / 14) for age in (1, 2, 5, 11))],
    ("gap", "lead", ""): [1],
    ("mean gap", "lead", ""): [10 / 3],
    ("distinct", "lead", "type"): [2, 2, 2],
    ("sum", "lead", ""): [4, 6, 7],
    ("distinct", "lead", "content"): [1, 1, 2],
    ("distinct", "lead", "channel"): [1, 1, 2],
    ("count", "channel", ""): [0, 2, 0, 2, 1, 2],
}


def test_every_family_is_measured_in_the_order_of_its_features():
    assert OF_FAMILIES.keys() == MEASURES.keys()
    activities = build(EXAMPLE)
    for n in (1, 3):
        (pairs,) = known_pairs(activities, np.zeros(n, dtype=np.int64), np.full(n, 12 * DAY))
        measures = Measures(pairs, activities, layout(activities))
        for family in FAMILIES:
            key = (family.kind, family.scope, family.of)
            if key in MEASURES:
                values = MEASURES[key](measures, family)
                np.testing.assert_allclose(values, [OF_FAMILIES[key]] * n, err_msg=str(key))


@pytest.mark.parametrize(("occurred", "delay", "as_of", "counts"), [
    (3, 0, 3, 0),
    (3, 0, 4, 1),
    (3, 2, 4, 0),
    (3, 2, 5, 1),
    (3, 2, 6, 1),
])  # fmt: skip
@pytest.mark.parametrize("n", [1, 2])
def test_an_activity_counts_after_it_occurred_and_once_it_is_recorded(
    occurred, delay, as_of, counts, n
):
    row = (0, occurred, delay, 0, 1.0, 1, 1)
    assert measured(build([row]), [(0, as_of)] * n)[0]["total"][-1] == counts
