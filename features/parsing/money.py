"""Amounts with a currency: a sign or a code before or behind the number."""

from __future__ import annotations

import re

# Signs and codes that stand for nothing else beside a number.
_SIGNS = r"[A-Z]{0,2}\$|[€£¥₹₽₺₩₪฿₫₴₦₱₡₲₸₵]|kr\.?|Kč|zł|Ft|лв\.?|R\$|Fr\.|Rs\.?|S/"
_CODES = (
    "AED|ARS|AUD|BGN|BRL|CAD|CHF|CLP|CNY|COP|CZK|DKK|EGP|EUR|GBP|HKD|HUF|IDR|ILS|INR|ISK|JPY|KRW|"
    "MXN|MYR|NOK|NZD|PEN|PHP|PLN|RON|RSD|RUB|SAR|SEK|SGD|THB|TRY|TWD|UAH|USD|UYU|VND|ZAR"
)
_CURRENCY = rf"(?:{_SIGNS}|{_CODES})"
_NUMBER = r"\d(?:[\d.,'’\s]*\d)?"
_MONEY = re.compile(
    rf"(?P<minus>-\s?)?(?:(?P<before>{_CURRENCY})\s?)?(?P<number>-?{_NUMBER})"
    rf"(?:\s?(?P<behind>{_CURRENCY}))?"
)


def without_currency(text: str) -> str:
    """Return the number of an amount of money; "" where the text is none."""
    money = _MONEY.fullmatch(text)
    if money is None or not (money["before"] or money["behind"]):
        return ""
    number = money["number"]
    return f"-{number}" if money["minus"] and not number.startswith("-") else number
