"""Columns that hold nothing but ISO 8601, as most do: read by Arrow in one pass."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from leadgate.arrays import Bools, Ints

# Of a type without a zone Arrow lets no offset be written, of one with a zone it needs one.
_WALL, _INSTANT = pa.timestamp("us"), pa.timestamp("us", tz="UTC")


@dataclass(frozen=True)
class IsoTimes:
    """A column of ISO 8601.

    Attributes
    ----------
    us
        Microseconds since the epoch; `NAT` where missing; shape (n,).
    given
        Which are not missing; shape (n,).
    zoned
        Whether they are instants, and not what a clock showed.
    """

    us: Ints
    given: Bools
    zoned: bool


def iso_times(values: pd.Series, missing: Collection[str]) -> IsoTimes | None:
    """Read a column of texts all of which are ISO 8601 without an offset, or all with ``Z``.

    Parameters
    ----------
    values
        Texts.
    missing
        Words that mean "missing", compared exactly; the empty text does in any case.

    Returns
    -------
    IsoTimes or None
        None where some text is anything else, which may be ISO 8601 with another offset.
    """
    texts = pa.array(values, type=pa.large_string())
    words = pa.array(["", *missing], type=texts.type)
    absent = pc.is_in(texts, value_set=words)
    if pc.any(absent).as_py():
        texts = pc.if_else(absent, pa.scalar(None, texts.type), texts)
    zoned = _all_end_with_z(texts)
    try:
        times = texts.cast(_INSTANT if zoned else _WALL)
    except pa.ArrowInvalid:
        return None
    us = np.array(times, dtype="datetime64[us]")
    return IsoTimes(us.view(np.int64), ~np.isnat(us), zoned)


def _all_end_with_z(texts: pa.ChunkedArray | pa.Array) -> bool:
    """Whether there are texts, and each of them ends so."""
    first = pc.first(texts).as_py()
    return bool(first) and first.endswith("Z") and bool(pc.all(pc.ends_with(texts, "Z")).as_py())
