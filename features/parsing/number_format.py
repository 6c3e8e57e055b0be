"""How the numbers of one column are written: what 1.234 and 3,500 mean is decided together."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from itertools import islice

from features.parsing.money import without_currency
from features.parsing.values import to_number
from leadgate.config.data import Decimal

# Three digits behind a single sign may be a group of thousands as well as decimals.
_EITHER = re.compile(r"[+-]?[1-9]\d{0,2}(?P<sign>[.,])\d{3}")
_GROUPS = re.compile(r"[+-]?\d{1,3}(?P<sign>[.,])\d{3}(?:(?P=sign)\d{3})+")
# The last sign of any other number stands before decimals.
_DECIMALS = re.compile(r"[+-]?[\d.,\s'’]*?(?P<sign>[.,])\d+")
_WHOLE = re.compile(r"-?\d+")
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
    numbers = [without_currency(text) or text for text in values]
    open_ = {m["sign"] for number in numbers if (m := _either(number))}
    if not open_ or not _numeric(values):
        return "auto"
    signs, surely = _signs(numbers)
    if len(signs) == 1 and (surely or len(open_) == 1):
        return signs.pop()
    if signs or len(open_) > 1:
        return "auto"
    money = any(number != text for number, text in zip(numbers, values, strict=True))
    return _without_decimals(open_.pop(), numbers, money=money)


def shown_sign(texts: Iterable[str]) -> Decimal:
    """Return what surely stands before decimals in a column of numbers; ``"auto"`` if nothing."""
    values = [text for text in texts if text]
    if not _numeric(values):
        return "auto"
    signs, _ = _signs([without_currency(text) or text for text in values])
    return signs.pop() if len(signs) == 1 else "auto"


def is_whole(texts: Iterable[str]) -> bool:
    """Whether a column holds nothing but whole numbers, without any sign in them."""
    values = [text for text in texts if text]
    return bool(values) and all(_WHOLE.fullmatch(text) for text in values)


def _signs(numbers: Sequence[str]) -> tuple[set[Decimal], bool]:
    """Return the decimal signs that numbers show, and whether one of them surely has decimals."""
    surely = [m["sign"] for n in numbers if not _either(n) and (m := _DECIMALS.fullmatch(n))]
    grouped = [m["sign"] for number in numbers if (m := _GROUPS.fullmatch(number))]
    return {*map(_same, surely), *map(_other, grouped)}, bool(surely)


def _without_decimals(sign: str, numbers: list[str], *, money: bool) -> Decimal:
    """Decide where no number has surely decimals, and all signs are this one.

    Money has no three decimals. Whole numbers beside numbers with a comma and three digits, as
    950 beside 1,200, are of one column of whole numbers; a point is left to be decimal.
    """
    whole = any("." not in number and "," not in number for number in numbers)
    return _other(sign) if money or (whole and sign == ",") else "auto"


def _same(sign: str) -> Decimal:
    return "," if sign == "," else "."


def _other(sign: str) -> Decimal:
    return "." if sign == "," else ","


def plain_number(text: str, decimal: Decimal) -> str:
    """Return a text that `decimal` makes a plain number of, as such; any other as it is."""
    if decimal == "auto" or not text:
        return text
    number = without_currency(text) or text
    if not _either(number):
        return text
    return number.replace(",", "") if decimal == "." else number.replace(".", "").replace(",", ".")


def _numeric(texts: Iterable[str]) -> bool:
    """Whether nearly all texts are numbers, or would be with a decision."""
    texts = [*texts]
    # Most columns are no numbers, which few of their texts show.
    others = (text for text in texts if not _either(text) and math.isnan(to_number(text)))
    count = sum(1 for _ in islice(others, math.floor((1 - _NUMERIC_SHARE) * len(texts)) + 2))
    return bool(texts) and (len(texts) - count) / len(texts) >= _NUMERIC_SHARE


def _either(number: str) -> re.Match[str] | None:
    """Match a number whose signs all stand before three digits."""
    return _EITHER.fullmatch(number) or _GROUPS.fullmatch(number)
