import pandas as pd
import pytest

from features.profiling.column_profile import ColumnProfile


def profile(name, values):
    (column,) = ColumnProfile.of(pd.DataFrame({name: values}))
    return column


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("x", ["2026-01-02", "2026-01-03T10:00:00Z", ""]),
        ("CreatedDate", ["20260102", "20260103"]),
        ("created_at", ["1767322800000"]),
        ("x", ["01/02/2026", "03/04/2026"]),
        ("x", [pd.Timestamp("2026-01-02"), None]),
        ("Closed", ["44975", "44989.5"]),
        ("Verkauft", ["45012.41"]),
    ],
)
def test_times_are_told_by_what_a_column_holds(name, values):
    assert profile(name, values).is_time


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("hs_object_id", ["176732280000"]),
        ("Employees", ["20260102"]),
        ("Update", ["soon"]),
        ("Date", ["", ""]),
        ("Version", ["1.2", "1.3"]),
        ("Closed", ["0", "1"]),
        ("Sold", ["3", "12", "40"]),
    ],
)
def test_other_columns_are_no_times(name, values):
    assert not profile(name, values).is_time


def test_numbers_and_unique_values_are_recognised():
    assert profile("x", ["1", "2,5", ""]).is_number
    assert not profile("x", ["1", "two"]).is_number
    assert not profile("x", ["", ""]).is_number
    assert profile("x", ["a", "b"]).unique
    assert not profile("x", ["a", ""]).unique
    assert not profile("x", ["a", "a"]).unique


def test_amounts_of_money_are_no_texts_of_leads():
    amounts = [f"{n}.{n:03d},{n:02d} €" for n in range(10, 60)]
    (profile,) = ColumnProfile.of(pd.DataFrame({"Umsatz": amounts}))
    assert profile.is_number
    assert not profile.is_own_text
