import numpy as np

from features.profiling.fill_pattern import revealed_by_filling

WON = np.repeat([True, False], [30, 70])
GROUPS = {"won leads": WON}


def test_a_column_filled_for_wins_only_gives_them_away():
    assert revealed_by_filling(WON, GROUPS) == "it is filled for won leads and for hardly any other"
    assert revealed_by_filling(~WON, GROUPS) == "it is empty for won leads and for hardly any other"


def test_a_column_filled_for_many_tells_nothing():
    half = np.arange(100) % 2 == 0
    assert revealed_by_filling(half, GROUPS) == ""
    assert revealed_by_filling(np.ones(100, dtype=bool), GROUPS) == ""


def test_a_handful_of_leads_proves_nothing():
    few = np.repeat([True, False], [5, 95])
    assert revealed_by_filling(few, {"won leads": few}) == ""
