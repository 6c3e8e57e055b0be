"""A field has its last value with `changed <= at`, and before that the value at creation."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from features.history.field_changes import Changes
from features.parsing.categorical import Categorical

rows = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 5), st.sampled_from("xyz")), max_size=12
)
snapshots = st.lists(st.tuples(st.integers(0, 2), st.integers(-1, 6)), max_size=8)


def text(values):
    return np.array([*values, None], dtype=object)[:-1]


def build(rows):
    lead, changed, values = (
        (list(column) for column in zip(*rows, strict=True)) if rows else ([],) * 3
    )
    times = np.array(changed, dtype=np.int64)
    return Changes.build(3, np.array(lead, dtype=np.int64), times, Categorical.of(text(values)))


@given(rows, snapshots)
def test_as_of_equals_a_plain_loop(rows, snapshots):
    lead, at = np.array(snapshots, dtype=np.int64).reshape(-1, 2).T
    creation = Categorical.of(text(["at creation"] * len(lead)))
    wanted = [
        max([(when, value) for k, when, value in rows if k == owner and when <= moment],
            default=(0, "at creation"))[1]
        for owner, moment in snapshots
    ]  # fmt: skip
    assert build(rows).as_of(lead, at, creation).column().tolist() == wanted
    assert creation.column().tolist() == ["at creation"] * len(lead)


@given(rows, st.integers(-1, 6))
def test_take_leaves_out_what_changed_at_the_cut(rows, until):
    taken = build(rows).take(np.array([0, 2]), until)
    kept = build([(k // 2, when, value) for k, when, value in rows if k != 1 and when < until])
    assert taken.changed.tolist() == kept.changed.tolist()
    assert taken.value.column().tolist() == kept.value.column().tolist()
    assert taken.ptr.tolist() == kept.ptr[:3].tolist()


def test_a_long_value_widens_no_array():
    values = text(["Hot", "Cold"] * 500 + ["x" * 10_000])
    lead = np.zeros(1001, dtype=np.int64)
    changes = Changes.build(1, lead, np.arange(1001), Categorical.of(values))
    assert changes.value.codes.dtype == np.int32
    assert changes.value.codes.nbytes == 4 * 1001
    assert changes.value.texts == ("Cold", "Hot", "x" * 10_000)
    now = changes.as_of(lead, np.arange(1001), Categorical.of(text(["Old"] * 1001)))
    assert now.codes.nbytes == 4 * 1001
