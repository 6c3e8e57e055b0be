"""How the test window came out in parts: by readiness, over time, by segment."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from leadgate.arrays import Floats, Ints, Positions, Texts
from training.evaluation.evaluated import Evaluated
from training.statistics.binomial import clopper_pearson, effective_leads
from training.statistics.bins import weighted_bins
from training.statistics.clusters import cluster_sums

BUCKETS = 10
MAX_SLICES = 14
MAX_VALUES = 8
# A value that fewer leads share could point at one of them.
MIN_LEADS = 10

Codes = tuple[Ints, list[str]]


@dataclass(frozen=True)
class Group:
    """Some of the leads: predicted and actual wins.

    `leads` is a sum of weights, `expected` the mean readiness, `observed` the share of wins with
    its 90 % interval: exact, by account, never without width.
    """

    name: str
    leads: float
    expected: float
    observed: float
    low: float
    high: float


@dataclass(frozen=True)
class Breakdown:
    """The test window by tenths of readiness, by time slice (oldest first) and by segment."""

    buckets: list[Group]
    time_slices: list[Group]
    segments: dict[str, list[Group]]


def break_down(evaluated: Evaluated) -> Breakdown:
    """Split the test window in every way that the report shows."""
    segments = {
        name: values_of(v, evaluated.weight) for name, v in (evaluated.segments or {}).items()
    }
    parts = [tenths(evaluated), time_slices(evaluated), *segments.values()]
    buckets, by_time, *rest = _groups(evaluated, parts)
    return Breakdown(buckets, by_time, dict(zip(segments, rest, strict=True)))


def _groups(evaluated: Evaluated, parts: list[Codes]) -> list[list[Group]]:
    """Return the groups of several splits."""
    columns = [evaluated.weight, evaluated.weight * evaluated.y]
    expected = evaluated.weight * evaluated.readiness
    result = []
    for codes, names in parts:
        groups = []
        for code, name in enumerate(names):
            rows = codes == code
            if not rows.any():
                groups.append(Group(name, 0.0, math.nan, math.nan, math.nan, math.nan))
                continue
            leads, won = (cluster_sums(column[rows], evaluated.account[rows]) for column in columns)
            observed = float(won.sum() / leads.sum())
            low, high = clopper_pearson(observed, effective_leads(won, leads))
            of = float(leads.sum())
            groups.append(Group(name, of, float(expected[rows].sum()) / of, observed, low, high))
        result.append(groups)
    return result


def tenths(evaluated: Evaluated) -> Codes:
    """Split at tenths of the weight; leads of equal readiness stay together."""
    readiness = evaluated.readiness
    tenth = weighted_bins(readiness, evaluated.weight, BUCKETS)
    inside = [readiness[tenth == code] for code in range(tenth.max() + 1)]
    return tenth, [_range(values.min(), values.max()) for values in inside]


def _range(low: float, high: float) -> str:
    ends = [f"{100 * end:.1f}" for end in (low, high)]
    return f"{' to '.join(dict.fromkeys(ends))} %"


def time_slices(evaluated: Evaluated) -> Codes:
    """Split by month, quarter or year, whatever gives a readable number; else by fifths."""
    if (evaluated.as_of == np.iinfo(np.int64).min).any():
        fifth = _rank(evaluated.order) * 5 // max(len(evaluated.order), 1)
        codes = np.unique(fifth, return_inverse=True)[1]
        return codes, [f"fifth {code + 1}" for code in range(codes.max() + 1)]
    month = evaluated.as_of.view("datetime64[us]").astype("datetime64[M]").astype(np.int64)
    units = ((1, _month), (3, _quarter), (12, _year))
    fitting = (unit for unit in units if np.ptp(month // unit[0]) < MAX_SLICES)
    length, name = next(fitting, units[-1])
    place = month // length
    first, last = int(place.min()), int(place.max())
    # A slice without a lead is among them: the axis of time has no holes.
    return place - first, [name(k) for k in range(first, last + 1)]


def _rank(order: Ints) -> Positions:
    """Return the position of each row on the axis of time; equal times share the first."""
    return np.searchsorted(np.sort(order), order)


def _month(number: int) -> str:
    return str(np.datetime64(number, "M"))


def _year(number: int) -> str:
    return str(1970 + number)


def _quarter(number: int) -> str:
    return f"{1970 + number // 4} Q{number % 4 + 1}"


def values_of(values: Texts, weight: Floats) -> Codes:
    """Split leads by the values of a segment that most of them have; rare ones go together.

    Returns
    -------
    codes, names
        The part of each lead, shape (n,), and what the parts are called.
    """
    texts, code = np.unique(values.astype(str), return_inverse=True)
    place, shown, others = common_codes(code, np.bincount(code, weight))
    names = [str(texts[i]) or "not known" for i in shown]
    return place, [*names, *others]


def common_codes(code: Positions, leads: Floats | Positions) -> tuple[Ints, list[int], list[str]]:
    """Keep the codes that most leads have, at most eight of ten leads each; the rest go together.

    Returns
    -------
    place, shown, others
        The new code of each row, shape (n,); the old codes in the new order; the name of the rest,
        empty where there is none.
    """
    order = np.argsort(-leads, kind="stable")[:MAX_VALUES]
    shown = [int(i) for i in order if leads[i] >= MIN_LEADS]
    place: Ints = np.full(leads.size, len(shown))
    place[shown] = np.arange(len(shown))
    return place[code], shown, ["other values"] if len(shown) < leads.size else []
