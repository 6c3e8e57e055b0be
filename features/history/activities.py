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
from features.parsing.categorical import Categorical
from leadgate.arrays import Bools, Floats, Ints

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
        Of n rows; the names are ascending, and a channel or content that was not given is ``""``.
    value
        Shape (n,), float64, NaN where there is none.
    """

    ptr: Ints
    occurred: Ints
    recorded: Ints
    type: Categorical
    value: Floats
    channel: Categorical
    content: Categorical

    def __len__(self) -> int:
        return len(self.occurred)

    @classmethod
    def build(
        cls,
        n_leads: int,
        lead: Ints,
        occurred: Ints,
        recorded: Ints,
        type: Categorical,
        value: Floats,
        *,
        channel: Categorical | None = None,
        content: Categorical | None = None,
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
        type, channel, content
            Of n rows, names in any order; None where not given.
        """
        names = [_ascending(column, len(occurred)) for column in (type, channel, content)]
        order = order_by(lead, occurred, recorded - occurred, names[0].codes, as_key(value))
        if np.isnan(value).all():
            value = np.broadcast_to(np.float64(np.nan), len(order))
        numbers = _reordered([occurred, recorded, value, *(name.codes for name in names)], order)
        occurred, recorded, value, *codes = numbers
        type, channel, content = map(Categorical, codes, [name.texts for name in names])
        return cls(pointers(lead, n_leads), occurred, recorded, type, value, channel, content)

    @classmethod
    def none(cls, n_leads: int) -> Activities:
        """Return no activities at all."""
        empty = np.zeros(0, dtype=np.int64)
        types = Categorical(empty.astype(np.int32), ())
        return cls.build(n_leads, empty, empty, empty, types, empty.astype(np.float64))

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
        if all(name in names for name in self.type.texts):
            return self
        return self._where(self.type.where(names.__contains__))

    def _where(self, keep: Bools) -> Activities:
        before = np.concatenate([[0], np.cumsum(keep)])
        numbers = {name: getattr(self, name)[keep] for name in ("occurred", "recorded", "value")}
        names = {name: getattr(self, name).take(keep) for name in ("type", "channel", "content")}
        return replace(self, ptr=before[self.ptr], **numbers, **names)


_MANY = 1_000_000


def _ascending(column: Categorical | None, n: int) -> Categorical:
    if column is None:
        return Categorical(np.broadcast_to(np.int32(0), n), (NOTHING,))
    return column.ascending()


def _reordered(columns: Sequence[NDArray[Any]], order: Ints) -> list[Any]:
    """Bring columns into an order; one that is the same value throughout stays as it is."""

    def reordered(column: NDArray[Any]) -> NDArray[Any]:
        return column if column.strides == (0,) else column[order]

    if len(order) < _MANY:
        return [reordered(column) for column in columns]
    with ThreadPoolExecutor(THREADS) as pool:
        return [*pool.map(reordered, columns)]
