from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.parsing.time_format import TimeFormat
from features.parsing.times import (
    NAT,
    begins_day,
    day_end,
    has_clock,
    iso,
    iso_array,
    micros,
    parse_instant,
    parse_times,
    timestamps,
)
from leadgate.errors import DataError, LeadError


def read(*values, **settings):
    """Return the times as ISO 8601, "bad" where unreadable."""
    parsed = parse_times(pd.Series(values), where="leads.csv, column Created", **settings)
    return [
        "bad" if bad else text for bad, text in zip(parsed.bad, iso_array(parsed.us), strict=True)
    ]


@pytest.mark.parametrize(
    ("value", "utc"),
    [
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"),
        ("2026-01-02T03:04:05+02:00", "2026-01-02T01:04:05Z"),
        ("2026-01-02 03:04:05.5-0530", "2026-01-02T08:34:05.500Z"),
        ("2026-01-02 03:04", "2026-01-02T03:04:00Z"),
        ("2026-01-02", "2026-01-02T00:00:00Z"),
        ("2026/1/2", "2026-01-02T00:00:00Z"),
        ("20260102", "2026-01-02T00:00:00Z"),
        ("20260102.0", "2026-01-02T00:00:00Z"),
        ("1767322800000", "2026-01-02T03:00:00Z"),
        (" 2026-01-02 ", "2026-01-02T00:00:00Z"),
        ("2026-01-02T03:04:05.123456789Z", "2026-01-02T03:04:05.123456Z"),
        ("13.02.2026 7:05", "2026-02-13T07:05:00Z"),
        ("1/31/2026 12:30 AM", "2026-01-31T00:30:00Z"),
        ("1/31/2026 12:30:15 pm", "2026-01-31T12:30:15Z"),
        ("2026-01-02t03:04:05z", "2026-01-02T03:04:05Z"),
        ("2026-01-02 03:04:05.250 UTC", "2026-01-02T03:04:05.250Z"),
        ("2026-01-02 03:04:05 gmt", "2026-01-02T03:04:05Z"),
        ("2026-01-02 03:04 PM", "2026-01-02T15:04:00Z"),
        ("1767322800", "2026-01-02T03:00:00Z"),
        ("1767322800.5", "2026-01-02T03:00:00.500Z"),
        ("1767322800000000", "2026-01-02T03:00:00Z"),
        ("46024", "2026-01-02T00:00:00Z"),
        ("46024.125", "2026-01-02T03:00:00Z"),
        ("13/02/26", "2026-02-13T00:00:00Z"),
        ("2. Jänner 2026", "2026-01-02T00:00:00Z"),
        ("2 janv. 26 3:04", "2026-01-02T03:04:00Z"),
    ],
)
def test_parse_times_reads_every_form_as_one_instant(value, utc):
    assert read(value) == [utc]


@pytest.mark.parametrize("value", ["", None, "NULL", "nan", "NaT"])
def test_parse_times_takes_missing_times_for_missing_not_bad(value):
    assert read(value, "2026-01-02") == ["", "2026-01-02T00:00:00Z"]


@pytest.mark.parametrize(
    "value",
    ["soon", "2026-02-30", "2026-02-30T00:00:00Z", "99999999", "17", "20260102030405",
     "0001-01-01", "9999-12-31", "31/31/2026", "2/30/2026", "1/31/2026 25:00"],
)  # fmt: skip
def test_parse_times_marks_what_it_cannot_read(value):
    assert read(value) == ["bad"]


def test_parse_times_mixes_forms_and_zones_in_one_column():
    values = ["2026-07-01T12:00:00+02:00", "2026-07-01T12:00:00", "20260701", "x"]
    assert read(*values, timezone="Europe/Berlin") == [
        "2026-07-01T10:00:00Z",
        "2026-07-01T10:00:00Z",
        "2026-06-30T22:00:00Z",
        "bad",
    ]


def test_parse_times_settles_hours_that_a_clock_change_repeats_or_skips():
    values = ["2026-10-25 02:30", "2026-03-29 02:30"]
    repeated, skipped = read(*values, timezone="Europe/Berlin")
    assert repeated == "2026-10-25T00:30:00Z"
    assert skipped == "2026-03-29T01:00:00Z"


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_parse_times_reads_datetimes_of_any_unit(unit):
    times = pd.Series(["2026-01-02 03:04:05", None], dtype=f"datetime64[{unit}]")
    assert read(*times) == ["2026-01-02T03:04:05Z", ""]
    assert iso_array(parse_times(times.dt.tz_localize("Asia/Tokyo"), where="").us).tolist() == [
        "2026-01-01T18:04:05Z",
        "",
    ]


def test_parse_times_takes_never_for_unreadable_in_typed_files_too():
    assert read(*pd.Series(["0001-01-01", "2026-01-02"], dtype="datetime64[us]")) == [
        "bad",
        "2026-01-02T00:00:00Z",
    ]


def test_parse_times_reads_numbers_and_dates_of_typed_files():
    assert read(20260102, np.nan) == ["2026-01-02T00:00:00Z", ""]
    assert read(1767322800000) == ["2026-01-02T03:00:00Z"]
    assert read(date(2026, 1, 2), None) == ["2026-01-02T00:00:00Z", ""]


def test_parse_times_lets_the_whole_column_decide_which_number_is_the_day():
    assert read("26-02-2026", "01-02-2026")[1] == "2026-02-01T00:00:00Z"
    assert read("2/26/2026", "1/2/2026")[1] == "2026-01-02T00:00:00Z"
    assert read("01.02.2026") == ["2026-02-01T00:00:00Z"]
    assert read("03/03/2026") == ["2026-03-03T00:00:00Z"]


def test_parse_times_asks_where_the_column_does_not_say_which_number_is_the_day():
    message = r"leads.csv, column Created: no date says which number is the day.*data.date_format"
    with pytest.raises(DataError, match=message) as refusal:
        read("01/02/2026", "03/04/2026")
    assert refusal.value.code == "ambiguous_dates"


def test_parse_times_refuses_both_orders_in_one_column():
    with pytest.raises(DataError, match="1 of its dates put the month first, others not"):
        read("31/01/2026", "01/31/2026")


def test_parse_times_tries_the_given_format_first():
    assert read("01/02/2026", date_format="%m/%d/%Y") == ["2026-01-02T00:00:00Z"]
    assert read("02-Jan-2026", "2026-01-03", date_format="%d-%b-%Y") == [
        "2026-01-02T00:00:00Z",
        "2026-01-03T00:00:00Z",
    ]
    assert read("02.01.26 10:00 +0200", date_format="%d.%m.%y %H:%M %z") == ["2026-01-02T08:00:00Z"]
    assert read("31/01/2026", date_format="%m/%d/%Y") == ["bad"]


def test_parse_times_reads_two_digits_of_a_configured_year_by_the_same_rule(monkeypatch):
    monkeypatch.setattr("features.parsing.written_times.newest_year", lambda: 2027)
    assert read("01/02/27", "01/02/28", date_format="%d/%m/%y") == [
        "2027-02-01T00:00:00Z",
        "1928-02-01T00:00:00Z",
    ]


def test_parse_times_takes_what_another_table_has_decided():
    decided = parse_times(pd.Series(["26-02-2026", "01-02-2026"]), where="f").format
    assert decided == TimeFormat("dmy", clock=False, kinds=("numbers",))
    assert read("03-09-2024", date_format=decided.order) == ["2024-09-03T00:00:00Z"]
    # Its own values are not asked again.
    assert read("12-31-2024", "03-09-2024", date_format="dmy") == ["bad", "2024-09-03T00:00:00Z"]


def clocks(*values, dtype=None, **settings):
    return parse_times(pd.Series(values, dtype=dtype), where="f", **settings).clock.tolist()


def test_parse_times_says_of_each_value_whether_it_has_a_time_of_day():
    days = [
        "2026-01-02",
        "2026-01-02 00:00",
        "2026-01-02T00:00:00Z",
        "46024",
        "31/01/2026",
        "x",
        "",
    ]
    assert not any(clocks(*days))
    assert clocks("2026-01-02", "2026-01-02 14:00") == [False, True]
    assert clocks("46024.5", "1767322801", "31/01/2026 1:00 AM", "31 Jan 2026 1:00") == [True] * 4


@pytest.mark.parametrize("zone", ["America/Santiago", "Africa/Cairo", "America/Sao_Paulo"])
def test_days_have_no_time_of_day_where_the_clocks_skip_midnight(zone):
    days = pd.date_range("2017-01-01", "2026-12-01", freq="D")
    assert not any(clocks(*days.strftime("%Y-%m-%d"), timezone=zone))
    assert not any(clocks(*days, dtype="datetime64[us]", timezone=zone))


def test_an_instant_at_midnight_of_its_zone_or_of_the_data_is_a_day():
    assert clocks("2026-01-02T00:00:00+05:00", timezone="Europe/Berlin") == [False]
    assert clocks("2026-01-01T23:00:00Z", timezone="Europe/Berlin") == [False]
    assert clocks("2026-01-01T22:00:00Z", timezone="Europe/Berlin") == [True]
    utc = pd.Series(pd.to_datetime(["2026-01-01T23:00", "2026-01-01T22:00"], utc=True))
    assert parse_times(utc, timezone="Europe/Berlin", where="f").clock.tolist() == [False, True]


def test_parse_times_names_the_ways_of_writing():
    def kinds(*values):
        return parse_times(pd.Series(values), where="f").format.kinds

    assert kinds("46024", "20260102", "1767322800") == ("day", "epoch", "serial")
    assert kinds("2026-01-02", "31/01/2026", "2 Jan 2026", "x") == ("iso", "month_name", "numbers")
    assert kinds("x", "") == ()


@pytest.mark.parametrize(
    ("zone", "end"),
    [
        ("UTC", "2026-03-28T23:59:59.999999Z"),
        ("Europe/Berlin", "2026-03-28T22:59:59.999999Z"),
        ("Africa/Cairo", "2026-03-28T21:59:59.999999Z"),
    ],
)
def test_a_day_ends_where_the_next_begins(zone, end):
    noon = parse_times(pd.Series(["2026-03-28 12:00"]), timezone=zone, where="f").us
    assert iso_array(day_end(np.append(noon, NAT), zone)).tolist() == [end, ""]


@pytest.mark.parametrize("zone", ["UTC", "America/Santiago", "Africa/Cairo", "Asia/Beirut"])
def test_a_date_is_the_beginning_of_its_day(zone):
    days = pd.Series(pd.date_range("2015-01-01", "2026-11-30", freq="D").strftime("%Y-%m-%d"))
    us = parse_times(days, timezone=zone, where="f").us
    assert begins_day(us, zone).all()
    assert not begins_day(us + 1, zone).any()
    assert (day_end(us, zone)[:-1] + 1 == us[1:]).all()
    assert not begins_day(np.array([NAT]), zone).any()
    assert not has_clock(np.append(us, NAT), zone)
    assert has_clock(np.append(us, us[:1] + 1), zone)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_days_of_a_clock_change_are_shorter_or_longer(day, hours):
    begin = parse_times(pd.Series([day]), timezone="Europe/Berlin", where="f").us
    assert day_end(begin, "Europe/Berlin") - begin == hours * 3_600_000_000 - 1


def test_parse_times_of_nothing_is_nothing():
    assert read() == []


instants = st.datetimes(datetime(1901, 1, 1), datetime(2285, 1, 1))
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(instants, zones)
def test_columns_and_single_times_are_read_alike(naive, zone):
    text = naive.replace(tzinfo=UTC).astimezone(zone).isoformat()
    us = parse_instant(text, field="created_at")
    assert parse_times(pd.Series([text]), where="").us.tolist() == [us]
    assert parse_instant(iso(us), field="created_at") == us
    assert timestamps(np.array([us]))[0] == pd.Timestamp(text)


@pytest.mark.parametrize("value", [1767322800000, 1767322800000.0, "1767322800000"])
def test_parse_instant_reads_epoch_milliseconds(value):
    assert iso(parse_instant(value, field="created_at")) == "2026-01-02T03:00:00Z"


@pytest.mark.parametrize(
    "value",
    ["2027-05-06", "2027-05-06T07:08", "soon", "", None, True, [], {}, 1767322800, 10**400,
     float("nan"), float("inf"), "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"],
)  # fmt: skip
def test_parse_instant_names_the_field_and_never_the_value(value):
    with pytest.raises(LeadError, match=r"^created_at .*Send ISO 8601 with an offset") as refusal:
        parse_instant(value, field="created_at")
    assert refusal.value.code == "bad_time"
    assert refusal.value.field == "created_at"
    assert not value or str(value)[:12] not in str(refusal.value)


def test_iso_has_a_fraction_only_where_there_is_one():
    assert iso(0) == "1970-01-01T00:00:00Z"
    assert iso(1_000) == "1970-01-01T00:00:00.001Z"
    assert iso(1) == "1970-01-01T00:00:00.000001Z"
    assert iso(NAT) == ""
    assert iso_array(np.array([NAT, 0, NAT, 1_000])).tolist() == ["", iso(0), "", iso(1_000)]


def test_micros_and_timestamps_are_inverse():
    us = np.array([0, NAT, 1_767_322_800_000_001])
    times = timestamps(us)
    assert str(times.dtype) == "datetime64[us, UTC]"
    assert micros(times).tolist() == us.tolist()
    assert micros(times.dt.tz_localize(None)).tolist() == us.tolist()


def test_has_clock_looks_at_midnight_in_the_zone():
    midnight = parse_times(pd.Series(["2026-07-01", None]), timezone="Europe/Berlin", where="").us
    assert not has_clock(midnight, "Europe/Berlin")
    assert has_clock(midnight, "UTC")
    assert not has_clock(np.array([NAT]), "UTC")
