"""Columns of Parquet as codes and their distinct texts: what a lead's attribute means, once each.

The values are those of `features.parsing.values.text_column` and
`features.aggregation.column_types.decode`; where a
column comes with its distinct values apart, no text of a single row is ever made.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.parsing.values import to_number, to_text
from leadgate.arrays import Floats, Positions


@dataclass(frozen=True, eq=False)
class Coded:
    """One column: ``texts[code]`` is the canonical text of a row.

    Attributes
    ----------
    codes
        Shape (n,).
    texts
        Canonical; the last one is ``""``, for rows without a value.
    """

    codes: Positions
    texts: tuple[str, ...]

    @classmethod
    def of(cls, column: pa.ChunkedArray, missing: Collection[str]) -> Coded:
        """Read a column; `missing` are words that mean a missing value."""
        # A column that came with a dictionary may name a value twice in it.
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        array = column.combine_chunks()
        array = pa.concat_arrays([array]) if isinstance(array, pa.ChunkedArray) else array
        coded = array.dictionary_encode()
        words = frozenset(missing)
        texts = tuple(to_text(value, words) for value in coded.dictionary.to_pylist())
        codes = pc.fill_null(coded.indices, len(texts)).to_numpy(zero_copy_only=False)
        return cls(codes.astype(np.intp), (*texts, ""))

    def decoded(self, decoder: Callable[[str], float]) -> Floats:
        """Return what `decoder` makes of each row; shape (n,)."""
        return np.array([decoder(text) for text in self.texts])[self.codes]

    def count(self, texts: Collection[str]) -> int:
        """Return how many rows hold one of some texts."""
        chosen = np.array([text in texts for text in self.texts])
        return int(chosen[self.codes].sum())


def numbers(column: pa.ChunkedArray, missing: Collection[str]) -> Floats:
    """Return a column as numbers, NaN where there is none; shape (n,)."""
    plain = pa.types.is_floating(column.type) or pa.types.is_integer(column.type)
    if plain and not any(to_number(word) == to_number(word) for word in missing):
        values = column.cast(pa.float64(), safe=False).to_numpy()
        return np.where(np.isfinite(values), values, np.nan)
    return Coded.of(column, missing).decoded(to_number)
