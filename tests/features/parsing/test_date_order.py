import pandas as pd
import pytest

from features.parsing.date_order import parse_slashed
from leadgate.errors import DataError


def test_slashed_dates_that_do_not_exist_are_unreadable():
    times = parse_slashed(pd.Series(["31/01/2026", "31/02/2026", "32/01/2026"]), where="f")
    assert times.notna().tolist() == [True, False, False]


def test_slashed_dates_keep_their_time_of_day():
    times = parse_slashed(pd.Series(["31/01/2026 9:05", "31/01/2026, 11:05:06.5 PM"]), where="f")
    assert times.tolist() == [
        pd.Timestamp("2026-01-31 09:05"),
        pd.Timestamp("2026-01-31 23:05:06.5"),
    ]


def test_dots_mean_that_the_day_comes_first():
    assert parse_slashed(pd.Series(["01.02.2026"]), where="f")[0] == pd.Timestamp("2026-02-01")


def test_a_date_that_fits_neither_order_decides_nothing():
    with pytest.raises(DataError, match="f: no date says which number is the day"):
        parse_slashed(pd.Series(["31/31/2026", "01/02/2026"]), where="f")
