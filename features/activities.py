"""What happened to the leads: sorted arrays of activities on two clocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.ragged import Int, owners, pointers, stable_order


@dataclass(frozen=True)
class Activities:
    """Activities of all leads, sorted by lead, then occurred, recorded, type and value.

    Attributes
    ----------
    ptr
        Shape (n_leads + 1,): lead `k` owns the rows ``ptr[k] … ptr[k + 1] - 1``.
    occurred, recorded
        Shape (n,), int64 microseconds since the epoch, UTC.
    type
        Shape (n,), int32 codes into `types`.
    value
        Shape (n,), float64, NaN where there is none.
    types
        The names of the types, ascending.
    """

    ptr: Int
    occurred: Int
    recorded: Int
    type: NDArray[np.int32]
    value: NDArray[np.float64]
    types: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.occurred)

    @classmethod
    def build(
        cls,
        n_leads: int,
        lead: Int,
        occurred: Int,
        recorded: Int,
        code: NDArray[np.integer],
        names: Sequence[str],
        value: NDArray[np.float64],
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
        """
        types = tuple(sorted(set(names)))
        position = {name: place for place, name in enumerate(types)}
        type_code = np.array([position[name] for name in names], dtype=np.int32)[code]
        order = _order(lead, occurred, recorded, type_code, value)
        return cls(
            ptr=pointers(lead, n_leads),
            occurred=occurred[order],
            recorded=recorded[order],
            type=type_code[order],
            value=value[order],
            types=types,
        )

    @classmethod
    def none(cls, n_leads: int) -> Activities:
        """Return no activities at all."""
        empty = np.zeros(0, dtype=np.int64)
        return cls.build(n_leads, empty, empty, empty, empty, [], empty.astype(np.float64))

    def take(self, leads: Int, until: int) -> Activities:
        """Return the activities of some leads that were recorded before an instant."""
        lead = owners(self.ptr)
        position = np.full(len(self.ptr) - 1, -1, dtype=np.int64)
        position[leads] = np.arange(len(leads))
        keep = (self.recorded < until) & (self.occurred < until) & (position[lead] >= 0)
        return Activities(
            ptr=pointers(position[lead[keep]], len(leads)),
            occurred=self.occurred[keep],
            recorded=self.recorded[keep],
            type=self.type[keep],
            value=self.value[keep],
            types=self.types,
        )


def _order(
    lead: Int, occurred: Int, recorded: Int, code: NDArray[np.int32], value: NDArray[np.float64]
) -> Int:
    # By instant, then stably by lead, then the full key for the few rows that share both.
    order = np.argsort(occurred)
    order = order[stable_order(lead[order])]
    same = (np.diff(lead[order]) == 0) & (np.diff(occurred[order]) == 0)
    if same.any():
        tied = np.zeros(len(order), dtype=bool)
        tied[1:] |= same
        tied[:-1] |= same
        rows = order[tied]
        keys = (value[rows], code[rows], recorded[rows], occurred[rows], lead[rows])
        order[tied] = rows[np.lexsort(keys)]
    return order
