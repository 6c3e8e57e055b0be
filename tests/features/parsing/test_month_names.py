import pandas as pd
import pytest

from features.parsing.month_names import with_month_numbers


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("2 Jan 2024", "2/1/2024"),
        ("02-JAN-24", "02/1/24"),
        ("Jan 2, 2024 3:04 PM", "2/1/2024 3:04 pm"),
        ("January 2nd 2024", "2/1/2024"),
        ("Tue, 02 Jan 2024 10:00:00 +0100", "02/1/2024 10:00:00 +0100"),
        ("2. März 2024 14:05", "2/3/2024 14:05"),
        ("2 Mrz 2024", "2/3/2024"),
        ("2 février 2024", "2/2/2024"),
        ("2 FEVR. 2024", "2/2/2024"),
        ("2 de enero de 2024", "2/1/2024"),
        ("2 ene 2024", "2/1/2024"),
        ("martedì 2 gennaio 2024", "2/1/2024"),
        ("2 mei 2024", "2/5/2024"),
        ("2 de março de 2024", "2/3/2024"),
        ("segunda-feira, 2 dez 2024", "2/12/2024"),
        ("2024-Jan-02", "02/1/2024"),
    ],
)
def test_the_name_of_a_month_says_which_number_it_is(text, numbers):
    assert with_month_numbers(pd.Series([text])).tolist() == [numbers]


@pytest.mark.parametrize("text", ["soon", "2 foo 2024", "March", "2024", "02/01/2024", "Jan 2024"])
def test_texts_that_name_no_month_of_a_date_are_left_out(text):
    assert with_month_numbers(pd.Series([text, "2 Jan 2024"], index=[4, 7])).to_dict() == {
        7: "2/1/2024"
    }
