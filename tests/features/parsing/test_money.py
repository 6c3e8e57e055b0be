import math

import pytest

from features.parsing.money import without_currency
from features.parsing.values import to_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("CHF 1996.57", 1996.57), ("7,827.74 USD", 7827.74), ("$1,121.05", 1121.05),
        ("€ 4.966,21", 4966.21), ("-€5", -5), ("€ -5", -5), ("1 234,50 €", 1234.5),
        ("CHF 1'200.50", 1200.5), ("US$ 1,000,000", 1e6), ("R$ 1.234,56", 1234.56), ("5 kr", 5),
        ("$1,200", 1200), ("€ 1.200", 1200), ("£0.500", 0.5), ("12 zł", 12),
    ],
)  # fmt: skip
def test_amounts_of_money_are_numbers(text, number):
    assert to_number(text) == number


@pytest.mark.parametrize(
    "text", ["USD", "12 Web", "ABC 12", "12", "$", "€ 12 - 15", "EUR 1.2.3", "10 % €", "", "$1,5,0"]
)
def test_texts_beside_numbers_are_no_money(text):
    assert math.isnan(to_number(text)) or text == "12"


def test_a_number_alone_has_no_currency():
    assert without_currency("12") == ""
    assert without_currency("- € 12") == "-12"
