"""A field has its last value with `changed <= at`, and before that the value at creation."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from features.history.field_changes import Changes

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
    return Changes.build(3, np.array(lead, dtype=np.int64), times, text(values))


@given(rows, snapshots)
def test_as_of_equals_a_plain_loop(rows, snapshots):
    lead, at = np.array(snapshots, dtype=np.int64).reshape(-1, 2).T
    creation = text(["at creation"] * len(lead))
    wanted = [
        max([(when, value) for k, when, value in rows if k == owner and when <= moment],
            default=(0, "at creation"))[1]
        for owner, moment in snapshots
    ]  # fmt: skip
    assert build(rows).as_of(lead, at, creation).tolist() == wanted
    assert creation.tolist() == ["at creation"] * len(lead)


@given(rows, st.integers(-1, 6))
def test_take_leaves_out_what_changed_at_the_cut(rows, until):
    taken = build(rows).take(np.array([0, 2]), until)
    kept = build([(k // 2, when, value) for k, when, value in rows if k != 1 and when < until])
    assert taken.changed.tolist() == kept.changed.tolist()
    assert taken.text.tolist() == kept.text.tolist()
    assert taken.ptr.tolist() == kept.ptr[:3].tolist()
