"""A column of texts as codes and its distinct texts: what a text means is read once.

No array has the width of the longest text, and where a column comes with its distinct values,
as in Parquet, no text of a single row is ever made.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from features.parsing.values import distinct_texts, text_column, to_number, to_text
from leadgate.arrays import Bools, Codes, Floats, Ints, Positions, Texts

Rows = Ints | Positions | Bools


@dataclass(frozen=True, eq=False)
class Categorical:
    """A column of texts: row `i` holds ``texts[codes[i]]``.

    Attributes
    ----------
    codes
        Shape (n,), int32.
    texts
        Canonical; some may be in no row, and a text may stand twice.
    """

    codes: Codes
    texts: tuple[str, ...]
    # Shared with what is taken from this column, which has the same texts.
    _numbers: list[Floats] = field(default_factory=list, repr=False)

    def __len__(self) -> int:
        return len(self.codes)

    @classmethod
    def of(cls, texts: Texts) -> Categorical:
        """Return a column of canonical texts; its distinct texts in order of appearance."""
        codes, distinct = pd.factorize(texts)
        return cls(codes.astype(np.int32), tuple(np.asarray(distinct, dtype=object).tolist()))

    @classmethod
    def of_column(cls, column: pd.Series, missing: Collection[str] = ()) -> Categorical:
        """Return a column in canonical text; no text stands twice.

        Parameters
        ----------
        missing
            Words that mean a missing value.
        """
        if column.dtype == object:
            # Hashing would take True, 1 and 1.0 of a mixed column for one value.
            return cls.of(text_column(column, missing))
        given = isinstance(column.dtype, pd.CategoricalDtype)
        if given:
            codes, distinct = np.asarray(column.cat.codes), column.cat.categories
        else:
            codes, distinct = pd.factorize(column)
        texts = distinct_texts(distinct, missing).tolist()
        of_row = codes.astype(np.int32)
        if (of_row < 0).any():
            of_row[of_row < 0] = len(texts)
            texts.append("")
        coded = cls(of_row, tuple(texts))
        # Only categories that came along may be in no row.
        return (coded.used() if given else coded)._distinct()

    @classmethod
    def of_arrow(cls, column: pa.ChunkedArray, missing: Collection[str]) -> Categorical:
        """Return a column of Arrow in canonical text, by the rule of `text_column`.

        Parameters
        ----------
        missing
            Words that mean a missing value.
        """
        # A column that came with a dictionary may name a value twice in it.
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        array = column.combine_chunks()
        array = pa.concat_arrays([array]) if isinstance(array, pa.ChunkedArray) else array
        coded = array.dictionary_encode()
        words = frozenset(missing)
        texts = tuple(to_text(value, words) for value in coded.dictionary.to_pylist())
        codes = pc.fill_null(coded.indices, len(texts)).to_numpy(zero_copy_only=False)
        return cls(codes.astype(np.int32), (*texts, ""))

    @classmethod
    def of_few(cls, texts: Sequence[str]) -> Categorical:
        """Return a column of a few texts, ascending and distinct, as `ascending` would."""
        distinct = tuple(sorted(set(texts)))
        if len(distinct) == 1:
            return cls(np.zeros(len(texts), dtype=np.int32), distinct)
        place = {text: code for code, text in enumerate(distinct)}
        return cls(np.array([place[text] for text in texts], dtype=np.int32), distinct)

    def used(self) -> Categorical:
        """Return the same rows, without the texts that are in none."""
        used = np.bincount(self.codes, minlength=len(self.texts)) > 0
        if used.all():
            return self
        texts = tuple(text for text, of_row in zip(self.texts, used, strict=True) if of_row)
        return Categorical((np.cumsum(used) - 1).astype(np.int32)[self.codes], texts)

    def take(self, rows: Rows) -> Categorical:
        """Return some rows, by position or mask, with the same distinct texts."""
        return replace(self, codes=self.codes[rows])

    def ascending(self) -> Categorical:
        """Return the same rows with distinct texts in ascending order, so that codes compare."""
        distinct = tuple(sorted(set(self.texts)))
        place = {text: code for code, text in enumerate(distinct)}
        of_text = np.array([place[text] for text in self.texts], dtype=np.int32)
        return Categorical(of_text[self.codes], distinct)

    def followed_by(self, later: Categorical, at: Ints) -> Categorical:
        """Return these rows, but row ``at[i]`` of another column where that is not negative."""
        texts = (*self.texts, *later.texts)
        changed = at >= 0
        codes = self.codes.copy()
        codes[changed] = later.codes[at[changed]] + np.int32(len(self.texts))
        return Categorical(codes, texts)

    def column(self) -> Texts:
        """Return the text of each row; shape (n,), Python strings."""
        return np.array([*self.texts, None], dtype=object)[self.codes]

    def series(self) -> pd.Series:
        """Return the text of each row as pandas holds text; shape (n,)."""
        return pd.Series(pd.array(self.texts, dtype="str").take(self.codes))

    def kept(self, rows: Bools) -> Categorical:
        """Return the same rows, but those that are not marked without a text."""
        codes = np.where(rows, self.codes, np.int32(len(self.texts)))
        return Categorical(codes, (*self.texts, ""))

    def pandas(self) -> pd.Categorical:
        """Return the column as pandas holds it, which sorts it as the texts."""
        column = self.used().ascending()
        categories = pd.Index(column.texts, dtype="str")
        return pd.Categorical.from_codes(column.codes, categories=categories, validate=False)

    def _distinct(self) -> Categorical:
        return self if len(set(self.texts)) == len(self.texts) else self.ascending()

    def decoded(self, decoder: Callable[[str], float]) -> Floats:
        """Return what `decoder` makes of each row; shape (n,)."""
        if decoder is to_number:
            if not self._numbers:
                self._numbers.append(np.array([*map(to_number, self.texts)], dtype=np.float64))
            return self._numbers[0][self.codes]
        return np.array([*map(decoder, self.texts)], dtype=np.float64)[self.codes]

    def renamed(self, rename: Callable[[str], str]) -> Categorical:
        """Return the same rows with other texts."""
        return replace(self, texts=tuple(map(rename, self.texts)), _numbers=[])

    def where(self, holds: Callable[[str], bool]) -> Bools:
        """Mark the rows whose text has a property; shape (n,)."""
        return np.array([holds(text) for text in self.texts], dtype=bool)[self.codes]

    def missing(self) -> Bools:
        """Mark the rows without a text; shape (n,)."""
        if "" not in self.texts:
            return np.zeros(len(self), dtype=bool)
        return self.where(lambda text: text == "")

    def counts(self) -> Counter[str]:
        """Count the rows by text, those of no row left out."""
        count = np.bincount(self.codes, minlength=len(self.texts))
        counted: Counter[str] = Counter()
        for code in np.flatnonzero(count).tolist():
            counted[self.texts[code]] += int(count[code])
        return counted


def numbers(column: pa.ChunkedArray, missing: Collection[str]) -> Floats:
    """Return a column of Arrow as numbers, NaN where there is none; shape (n,)."""
    plain = pa.types.is_floating(column.type) or pa.types.is_integer(column.type)
    if plain and not any(to_number(word) == to_number(word) for word in missing):
        values = column.cast(pa.float64(), safe=False).to_numpy()
        return np.where(np.isfinite(values), values, np.nan)
    return Categorical.of_arrow(column, missing).decoded(to_number)


def folded(text: str) -> str:
    """Return what all spellings of a category share."""
    plain = text if text.isascii() else unicodedata.normalize("NFC", text)
    return " ".join(plain.casefold().split())


def by_category(counts: Mapping[str, int]) -> dict[str, int]:
    """Count categories, whatever their spelling, each under its most common one.

    Parameters
    ----------
    counts
        By spelling.
    """
    names: dict[str, str] = {}
    totals: Counter[str] = Counter()
    for text in sorted(counts, key=lambda text: (-counts[text], text)):
        totals[names.setdefault(folded(text), text)] += counts[text]
    return dict(totals)
