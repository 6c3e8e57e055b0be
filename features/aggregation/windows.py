"""What the families of features are, computed for some snapshots paired with their activities."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.aggregation.catalogue import Family
from features.aggregation.point_in_time import NEVER, Pairs
from features.history.activities import NOTHING, Activities
from features.parsing.times import US_PER_DAY
from leadgate.arrays import Floats, Ints


@dataclass(frozen=True)
class Layout:
    """Which code each activity has.

    Attributes
    ----------
    windows
        Microseconds, ascending.
    group, n_groups
        For each type its group ``0 … n_groups - 1``.
    channel, n_channels
        For each channel its code ``0 … n_channels - 1``; `n_channels` for one that is not counted.
    """

    windows: Sequence[int]
    group: Ints
    n_groups: int
    channel: Ints
    n_channels: int


class Measures:
    """The measures of some snapshots, each computed once; most only when asked for.

    Attributes
    ----------
    by_type
        Shape (windows + 1, n, groups): counts within each window, and ever.
    total
        Shape (windows + 1, n): the same of all types together.
    """

    def __init__(self, pairs: Pairs, activities: Activities, layout: Layout) -> None:
        self.pairs, self._activities, self._layout = pairs, activities, layout
        self._decayed: dict[float, Floats] = {}
        self._group: Ints = layout.group[activities.type.codes[pairs.activity]]
        self.by_type = pairs.counts(layout.windows, self._group, layout.n_groups)
        self.total: NDArray[Any] = self.by_type.sum(axis=2)

    @cached_property
    def by_channel(self) -> NDArray[Any]:
        """Shape (windows + 1, n, channels)."""
        layout, n = self._layout, self._layout.n_channels
        channel = layout.channel[self._activities.channel.codes[self.pairs.activity]]
        return self.pairs.counts(layout.windows, channel, n + 1)[:, :, :n]

    @cached_property
    def ends(self) -> tuple[Ints, Ints, Ints]:
        """The ages of the first, last and last but one activity, shape (n,)."""
        return self.pairs.ends(self.total[-1])

    def since_last_by_type(self) -> Floats:
        """Return days, shape (n, groups)."""
        return _days(self.pairs.youngest(self._group, self._layout.n_groups))

    def trend(self) -> Floats:
        """Return how many more activities than in the window before, shape (windows, n)."""
        windows = self._layout.windows
        twice = self.pairs.counts([2 * window for window in windows])[:-1, :, 0]
        trend: Floats = 2 * self.total[:-1] - twice
        return trend

    def decayed(self, half_life_days: float) -> Floats:
        """Return the decayed counts by type, shape (n, groups)."""
        earlier = self._decayed.get(half_life_days)
        if earlier is not None:
            return earlier
        weight = np.exp2(self.pairs.age * (-1 / (half_life_days * US_PER_DAY)))
        decayed: Floats = self.pairs.counts((), self._group, self._layout.n_groups, weight)[0]
        self._decayed[half_life_days] = decayed
        return decayed

    def gap(self) -> Floats:
        """Return the days between the last two activities, shape (n,)."""
        _, last, previous = self.ends
        return np.where(previous == NEVER, math.nan, (previous - last) / US_PER_DAY)

    def mean_gap(self) -> Floats:
        """Return the mean days between an activity and the next, shape (n,)."""
        first, last, previous = self.ends
        gaps = np.maximum(self.total[-1] - 1, 1)
        return np.where(previous == NEVER, math.nan, (first - last) / US_PER_DAY / gaps)

    def sums(self) -> Floats:
        """Return the sums of the values, shape (windows + 1, n)."""
        value = self._activities.value[self.pairs.activity]
        value = np.where(np.isnan(value), 0.0, value)
        sums: Floats = self.pairs.counts(self._layout.windows, weight=value)[:, :, 0]
        return sums

    def contents(self) -> NDArray[Any]:
        """Return the number of different contents, shape (windows + 1, n)."""
        names = self._activities.content.texts
        content = self._activities.content.codes[self.pairs.activity]
        last = self.pairs.newest(content, len(names)).astype(np.float64)
        if names[:1] == (NOTHING,):
            last[content == 0] = 0.0
        return self.pairs.counts(self._layout.windows, weight=last)[:, :, 0]


def _days(age: Ints) -> Floats:
    return np.where(age == NEVER, math.nan, age / US_PER_DAY)


def _wide(counts: NDArray[Any]) -> NDArray[Any]:
    """Bring (windows, n, codes) to (n, windows * codes)."""
    return counts.transpose(1, 0, 2).reshape(counts.shape[1], -1)


MEASURES: dict[tuple[str, str, str], Callable[[Measures, Family], NDArray[Any]]] = {
    ("count", "type", ""): lambda m, _: _wide(m.by_type),
    ("recency", "type", ""): lambda m, _: m.since_last_by_type(),
    ("decayed", "type", ""): lambda m, f: m.decayed(f.half_life_days or 0),
    ("count", "lead", ""): lambda m, _: m.total.T,
    ("recency", "lead", ""): lambda m, _: _days(m.ends[1])[:, None],
    ("first", "lead", ""): lambda m, _: _days(m.ends[0])[:, None],
    ("trend", "lead", ""): lambda m, _: m.trend().T,
    ("decayed", "lead", ""): lambda m, f: m.decayed(f.half_life_days or 0).sum(axis=1)[:, None],
    ("gap", "lead", ""): lambda m, _: m.gap()[:, None],
    ("mean gap", "lead", ""): lambda m, _: m.mean_gap()[:, None],
    ("distinct", "lead", "type"): lambda m, _: (m.by_type > 0).sum(axis=2).T,
    ("sum", "lead", ""): lambda m, _: m.sums().T,
    ("distinct", "lead", "content"): lambda m, _: m.contents().T,
    ("distinct", "lead", "channel"): lambda m, _: (m.by_channel > 0).sum(axis=2).T,
    ("count", "channel", ""): lambda m, _: _wide(m.by_channel),
}
"""How each family of the catalogue is measured, by kind, scope and `of`; (n, its features)."""
