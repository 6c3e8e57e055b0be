import numpy as np
import pandas as pd
import pytest

from features.profiling.column_profile import ColumnProfile
from features.profiling.fill_pattern import other_form, revealed_by_filling

WON = np.repeat([True, False], [30, 70])
GROUPS = {"won leads": WON}


def test_a_column_filled_for_wins_only_gives_them_away():
    assert revealed_by_filling(WON, GROUPS) == "it is filled for won leads and for hardly any other"
    assert revealed_by_filling(~WON, GROUPS) == "it is empty for won leads and for hardly any other"


def test_a_column_filled_for_many_reveals_nothing():
    half = np.arange(100) % 2 == 0
    assert revealed_by_filling(half, GROUPS) == ""
    assert revealed_by_filling(np.ones(100, dtype=bool), GROUPS) == ""


def test_a_handful_of_leads_proves_nothing():
    few = np.repeat([True, False], [5, 95])
    assert revealed_by_filling(few, {"won leads": few}) == ""


HALF = ["", "7"] * 20


@pytest.mark.parametrize(
    ("name", "filling", "is_one"),
    [
        ("Engagement Profile Index", HALF, True),
        ("Engagement Profile Index", HALF[::-1], False),
        ("Engagement Activity Index", HALF, False),
        ("Engagement", HALF, False),
    ],
)
def test_another_form_of_a_column_shares_its_beginning_and_its_filling(name, filling, is_one):
    score, other = ColumnProfile.of(
        pd.DataFrame({"Engagement Profile Score": HALF, name: filling})
    )  # fmt: skip
    why = "filled for the same leads as Engagement Profile Score, of which it is another form"
    assert other_form(other, [score]) == (why if is_one else "")


def test_columns_that_every_lead_has_are_no_forms_of_each_other():
    columns = pd.DataFrame({"Lead Source Score": ["1"] * 40, "Lead Source Name": ["a"] * 40})
    score, other = ColumnProfile.of(columns)
    assert other_form(other, [score]) == ""
