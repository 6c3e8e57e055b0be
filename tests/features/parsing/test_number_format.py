import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.parsing.number_format import number_format, plain_number
from features.parsing.values import to_number


@pytest.mark.parametrize(
    ("texts", "decimal"),
    [
        (["1.234,50", "1.234", "950"], ","),
        (["1,234.50", "1,234", "950"], "."),
        (["3,5", "1,234"], ","),
        (["1.5", "1,234"], "."),
        (["0,500", "1,250"], ","),
        (["1.234.567", "1.234"], ","),
        (["1,234,567"], "."),
        (["1 234,5", "1,234"], ","),
        # Whole numbers beside numbers with a comma and three digits.
        (["1,234", "950"], "."),
        # Money has no three decimals.
        (["€ 1.234", "€ 950"], ","),
        (["1,234 USD"], "."),
    ],
)
def test_numbers_that_can_mean_one_thing_decide_for_the_column(texts, decimal):
    assert number_format(texts) == decimal


@pytest.mark.parametrize(
    "texts",
    [
        [], [""], ["1", "2"], ["1,234", "2,345"], ["1.234", "950"], ["1,5", "1.5", "1,234"],
        ["1.250.000", "80.000", "1,250"], ["Web", "1.234,50", "1.234"],
        ["7,827.74 USD", "€ 4.966,21"],
    ],
)  # fmt: skip
def test_columns_whose_numbers_need_or_allow_no_decision_are_left_alone(texts):
    assert number_format(texts) == "auto"


@pytest.mark.parametrize(
    ("text", "decimal", "plain"),
    [
        ("1.234", ",", "1234"), ("1.234.567", ",", "1234567"), ("3,500", ",", "3.500"),
        ("3,500", ".", "3500"), ("1.234", ".", "1.234"), ("€ 1.234", ",", "1234"),
        ("1.234,50", ",", "1.234,50"), ("1.5", ",", "1.5"), ("Web", ",", "Web"), ("", ",", ""),
        ("1.234", "auto", "1.234"),
    ],
)  # fmt: skip
def test_only_what_could_be_either_is_rewritten(text, decimal, plain):
    assert plain_number(text, decimal) == plain


SEPARATORS = {
    "german": ".,",
    "english": ",.",
    "french": "\u202f,",
    "swiss": "'.",
    "bare": ["", "."],
}
WRAPPED = ["{}", "{} EUR", "€ {}", "CHF {}", "${}"]


@given(
    st.lists(st.tuples(st.integers(-(10**9), 10**9), st.integers(0, 99)), min_size=1, max_size=8),
    st.sampled_from(sorted(SEPARATORS)),
    st.sampled_from(WRAPPED),
)
def test_every_way_of_writing_amounts_gives_the_same_numbers(amounts, country, wrapped):
    thousands, decimal = SEPARATORS[country]

    def written(whole, cents):
        number = f"{abs(whole):,}.{cents:02}".translate({44: thousands, 46: decimal})
        return wrapped.format(f"-{number}" if whole < 0 else number)

    texts = [written(*amount) for amount in amounts]
    signs = number_format(texts)
    for text, (whole, cents) in zip(texts, amounts, strict=True):
        number = to_number(plain_number(text, signs))
        assert number == pytest.approx(math.copysign(abs(whole) + cents / 100, whole or 1))


@given(
    st.lists(st.integers(0, 10**9), min_size=1, max_size=8),
    st.sampled_from([",", "."]),
)
def test_whole_numbers_beside_one_with_decimals_are_read_by_its_sign(numbers, decimal):
    thousands = "." if decimal == "," else ","
    texts = [f"{number:,}".replace(",", thousands) for number in numbers]
    signs = number_format([*texts, f"7{decimal}25"])
    assert [to_number(plain_number(text, signs)) for text in texts] == numbers
