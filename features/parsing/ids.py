"""Ids: one text for each, in files, requests, addresses, on the command line and in the store."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from features.parsing.categorical import Categorical
from features.parsing.values import MISSING_WORDS, number_column, to_text
from leadgate.arrays import Bools, Floats, Texts
from leadgate.errors import DataError

_SCIENTIFIC = re.compile(r"[+-]?\d(?:[.,]\d+)?[eE]\+\d{1,3}")
_INTEGRAL = re.compile(r"-?\d+\.0")
_SERIAL = re.compile(r"(.*?)([0-9]+)")
ROUNDED = "looks like a number that a spreadsheet has rounded (such as 1.23457E+18)"


def canonical_id(value: object, missing: Collection[str] = ()) -> str:
    """Return an id as it is compared.

    Parameters
    ----------
    value
        Text or a number.
    missing
        Words that mean a missing value in this data set, besides those that always do.

    Returns
    -------
    str
        Trimmed, Unicode NFC, an integral float without ``.0``; case and leading zeros kept. ""
        where missing, or where the value can be no id.
    """
    if not isinstance(value, str):
        return "" if isinstance(value, bool | np.bool_) else to_text(value, missing)
    text = value.strip()
    if text.lower() in MISSING_WORDS or text in missing:
        return ""
    if text.endswith(".0") and _INTEGRAL.fullmatch(text):
        return text[:-2]
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def id_column(values: pd.Series, missing: Collection[str] = ()) -> Texts:
    """Return a column of ids, each as `canonical_id`; shape (n,), Python strings."""
    return coded_ids(values, missing).column()


def coded_ids(values: pd.Series, missing: Collection[str] = ()) -> Categorical:
    """Return a column of ids in codes, each as `canonical_id`; no id stands twice."""
    words = frozenset(missing)
    if values.dtype == object:
        return Categorical.of(np.array([canonical_id(v, words) for v in values], dtype=object))
    codes, distinct = pd.factorize(values, use_na_sentinel=True)
    odd = np.arange(len(distinct))
    if distinct.dtype == "str":
        odd = np.flatnonzero(_odd(pa.array(distinct, type=pa.large_string()), words))
    texts = np.asarray(distinct, dtype=object).tolist()
    if not odd.size and (codes >= 0).all():
        return Categorical(codes.astype(np.int32), tuple(texts))
    for place in odd.tolist():
        texts[place] = canonical_id(texts[place], words)
    # The last is that of a missing id. Two spellings may be of one.
    codes_of: dict[str, int] = {}
    of_text = [codes_of.setdefault(text, len(codes_of)) for text in [*texts, ""]]
    return Categorical(np.array(of_text, dtype=np.int32)[codes], tuple(codes_of))


def _odd(texts: pa.Array, missing: frozenset[str]) -> Bools:
    """Mark the texts that may not be canonical."""
    odd = pc.invert(pc.string_is_ascii(texts))
    odd = pc.or_(odd, pc.not_equal(pc.utf8_trim_whitespace(texts), texts))
    odd = pc.or_(odd, pc.ends_with(texts, ".0"))
    shortest = pc.min(pc.binary_length(texts)).as_py()
    if shortest is not None and shortest <= max(map(len, MISSING_WORDS)):
        words = pa.array([*MISSING_WORDS], type=pa.large_string())
        odd = pc.or_(odd, pc.is_in(pc.utf8_lower(texts), words))
    if missing:
        odd = pc.or_(odd, pc.is_in(texts, pa.array([*missing], type=pa.large_string())))
    return np.asarray(odd.to_numpy(zero_copy_only=False))


def is_scientific(text: str) -> bool:
    """Whether an id is a number in scientific notation: its last digits are lost."""
    return "+" in text and _SCIENTIFIC.fullmatch(text) is not None


def rounded_ids(table: pd.DataFrame, columns: Iterable[str]) -> list[str]:
    """Return a sentence for each column with ids in scientific notation."""
    counts = {
        name: sum(map(is_scientific, table[name].unique())) for name in columns if name in table
    }
    return [
        f"{name}: {count:,} of its values look like numbers that a spreadsheet has rounded (such "
        "as 1.23457E+18), so that different ones look alike: export the column as text."
        for name, count in counts.items()
        if count
    ]


def check_ids(ids: Texts, *, where: str) -> None:
    """Check that no lead id was rounded.

    Parameters
    ----------
    ids
        Canonical.
    where
        File and column, for the message.

    Raises
    ------
    DataError
        ``damaged_ids``: some are in scientific notation, so that different leads look alike.
    """
    # To look at each of them takes long, and hardly any export has such a sign.
    count = sum(map(is_scientific, ids.tolist())) if "+" in "".join(ids.tolist()) else 0
    if count:
        raise DataError(
            f"{where}: {count:,} {'id looks' if count == 1 else 'ids look'} like numbers that a "
            "spreadsheet has rounded (such as 1.23457E+18): which leads they are is lost.",
            code="damaged_ids",
            hint="Export the file again and do not save it with a spreadsheet, or give the column "
            "the format text there before it is opened.",
        )


def serial_numbers(texts: Texts) -> Floats:
    """Return ids as numbers that keep their order.

    Parameters
    ----------
    texts
        Canonical text: numbers, or numbers behind a prefix that all have in common (``L00299``).

    Returns
    -------
    ndarray of shape (n,)
        Numbers as they are; of ids with a prefix, and of those too long for a float, how far they
        are from the smallest. NaN where there is none.
    """
    given = pd.Series(texts, dtype="str")
    numbers = number_column(texts)
    filled = (given != "").to_numpy()
    if np.isfinite(numbers[filled]).all() and not (np.abs(numbers[filled]) > 2**53).any():
        return numbers
    parts = given[filled].str.extract(f"^{_SERIAL.pattern}$")
    if parts[1].isna().any() or parts[0].nunique() > 1:
        return numbers
    counted = [int(digits) for digits in parts[1]]
    first = min(counted, default=0)
    result = np.full(len(given), np.nan)
    result[filled] = [float(number - first) for number in counted]
    return result
