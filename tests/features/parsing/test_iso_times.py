import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.parsing.epoch import NAT, micros_of
from features.parsing.iso_times import iso_times
from features.parsing.times import parse_times
from leadgate.errors import DataError

moments = st.datetimes(
    min_value=pd.Timestamp("1901-01-01").to_pydatetime(),
    max_value=pd.Timestamp("2285-01-01").to_pydatetime(),
    timezones=st.just(pd.Timestamp("2026-01-01", tz="UTC").tz),
)


@given(st.lists(st.none() | moments, min_size=1), st.sampled_from(["", "Z"]))
def test_iso_8601_is_read_whole(times, zone):
    texts = [None if at is None else at.replace(tzinfo=None).isoformat() + zone for at in times]
    read = iso_times(pd.Series(texts, dtype="str"), ())
    assert read is not None
    assert read.us.tolist() == [NAT if at is None else micros_of(at) for at in times]
    assert read.given.tolist() == [at is not None for at in times]
    assert read.zoned == (zone == "Z" and any(texts))


@pytest.mark.parametrize(
    "texts",
    [
        ["2026-01-02", "02.01.2026"], ["2026-01-02", "2026-01-02T03:04Z"], ["2026-02-30"],
        ["2026-01-02T03:04+01:00"], ["2026-01-02 "], ["2026-01-02", "none"], ["2026-1-2"],
        ["2026-01-02 03:04:05.1234567"], ["20260102"],
    ],
)  # fmt: skip
def test_whatever_else_is_left_to_others(texts):
    assert iso_times(pd.Series(texts, dtype="str"), ()) is None


def test_empty_cells_and_the_words_of_the_owner_are_missing():
    read = iso_times(pd.Series(["", "2026-01-02", "-", "1900-01-01"]), ["-", "1900-01-01"])
    assert read is not None
    assert read.given.tolist() == [False, True, False, False]


def test_rows_of_one_text_all_count_where_the_column_decides():
    column = pd.Series(["13/01/2026", *["01/13/2026"] * 7])
    with pytest.raises(DataError, match="7 of its dates put the month first"):
        parse_times(column, where="f.csv, column Created")


@given(st.lists(st.sampled_from(["13/01/26", "", "2026-01-02", "5 May 2026", "x", "45000"])))
def test_a_text_means_the_same_in_every_row(texts):
    whole = parse_times(pd.Series(texts * 2, dtype="str"), where="f")
    for at, text in enumerate(texts):
        same = [place for place, other in enumerate(texts * 2) if other == text]
        assert set(whole.us[same]) == {whole.us[at]}
        assert set(whole.bad[same]) == {whole.bad[at]}
