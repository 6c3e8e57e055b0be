"""Activities are sorted whatever their order, and can be cut on both clocks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.history import activities
from features.history.activities import Activities
from features.history.from_records import Activity, Other
from features.history.lead_history import LeadHistory
from features.parsing.categorical import Categorical

NAMES = ("visit", "call", "visit")
rows = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.integers(0, 3),
        st.integers(0, 2),
        st.integers(0, 2),
        st.sampled_from([1.0, 2.0]),
    ),
    max_size=20,
)


def build(rows):
    lead, occurred, recorded, code, value = np.array(rows, dtype=float).reshape(-1, 5).T
    whole = [column.astype(np.int64) for column in (lead, occurred, recorded)]
    return Activities.build(3, *whole, Categorical(code.astype(np.int32), NAMES), value)


def listed(built):
    lead = np.repeat(np.arange(len(built.ptr) - 1), np.diff(built.ptr))
    columns = (lead, built.occurred, built.recorded, built.type.codes, built.value)
    return list(zip(*(column.tolist() for column in columns), strict=True))


@given(rows)
def test_build_sorts_by_lead_instants_type_and_value(rows):
    code = [1, 0, 1]  # the types are sorted by name, and a name given twice is one type
    wanted = sorted((a, b, c, code[d], e) for a, b, c, d, e in rows)
    assert listed(build(rows)) == wanted
    assert build(rows).type.texts == ("call", "visit")


@given(rows)
def test_build_is_the_same_when_columns_are_sorted_in_threads(rows):
    alone = listed(build(rows))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(activities, "_MANY", 0)
        assert listed(build(rows)) == alone


def test_take_leaves_out_what_is_recorded_at_the_cut():
    some = build([(1, 0, 4, 0, 1.0), (1, 0, 5, 0, 1.0), (1, 5, 5, 0, 1.0), (2, 0, 0, 0, 1.0)])
    taken = some.take(np.array([0, 1]), until=5)
    assert listed(taken) == [(1, 0, 4, 1, 1.0)]
    assert taken.type.texts == some.type.texts


@given(rows)
def test_take_of_every_lead_is_everything(rows):
    assert listed(build(rows).take(np.arange(3), until=99)) == listed(build(rows))


def test_none_is_no_activity_of_any_lead():
    none = Activities.none(4)
    assert len(none) == 0
    assert none.ptr.tolist() == [0] * 5
    assert none.type.texts == ()


@given(rows)
def test_activities_of_one_lead_are_the_same_beside_another_lead(rows):
    activities = [
        Activity(occurred, recorded, NAMES[code], value, content=str(code))
        for _, occurred, recorded, code, value in rows
    ]
    alone = LeadHistory.of_one("a", 0, {}, activities).activities
    beside = LeadHistory.of_one("a", 0, {}, activities, [Other("b", 0)]).activities
    assert listed(alone) == listed(beside)
    for name in ("type", "channel", "content"):
        mine, theirs = getattr(alone, name), getattr(beside, name)
        assert mine.texts == theirs.texts
        assert mine.codes.tolist() == theirs.codes.tolist()


def test_a_channel_that_nobody_gave_takes_one_code_for_all():
    channel = build([(1, 0, 4, 0, 1.0), (2, 0, 0, 1, 1.0)]).channel
    assert channel.texts == ("",)
    assert channel.codes.strides == (0,)
