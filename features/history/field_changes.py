"""Field changes: the value of a field as it was known at an instant."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.history.csr import owners, pointers, position
from features.parsing.categorical import Categorical
from leadgate.arrays import Ints


@dataclass(frozen=True)
class Changes:
    """Changes of one field, sorted by lead, then instant, then value.

    Attributes
    ----------
    ptr
        Shape (n_leads + 1,): lead `k` owns the rows ``ptr[k] … ptr[k + 1] - 1``.
    changed
        Shape (n,), int64 microseconds since the epoch, UTC.
    value
        Of n rows: the new values, the distinct ones ascending.
    """

    ptr: Ints
    changed: Ints
    value: Categorical

    def __len__(self) -> int:
        return len(self.changed)

    @classmethod
    def build(cls, n_leads: int, lead: Ints, changed: Ints, value: Categorical) -> Changes:
        """Sort the changes of one field that come in any order."""
        value = value.ascending()
        order = np.lexsort((value.codes, changed, lead))
        return cls(pointers(lead, n_leads), changed[order], value.take(order))

    def as_of(self, lead: Ints, at: Ints, creation: Categorical) -> Categorical:
        """Return the field's value for each snapshot.

        Parameters
        ----------
        lead, at
            Shape (n,): the snapshots.
        creation
            Of n rows: the value at creation, which holds until the first change.

        Returns
        -------
        Categorical of n rows
            The last value with ``changed <= at``.
        """
        first = self.ptr[lead]
        end = position(self.changed, first, self.ptr[lead + 1], at, inclusive=True)
        return creation.followed_by(self.value, np.where(end > first, end - 1, -1))

    def take(self, leads: Ints, until: int) -> Changes:
        """Return the changes of some leads that were made before an instant."""
        lead = owners(self.ptr)
        position_of = np.full(len(self.ptr) - 1, -1, dtype=np.int64)
        position_of[leads] = np.arange(len(leads))
        keep = (self.changed < until) & (position_of[lead] >= 0)
        ptr = pointers(position_of[lead[keep]], len(leads))
        return Changes(ptr, self.changed[keep], self.value.take(keep))
