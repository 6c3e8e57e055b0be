"""The answers about a stream of leads, part by part, as Arrow tables."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from features.parsing.times import NAT, iso_array
from leadgate.arrays import Ints
from leadgate.policy import decide_many
from serving.batch.lead_stream import LeadStream, Part
from serving.scoring.answer import COLUMNS, N_REASONS, READINESS, REASONS, joined
from serving.scoring.assessment import Judgement
from serving.scoring.scorer import Scorer

_SECOND, _DAY = 1_000_000, 86_400
_NUMBERS = {*READINESS, "threshold", "propensity"}


def answer_parts(scorer: Scorer, stream: LeadStream, *, reasons: bool) -> Iterator[pa.Table]:
    """Score the leads of a stream.

    Yields
    ------
    Table
        The columns of `serving.scoring.answer`, one row for each row of the file, in its order.
    """
    parts = stream.parts()
    # While one part is judged the next one is read, and what is to be done with the leads of the
    # one before is decided and written.
    with ThreadPoolExecutor(1) as reader, ThreadPoolExecutor(1) as judge:
        coming = reader.submit(next, parts, None)
        before: tuple[Part, Future[Judgement]] | None = None
        while (part := coming.result()) is not None:
            coming = reader.submit(next, parts, None)
            evaluated = judge.submit(scorer.judge, part.X, reasons=reasons)
            if before is not None:
                yield _answered(scorer, before[0], before[1].result(), reasons)
            before = part, evaluated
        if before is not None:
            yield _answered(scorer, before[0], before[1].result(), reasons)


def notes(scorer: Scorer, stream: LeadStream) -> list[str]:
    """Return what is to be said of the file as a whole, once it has been read."""
    absent = [f"column {name} is not there: taken as missing" for name in stream.absent()]
    return [*absent, *scorer.feature_set.attributes.sentences(stream.strange)]


def _answered(scorer: Scorer, part: Part, evaluated: Judgement, reasons: bool) -> pa.Table:
    n = len(part.lead_ids)
    readiness, told = np.full((n, 3), np.nan), np.full((n, N_REASONS), "", dtype=object)
    found, said, doubts = evaluated
    readiness[part.accepted], told[part.accepted] = found, said
    for place in np.flatnonzero(doubts != ""):
        row = part.accepted[place]
        part.warnings[row] = joined(part.warnings[row], doubts[place])
    decided = decide_many(readiness[:, 0], part.lead_ids, scorer.policy, part.values)
    columns: dict[str, Any] = {
        "lead_id": part.lead_ids,
        "as_of": _iso(part.as_of),
        **dict(zip(READINESS, readiness.T, strict=True)),
        **vars(decided),
        **dict(zip(REASONS, told.T, strict=True)),
        "model_version": pa.repeat(pa.scalar(scorer.version, pa.string()), n),
        "warnings": part.warnings,
    }
    if not reasons:
        columns |= dict.fromkeys(REASONS, pa.repeat(pa.scalar("", pa.string()), n))
    return pa.table({name: _column(name, columns[name]) for name in COLUMNS})


def _column(name: str, values: pa.Array | NDArray[Any]) -> pa.Array:
    if isinstance(values, pa.Array):
        return values
    if name == "explored":
        return pa.array(values, type=pa.bool_())
    # As pandas writes them: what is not a number has no value.
    kind = pa.float64() if name in _NUMBERS else pa.string()
    return pa.array(np.ascontiguousarray(values), type=kind, from_pandas=True)


def _iso(us: Ints) -> pa.Array:
    """Return ISO 8601 of many times, whole seconds from two tables of their parts."""
    second, rest = np.divmod(us, _SECOND)
    if rest.any() or (us == NAT).any() or not us.size:
        return pa.array(iso_array(us), type=pa.string())
    day, of_day = np.divmod(second, _DAY)
    days, code = np.unique(day, return_inverse=True)
    dates = np.array([str(np.datetime64(int(d), "D")) for d in days], dtype="S10")
    text = np.empty((us.size, 20), dtype=np.uint8)
    text[:, :10] = dates.view(np.uint8).reshape(-1, 10)[code]
    text[:, 10:] = _clock()[of_day]
    ends = np.arange(0, 20 * us.size + 1, 20, dtype=np.int32)
    return pa.StringArray.from_buffers(us.size, pa.py_buffer(ends), pa.py_buffer(text))


@cache
def _clock() -> NDArray[np.uint8]:
    """Return the text of each second of a day, shape (86400, 10)."""
    seconds = pd.date_range("1970-01-01", periods=_DAY, freq="s").strftime("T%H:%M:%SZ")
    return np.array(seconds.tolist(), dtype="S10").view(np.uint8).reshape(_DAY, 10)

