import numpy as np
import pandas as pd
import pytest

from features.parsing.numeric_dates import read_numeric
from features.parsing.times import NAT, iso
from leadgate.errors import DataError


def read(*texts, order=""):
    """Return what the clock showed, "" where unreadable."""
    return [iso(us) for us in read_numeric(pd.Series(texts), order=order, where="f").wall.tolist()]


def test_dates_that_do_not_exist_are_unreadable():
    assert read("31/01/2026", "31/02/2026", "32/01/2026", "29/02/2024", "29/02/2023") == [
        "2026-01-31T00:00:00Z", "", "", "2024-02-29T00:00:00Z", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("clock", "time"),
    [
        ("9:05", "09:05:00"), ("09:05:06", "09:05:06"), ("9:05:06.5", "09:05:06.500"),
        ("9:05:06,123456789", "09:05:06.123456"), ("12:00 AM", "00:00:00"),
        ("12:00 pm", "12:00:00"), ("11:05 p.m.", "23:05:00"), ("0:00", "00:00:00"),
    ],
)  # fmt: skip
def test_dates_keep_their_time_of_day(clock, time):
    assert read(f"31/01/2026 {clock}") == [f"2026-01-31T{time}Z"]
    assert read(f"31.1.2026, {clock}") == [f"2026-01-31T{time}Z"]


@pytest.mark.parametrize("clock", ["25:00", "24:00", "9:60", "9:05:60", "13:00 PM", "9", "x"])
def test_dates_whose_time_of_day_cannot_be_are_unreadable(clock):
    assert read(f"31/01/2026 {clock}") == [""]


@pytest.mark.parametrize(
    ("zone", "hours"), [("Z", 0), ("utc", 0), ("+02:00", 2), ("-0530", -5.5), ("GMT+01:00", 1)]
)
def test_dates_may_name_their_offset(zone, hours):
    dates = read_numeric(pd.Series([f"31/01/2026 10:00 {zone}"]), order="", where="f")
    assert dates.offset.tolist() == [hours * 3_600_000_000]


def test_dates_without_an_offset_have_none():
    assert read_numeric(pd.Series(["31/01/2026 10:00"]), order="", where="f").offset == [NAT]


def test_dots_mean_that_the_day_comes_first():
    assert read("01.02.2026") == ["2026-02-01T00:00:00Z"]
    assert read("01.02.26") == ["2026-02-01T00:00:00Z"]


def test_dates_may_lie_in_several_pieces():
    pieces = [pd.Series([text], dtype="str") for text in ("31/01/2026", "01/02/2026")]
    assert read(*pd.concat(pieces)) == ["2026-01-31T00:00:00Z", "2026-02-01T00:00:00Z"]
    joined = pd.concat(pieces, ignore_index=True)
    assert (read_numeric(joined, order="", where="f").wall != NAT).all()


def test_a_full_year_may_come_first_and_decides_nothing():
    assert read("2026.1.2", "2026/01/02 3:04 PM") == [
        "2026-01-02T00:00:00Z",
        "2026-01-02T15:04:00Z",
    ]
    assert read_numeric(pd.Series(["2026.1.2"]), order="", where="f").order == ""


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["02/01/24", "13/01/24"], "dmy"),
        (["02/01/24", "01/13/24"], "mdy"),
        (["24-01-15", "24-01-28", "24-02-03"], "ymd"),
        (["03/03/2026"], ""),
    ],
)
def test_the_values_that_fit_only_one_order_decide_it_for_the_column(texts, order):
    dates = read_numeric(pd.Series(texts), order="", where="f")
    assert dates.order == order
    assert (dates.wall != NAT).all()


@pytest.mark.parametrize(
    ("texts", "problem"),
    [
        (["31/31/2026", "01/02/2026"], "no date says which number is the day"),
        (["01/02/24", "03/04/24"], "no date says which number is the day"),
        (["31/01/26", "01/31/26"], "1 of its dates put the month first, others not"),
        (["24-01-15", "24-02-13"], "its years may be the first numbers of its dates, or the last"),
    ],
)
def test_dates_that_decide_nothing_are_asked_about(texts, problem):
    with pytest.raises(DataError, match=f"f: {problem}") as refusal:
        read(*texts)
    assert refusal.value.code == "ambiguous_dates"
    assert "data.date_format" in refusal.value.hint


def test_a_decided_order_holds_where_the_dates_would_say_another():
    assert read("03-09-2024", order="dmy") == ["2024-09-03T00:00:00Z"]
    assert read("03-09-2024", "01-31-2024", order="dmy") == ["2024-09-03T00:00:00Z", ""]
    assert read("03.09.2024", order="mdy") == ["2024-03-09T00:00:00Z"]


def test_two_digits_are_a_year_of_the_latest_century_that_is_at_most_one_year_ahead(monkeypatch):
    monkeypatch.setattr("features.parsing.numeric_dates.newest_year", lambda: 2027)
    years = np.array([iso(us)[:4] for us in read_numeric(
        pd.Series(["31/01/27", "31/01/28", "31/01/00", "31/01/99"]), order="", where="f"
    ).wall.tolist()])  # fmt: skip
    assert years.tolist() == ["2027", "1928", "2000", "1999"]
