"""An attribute of all leads as codes of its distinct texts: what a text means is read once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from features.parsing.values import to_number
from leadgate.arrays import Codes, Floats, Ints, Texts


@dataclass(frozen=True, eq=False)
class Distinct:
    """The distinct texts of a column."""

    texts: list[str]

    @cached_property
    def numbers(self) -> Floats:
        """The texts as numbers, NaN where they are none."""
        return np.array([to_number(text) for text in self.texts], dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Attribute:
    """One attribute: ``distinct.texts[code]`` is the text of a lead; `codes` has shape (n_leads,).

    A history that is cut keeps the distinct texts of the whole one.
    """

    codes: Codes
    distinct: Distinct

    @classmethod
    def of(cls, texts: Texts) -> Attribute:
        """Code a column."""
        codes, distinct = pd.factorize(texts)
        return cls(codes.astype(np.int32), Distinct(np.asarray(distinct, dtype=object).tolist()))

    def take(self, leads: Ints) -> Attribute:
        """Return the attribute of some leads."""
        return Attribute(self.codes[leads], self.distinct)

    def numbers(self, lead: Ints) -> Floats:
        """Return the values of some leads as numbers."""
        return self.distinct.numbers[self.codes[lead]]

    def decoded(self, decoder: Callable[[str], float], lead: Ints) -> Floats:
        """Return what a decoder makes of the texts of some leads."""
        values = np.array([decoder(text) for text in self.distinct.texts], dtype=np.float64)
        return values[self.codes[lead]]

    def counts(self, lead: Ints) -> Counter[str]:
        """Count some leads by text."""
        texts = self.distinct.texts
        count = np.bincount(self.codes[lead], minlength=len(texts))
        return Counter({texts[code]: int(count[code]) for code in np.flatnonzero(count).tolist()})
