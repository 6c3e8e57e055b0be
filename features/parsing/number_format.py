"""How the numbers of one column are written: what 1.234 and 3,500 mean is decided together."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from itertools import islice

from features.parsing.money import without_currency
from features.parsing.values import to_number
from leadgate.config.data import Decimal

# Three digits behind a single sign may be a group of thousands as well as decimals.
_EITHER = re.compile(r"[+-]?[1-9]\d{0,2}(?P<sign>[.,])\d{3}")
_GROUPS = re.compile(r"[+-]?\d{1,3}(?P<sign>[.,])\d{3}(?:(?P=sign)\d{3})+")
_DECIMALS = re.compile(r"[+-]?[\d.,\s'’]*?(?P<sign>[.,])\d+")
_NUMERIC_SHARE = 0.95
_SAMPLE = 1_000


def number_format(texts: Iterable[str]) -> Decimal:
    """Decide what stands before the decimals of a column.

    Parameters
    ----------
    texts
        Canonical; distinct ones do.

    Returns
    -------
    Decimal
        ``"auto"`` where each number can be read by itself, or none of them decides.
    """
    values = [text for text in texts if text]
    if not _numeric(islice(values, _SAMPLE)):
        return "auto"
    numbers = [(without_currency(text) or text, text) for text in values]
    open_ = {m["sign"] for number, _ in numbers if (m := _either(number))}
    if not open_ or not _numeric(values):
        return "auto"
    shown = {m["sign"] for number, _ in numbers if not _either(number) and (m := _shown(number))}
    grouped = {m["sign"] for number, _ in numbers if (m := _GROUPS.fullmatch(number))}
    signs: set[Decimal] = {"," if sign == "," else "." for sign in shown}
    signs |= {"." if sign == "," else "," for sign in grouped}
    if len(signs) == 1 and (shown or len(open_) == 1):
        return signs.pop()
    return "auto" if signs or len(open_) > 1 else _thousands(open_.pop(), numbers)


def _thousands(sign: str, numbers: list[tuple[str, str]]) -> Decimal:
    """Decide where no number has surely decimals, and all signs are this one.

    Money has no three decimals. Whole numbers beside numbers with a comma and three digits, as
    950 beside 1,200, are of one column of whole numbers; a point is left to be decimal.
    """
    money = any(number != text for number, text in numbers)
    whole = any("." not in number and "," not in number for number, _ in numbers)
    if money or (whole and sign == ","):
        return "." if sign == "," else ","
    return "auto"


def plain_number(text: str, decimal: Decimal) -> str:
    """Return a text that `decimal` makes a plain number of, as such; any other as it is."""
    if decimal == "auto" or not text:
        return text
    number = without_currency(text) or text
    if not _either(number):
        return text
    return number.replace(",", "") if decimal == "." else number.replace(".", "").replace(",", ".")


def _shown(number: str) -> re.Match[str] | None:
    """Match a number with decimals that can be nothing else."""
    return _DECIMALS.fullmatch(number)


def _numeric(texts: Iterable[str]) -> bool:
    """Whether nearly all texts are numbers, or would be with a decision."""
    texts = [*texts]
    count = sum(1 for text in texts if _either(text) or not math.isnan(to_number(text)))
    return bool(texts) and count / len(texts) >= _NUMERIC_SHARE


def _either(number: str) -> re.Match[str] | None:
    """Match a number whose signs all stand before three digits."""
    return _EITHER.fullmatch(number) or _GROUPS.fullmatch(number)
