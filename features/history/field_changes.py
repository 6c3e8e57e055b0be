"""Field changes: the value of a field as it was known at an instant."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.history.csr import owners, pointers, position
from leadgate.arrays import Ints, Texts


@dataclass(frozen=True)
class Changes:
    """Changes of one field, sorted by lead, then instant, then value.

    Attributes
    ----------
    ptr
        Shape (n_leads + 1,): lead `k` owns the rows ``ptr[k] … ptr[k + 1] - 1``.
    changed
        Shape (n,), int64 microseconds since the epoch, UTC.
    text
        Shape (n,), the new values as canonical text.
    """

    ptr: Ints
    changed: Ints
    text: Texts

    def __len__(self) -> int:
        return len(self.changed)

    @classmethod
    def build(cls, n_leads: int, lead: Ints, changed: Ints, text: Texts) -> Changes:
        """Sort the changes of one field that come in any order."""
        _, code = np.unique(text.astype(str), return_inverse=True)
        order = np.lexsort((code, changed, lead))
        return cls(pointers(lead, n_leads), changed[order], text[order])

    def as_of(self, lead: Ints, at: Ints, creation: Texts) -> Texts:
        """Return the field's value for each snapshot.

        Parameters
        ----------
        lead, at
            Shape (n,): the snapshots.
        creation
            Shape (n,): the value at creation, which holds until the first change.

        Returns
        -------
        ndarray of shape (n,)
            The last value with ``changed <= at``.
        """
        first = self.ptr[lead]
        end = position(self.changed, first, self.ptr[lead + 1], at, inclusive=True)
        text = creation.copy()
        known = end > first
        text[known] = self.text[end[known] - 1]
        return text

    def take(self, leads: Ints, until: int) -> Changes:
        """Return the changes of some leads that were made before an instant."""
        lead = owners(self.ptr)
        position_of = np.full(len(self.ptr) - 1, -1, dtype=np.int64)
        position_of[leads] = np.arange(len(leads))
        keep = (self.changed < until) & (position_of[lead] >= 0)
        ptr = pointers(position_of[lead[keep]], len(leads))
        return Changes(ptr, self.changed[keep], self.text[keep])
