"""The kernel equals a plain loop, whatever the chunks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.aggregation import point_in_time
from features.aggregation.point_in_time import NEVER, known_pairs
from features.history.activities import Activities
from features.parsing.categorical import Categorical

WINDOWS = [2, 5]
N_TYPES = 3

rows = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 12), st.integers(0, 4), st.integers(0, 2)),
    max_size=30,
)
snapshots = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 14)), max_size=12)


def build(rows):
    lead, occurred, delay, code = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    types = Categorical(code.astype(np.int32), ("a", "b", "c"))
    return Activities.build(4, lead, occurred, occurred + delay, types, delay * 1.0)


def together(activities, snapshots):
    """Return counts, ages of the last, sums and the three ends of every snapshot."""
    lead, as_of = np.array(snapshots, dtype=np.int64).reshape(-1, 2).T
    figures = [[], [], [], []]
    for pairs in known_pairs(activities, lead, as_of):
        code, value = activities.type.codes[pairs.activity], activities.value[pairs.activity]
        counts = pairs.counts(WINDOWS, code, N_TYPES)
        figures[0] += counts.transpose(1, 2, 0).tolist()
        figures[1] += pairs.youngest(code, N_TYPES).tolist()
        figures[2] += pairs.counts(WINDOWS, weight=value)[:, :, 0].T.tolist()
        figures[3] += np.transpose(pairs.ends(counts[-1].sum(axis=1))).tolist()
    return figures


def plain_loop(rows, snapshots):
    figures = [[], [], [], []]
    for lead, as_of in snapshots:
        past = [
            (as_of - occurred, code, delay)
            for owner, occurred, delay, code in rows
            if owner == lead and occurred < as_of and occurred + delay <= as_of
        ]
        each = [[age for age, of, _ in past if of == code] for code in range(N_TYPES)]
        figures[0].append([[sum(a <= w for a in ages) for w in (*WINDOWS, 99)] for ages in each])
        figures[1].append([min(ages, default=NEVER) for ages in each])
        figures[2].append([sum(v for age, _, v in past if age <= w) for w in (*WINDOWS, 99)])
        ages = [NEVER, *sorted((age for age, *_ in past), reverse=True)]
        last, previous = (ages[-1], ages[-2]) if len(ages) > 1 else (NEVER, NEVER)
        figures[3].append([ages[1] if len(ages) > 1 else NEVER, last, previous])
    return figures


@given(rows, snapshots)
def test_pairs_equal_a_plain_loop(rows, snapshots):
    assert together(build(rows), snapshots) == plain_loop(rows, snapshots)


@pytest.mark.parametrize("chunk", [1, 3, 50])
def test_pairs_do_not_depend_on_the_chunks(monkeypatch, chunk):
    rng = np.random.default_rng(chunk)
    rows = rng.integers(0, [4, 12, 4, 3], (200, 4)).tolist()
    snapshots = rng.integers(0, [4, 14], (40, 2)).tolist()
    whole = together(build(rows), snapshots)
    monkeypatch.setattr(point_in_time, "CHUNK", chunk)
    assert together(build(rows), snapshots) == whole


def test_pairs_of_no_snapshots_are_none():
    assert [*known_pairs(build([]), *np.zeros((2, 0), dtype=np.int64))] == []


@pytest.mark.parametrize("cells", [0, point_in_time._CELLS])
@given(rows, snapshots)
def test_newest_is_the_last_known_activity_of_each_code(cells, rows, snapshots):
    activities = build(rows)
    lead, as_of = np.array(snapshots, dtype=np.int64).reshape(-1, 2).T
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(point_in_time, "_CELLS", cells)
        for pairs in known_pairs(activities, lead, as_of):
            code = activities.type.codes[pairs.activity]
            marked = pairs.newest(code, N_TYPES)
            last = dict(zip(zip(pairs.snapshot.tolist(), code.tolist(), strict=True),
                            range(len(code)), strict=True))  # fmt: skip
            assert np.flatnonzero(marked).tolist() == sorted(last.values())
