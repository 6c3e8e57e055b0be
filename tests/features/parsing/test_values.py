from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.parsing.values import number_column, only_thousands, text_column, to_number, to_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (float("nan"), ""),
        (float("inf"), ""),
        (pd.NA, ""),
        (pd.NaT, ""),
        ("  NaN ", ""),
        ("None", ""),
        (3, "3"),
        (3.0, "3"),
        ("3.0", "3"),
        (-0.0, "0"),
        (3.5, "3.5"),
        (1e20, "1e+20"),
        (np.int64(7), "7"),
        (True, "true"),
        (np.bool_(False), "false"),
        ("TRUE", "true"),
        (" Retail ", "Retail"),
        ("007", "007"),
        ("1.10", "1.10"),
        ("NA", "NA"),
        (Decimal("10.50"), "10.5"),
        (Decimal("12345678901234567.0"), "12345678901234567"),
        (Decimal("NaN"), ""),
        (date(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 2, 3, 4), "2026-01-02T03:04:00"),
        (pd.Timestamp("2026-01-02T03:04:00+02:00"), "2026-01-02T01:04:00Z"),
        (UUID(int=7), "00000000-0000-0000-0000-000000000007"),
    ],
)
def test_to_text_is_one_form_for_csv_parquet_and_json(value, text):
    assert to_text(value) == text


def test_to_text_takes_the_words_for_missing_exactly():
    assert to_text("Select", {"Select"}) == ""
    assert to_text("select", {"Select"}) == "select"


scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**6), 10**6), st.floats(), st.text(max_size=8)
)


@given(scalars)
def test_to_text_is_idempotent(value):
    once = to_text(value)
    assert to_text(once) == once


@given(st.lists(scalars, max_size=12))
def test_text_column_is_to_text_of_each_value(values):
    column = text_column(pd.Series(values, dtype=object))
    assert column.tolist() == [to_text(value) for value in values]


@pytest.mark.parametrize(
    "series",
    [
        pd.Series(["a", None, " b "]),
        pd.Series([1.0, np.nan, 2.5]),
        pd.Series([1, None], dtype="Int64"),
        pd.Series([True, False]),
        pd.Series(["x", None, "x"], dtype="category"),
    ],
    ids=str,
)
def test_text_column_reads_typed_columns_by_the_same_rule(series):
    assert text_column(series).tolist() == [to_text(value) for value in series.tolist()]


def test_text_column_keeps_true_apart_from_one():
    assert text_column(pd.Series([True, 1], dtype=object)).tolist() == ["true", "1"]


@pytest.mark.parametrize(
    ("text", "number"),
    [("3", 3.0), ("-1e3", -1000.0), ("3,5", 3.5), ("-0,25", -0.25), ("+4", 4.0)],
)
def test_to_number_reads_numbers_and_decimal_commas(text, number):
    assert to_number(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "3,500",
        "1_000",
        "inf",
        "nan",
        "x",
        "1.234.567",
        "1,234,567",
        "12.34,5",
        "1,23.4",
        "1 23",
    ],
)
def test_to_number_refuses_what_could_mean_something_else(text):
    assert np.isnan(to_number(text))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_survive_text(number):
    assert to_number(to_text(number)) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("-23.530.904,41", -23530904.41),
        ("23,530,904.41", 23530904.41),
        ("1 234", 1234.0),
        ("57\u202f139,86", 57139.86),
        ("1'234'567.25", 1234567.25),
    ],
)
def test_to_number_reads_thousands_that_can_mean_nothing_else(text, number):
    assert to_number(text) == number
    assert not only_thousands(text)


@given(st.integers(0, 10**12), st.integers(0, 99))
def test_a_number_in_any_notation_is_the_same(whole, cents):
    english = f"{whole:,}.{cents:02}"
    for notation in (english, english.translate(str.maketrans(",.", ".,"))):
        assert to_number(notation) == float(f"{whole}.{cents:02}")


@pytest.mark.parametrize("text", ["1.234.567", "1,234", "12,345,678"])
def test_thousands_without_decimals_are_told_apart(text):
    assert np.isnan(to_number(text))
    assert only_thousands(text)


def test_number_column_is_to_number_of_each_text():
    column = number_column(np.array(["1", "", "x", "1", "2,5"], dtype=object))
    np.testing.assert_array_equal(column, [1.0, np.nan, np.nan, 1.0, 2.5])
