"""The one coercion of attribute values, for CSV, Parquet, databases and JSON alike.

Text is the canonical form. What a column means (number, category, flag) is decided later, once,
on the whole column.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from decimal import Decimal
from numbers import Integral, Real
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.parsing.money import without_currency
from leadgate.arrays import Floats, Texts

MISSING_WORDS = frozenset({"", "nan", "nat", "null", "none", "n/a", "#n/a", "<na>"})

_BOOLEANS = frozenset({"true", "false"})
_WHOLE = re.compile(r"-?\d{1,15}\.0")
_WHOLE_OF_ARROW = r"^-?\p{Nd}{1,15}\.0$"
_DECIMAL_COMMA = re.compile(r"[+-]?(?:\d+,(?:\d{1,2}|\d{4,})|0,\d{3})")
# Thousands separated: by points before a decimal comma, by commas before a decimal point, or by
# spaces and apostrophes, which mean nothing else.
_GROUPED = re.compile(
    r"[+-]?\d{1,3}(?:(?:\.\d{3})+,\d+|(?:,\d{3})+\.\d+|(?:[\s'’]\d{3})+(?:[.,]\d+)?)"
)
_GROUPS_ALONE = re.compile(r"[+-]?[1-9]\d{0,2}(?:(?:,\d{3})+|(?:\.\d{3}){2,})")
_THOUSANDS_OF_MONEY = re.compile(r"[+-]?[1-9]\d{0,2}(?:(?:\.\d{3})+|(?:,\d{3})+)")
_EXACT_INTEGERS = 1e15


def to_text(value: object, missing: Collection[str] = ()) -> str:
    """Return one value in canonical text.

    Parameters
    ----------
    value
        Anything that a cell of CSV, Parquet or a database, or a JSON value, can be.
    missing
        Words that mean "missing" in this data set, compared exactly, besides `MISSING_WORDS`.

    Returns
    -------
    str
        Stripped text; ``""`` when missing; ``"true"`` or ``"false"``; whole numbers without a
        decimal point, so that 3, 3.0 and ``"3.0"`` (an integer column with gaps) are one value;
        times in ISO 8601, in UTC where they have a zone.
    """
    if isinstance(value, str):
        text = value.strip()
        lower = text.lower()
        if lower in MISSING_WORDS or text in missing:
            return ""
        if lower in _BOOLEANS:
            return lower
        # The ending first: this runs for every value of every request.
        return text[:-2] if text.endswith(".0") and _WHOLE.fullmatch(text) else text
    if value is None:
        return ""
    return to_text(_other_to_text(value), missing)


def _other_to_text(value: object) -> str:
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, int | Integral):
        return str(int(value))
    if isinstance(value, datetime):
        return _time_to_text(value)
    if isinstance(value, Decimal) and value.is_finite() and value == value.to_integral_value():
        return str(int(value))
    if isinstance(value, float | Real | Decimal):
        number = float(value)
        if not math.isfinite(number):
            return ""
        whole = number.is_integer() and abs(number) < _EXACT_INTEGERS
        return str(int(number)) if whole else repr(number)
    return str(value)


def _time_to_text(value: datetime) -> str:
    if value.tzinfo is None:
        return value.isoformat()
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def text_column(series: pd.Series, missing: Collection[str] = ()) -> Texts:
    """Return a column in canonical text, by the rule of `to_text`.

    Returns
    -------
    ndarray of shape (n,)
        Python strings, ``""`` where missing.
    """
    missing = frozenset(missing)
    if series.dtype == object:
        kinds = {type(value) for value in series} - {type(None)}
        # Hashing would take True, 1 and 1.0 of a mixed column for one value.
        if len(kinds) > 1 or any(kind.__hash__ is None for kind in kinds):
            return np.array([to_text(value, missing) for value in series], dtype=object)
    codes, uniques = pd.factorize(series, use_na_sentinel=True)
    return np.append(distinct_texts(uniques, missing), "")[codes]


def distinct_texts(
    values: pd.Index[Any] | pd.api.extensions.ExtensionArray | NDArray[Any],
    missing: Collection[str],
) -> Texts:
    """Return distinct values of one type in canonical text; shape (n,)."""
    words = frozenset(missing)
    texts = np.array(values, dtype=object)
    for place in _to_rewrite(values, words):
        texts[place] = to_text(texts[place], words)
    return texts


def _to_rewrite(
    values: pd.Index[Any] | pd.api.extensions.ExtensionArray | NDArray[Any],
    missing: frozenset[str],
) -> Iterable[int]:
    """Return the places of the values that may not be canonical text yet; all but for text."""
    if values.dtype != "str":
        return range(len(values))
    texts = pa.array(values, type=pa.large_string())
    words = pa.array([*MISSING_WORDS, *_BOOLEANS], type=pa.large_string())
    odd = pc.not_equal(pc.utf8_trim_whitespace(texts), texts)
    odd = pc.or_(odd, pc.match_substring_regex(texts, _WHOLE_OF_ARROW))
    odd = pc.or_(odd, pc.is_in(pc.utf8_lower(texts), words))
    if missing:
        odd = pc.or_(odd, pc.is_in(texts, pa.array(sorted(missing), type=pa.large_string())))
    return np.flatnonzero(odd.to_numpy(zero_copy_only=False)).tolist()


def to_number(text: str) -> float:
    """Return canonical text as a number.

    Returns
    -------
    float
        NaN where the text is empty or no finite number. A decimal comma is read where it can be
        nothing else (``"3,5"``), separators of thousands where they can be nothing else
        (``"1.234,50"``, ``"1 234"``); ``"3,500"`` could be either and is no number. A currency
        may stand beside it, and three digits behind a sign are no decimals of money.
    """
    if "," in text and _DECIMAL_COMMA.fullmatch(text):
        text = text.replace(",", ".")
    try:
        number = float(text) if "_" not in text else math.nan
    except ValueError:
        if _GROUPED.fullmatch(text):
            return float(_ungrouped(text))
        amount = without_currency(text) if text else ""
        return _amount(amount) if amount else math.nan
    return number if math.isfinite(number) else math.nan


def _amount(number: str) -> float:
    """Return an amount of money as a number."""
    if _THOUSANDS_OF_MONEY.fullmatch(number):
        return float(re.sub(r"[.,]", "", number))
    return to_number(number)


def _ungrouped(text: str) -> str:
    """Write a number that matches `_GROUPED` as Python does: its last point or comma is decimal."""
    text = re.sub(r"[\s'’]", "", text)
    whole, _, part = text.replace(",", ".").rpartition(".")
    return f"{whole.replace('.', '')}.{part}" if whole else part


def only_thousands(text: str) -> bool:
    """Whether text looks like a number whose separators may separate thousands or decimals."""
    return bool(_GROUPS_ALONE.fullmatch(text))


def number_column(texts: Texts) -> Floats:
    """Return canonical texts as numbers, by the rule of `to_number`; shape (n,)."""
    codes, uniques = pd.factorize(texts)
    return np.array([to_number(text) for text in uniques], dtype=np.float64)[codes]
