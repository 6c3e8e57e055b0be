"""What happened to the leads: sorted arrays of activities on two clocks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.history.csr import owners, pointers
from features.history.ordering import as_key, order_by
from leadgate.arrays import Bools, Codes, Floats, Ints

Coded = tuple[NDArray[np.integer], Sequence[str]]

NOTHING = ""
THREADS = 2


@dataclass(frozen=True)
class Activities:
    """Activities of all leads, sorted by lead, then occurred, recorded, type and value.

    Attributes
    ----------
    ptr
        Shape (n_leads + 1,): lead `k` owns the rows ``ptr[k] … ptr[k + 1] - 1``.
    occurred, recorded
        Shape (n,), int64 microseconds since the epoch, UTC.
    type, channel, content
        Shape (n,), int32 codes into `types`, `channels` and `contents`.
    value
        Shape (n,), float64, NaN where there is none.
    types, channels, contents
        The names, ascending; a channel or content that was not given is ``""``.
    """

    ptr: Ints
    occurred: Ints
    recorded: Ints
    type: Codes
    value: Floats
    channel: Codes
    content: Codes
    types: tuple[str, ...]
    channels: tuple[str, ...]
    contents: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.occurred)

    @classmethod
    def build(
        cls,
        n_leads: int,
        lead: Ints,
        occurred: Ints,
        recorded: Ints,
        code: NDArray[np.integer],
        names: Sequence[str],
        value: Floats,
        *,
        channel: Coded | None = None,
        content: Coded | None = None,
    ) -> Activities:
        """Sort activities that come in any order.

        Parameters
        ----------
        n_leads
            How many leads there are.
        lead
            Shape (n,), index of the lead.
        occurred, recorded, value
            Shape (n,), as in the attributes.
        code
            Shape (n,), the type as a position in `names`.
        names
            Names of types, in any order; a name may come twice.
        channel, content
            Likewise a code for each activity and the names; None where not known.
        """
        type_, types = _coded(code, names)
        order = order_by(lead, occurred, recorded - occurred, type_, as_key(value))
        of_channel, channels = _optional(channel, len(order))
        of_content, contents = _optional(content, len(order))
        if np.isnan(value).all():
            value = np.broadcast_to(np.float64(np.nan), len(order))
        given = (occurred, recorded, type_, value, of_channel, of_content)
        columns = dict(zip(_COLUMNS, _reordered(given, order), strict=True))
        return cls(
            ptr=pointers(lead, n_leads),
            types=types,
            channels=channels,
            contents=contents,
            **columns,
        )

    @classmethod
    def none(cls, n_leads: int) -> Activities:
        """Return no activities at all."""
        empty = np.zeros(0, dtype=np.int64)
        return cls.build(n_leads, empty, empty, empty, empty, [], empty.astype(np.float64))

    @cached_property
    def owner(self) -> Ints:
        """The lead of each activity; shape (n,)."""
        return owners(self.ptr)

    @cached_property
    def known_from(self) -> Ints:
        """The first instant at which each activity is known: after it, and once recorded."""
        return np.maximum(self.occurred + 1, self.recorded)

    def take(self, leads: Ints, until: int) -> Activities:
        """Return the activities of some leads, ascending, that were recorded before an instant."""
        wanted = np.zeros(len(self.ptr) - 1, dtype=bool)
        wanted[leads] = True
        keep = (self.recorded < until) & (self.occurred < until) & wanted[self.owner]
        kept = self._where(keep)
        ptr = np.concatenate([[0], kept.ptr[1:][leads]])
        return replace(kept, ptr=ptr)

    def of_types(self, names: Collection[str]) -> Activities:
        """Return the activities of some types."""
        wanted = [name in names for name in self.types]
        return self if all(wanted) else self._where(np.array(wanted)[self.type])

    def _where(self, keep: Bools) -> Activities:
        before = np.concatenate([[0], np.cumsum(keep)])
        columns = {name: getattr(self, name)[keep] for name in _COLUMNS}
        return replace(self, ptr=before[self.ptr], **columns)


_COLUMNS = ("occurred", "recorded", "type", "value", "channel", "content")
_MANY = 1_000_000


def _coded(codes: NDArray[np.integer], names: Sequence[str]) -> tuple[Codes, tuple[str, ...]]:
    ascending = tuple(sorted(set(names)))
    position = {name: place for place, name in enumerate(ascending)}
    return np.array([position[name] for name in names], dtype=np.int32)[codes], ascending


def _optional(coded: Coded | None, n: int) -> tuple[Codes, tuple[str, ...]]:
    if coded is None:
        return np.broadcast_to(np.int32(0), n), (NOTHING,)
    return _coded(*coded)


def _reordered(columns: Sequence[NDArray[Any]], order: Ints) -> list[Any]:
    """Bring columns into an order; one that is the same value throughout stays as it is."""

    def reordered(column: NDArray[Any]) -> NDArray[Any]:
        return column if column.strides == (0,) else column[order]

    if len(order) < _MANY:
        return [reordered(column) for column in columns]
    with ThreadPoolExecutor(THREADS) as pool:
        return [*pool.map(reordered, columns)]
