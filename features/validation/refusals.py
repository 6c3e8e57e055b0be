"""Rows of one table that are refused, each for one reason, and the faults of whole files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pandas as pd

from leadgate.arrays import Bools
from leadgate.errors import DataError

Refusal = tuple[Bools, str]


class Refusals:
    """Marks the rows of one table that are refused.

    Attributes
    ----------
    kept
        The rows not refused so far; shape (n,).
    found
        Disjoint masks of shape (n,), each with its reason: plain words without a field value.
    """

    def __init__(self, n: int) -> None:
        self.kept = np.ones(n, dtype=bool)
        self.found: list[Refusal] = []

    def refuse(self, rows: Bools, reason: str) -> None:
        """Refuse rows that were not refused before."""
        fresh = rows & self.kept
        if fresh.any():
            self.found.append((fresh, reason))
            self.kept &= ~fresh


def repeated(told: pd.DataFrame | pd.Series, among: Bools) -> Bools:
    """Mark the rows that say the same as an earlier one; shape (n,).

    Parameters
    ----------
    told
        What the rows say; n rows.
    among
        Shape (n,): the rows looked at. No other one is marked, or makes a later one a repeat.
    """
    found = np.zeros(len(told), dtype=bool)
    found[among] = told[among].duplicated()
    return found


class Faults:
    """Collects the faults of whole files, to report them together."""

    def __init__(self) -> None:
        self._errors: list[DataError] = []

    @contextmanager
    def collected(self) -> Iterator[None]:
        """Keep a DataError of the block for `refuse`."""
        try:
            yield
        except DataError as error:
            self._errors.append(error)

    def add(self, message: str, *, code: str, hint: str = "") -> None:
        """Keep one more fault."""
        self._errors.append(DataError(message, code=code, hint=hint))

    def refuse(self) -> None:
        """Raise what was collected.

        Raises
        ------
        DataError
            The fault, or all of them in one message.
        """
        if len(self._errors) == 1:
            raise self._errors[0]
        if self._errors:
            codes = {error.code for error in self._errors}
            hints = dict.fromkeys(error.hint for error in self._errors if error.hint)
            raise DataError(
                f"{len(self._errors)} faults: " + " ".join(e.message for e in self._errors),
                code=codes.pop() if len(codes) == 1 else None,
                hint=" ".join(hints),
            )
