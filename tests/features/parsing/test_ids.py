import unicodedata

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.parsing.ids import (
    canonical_id,
    check_ids,
    coded_ids,
    id_column,
    is_scientific,
    rounded_ids,
    serial_numbers,
)
from leadgate.errors import DataError


@pytest.mark.parametrize(
    ("value", "lead_id"),
    [
        ("7051", "7051"), (" 7051 ", "7051"), ("7051.0", "7051"), (7051, "7051"), (7051.0, "7051"),
        (np.int64(7051), "7051"), (np.float64(7051), "7051"), ("007051", "007051"), ("aB", "aB"),
        ("TRUE", "TRUE"), ("7051.5", "7051.5"), ("7051.00", "7051.00"), ("v1.0", "v1.0"),
        ("-5.0", "-5"), ("12345678901234567890.0", "12345678901234567890"), ("", ""), (None, ""),
        ("NULL", ""), (np.nan, ""), (True, ""), ("Jose\u0301", "José"), ("\u00a0x\u00a0", "x"),
    ],
)  # fmt: skip
def test_an_id_has_one_spelling(value, lead_id):
    assert canonical_id(value) == lead_id


@given(st.text(max_size=12))
def test_canonical_ids_stay_as_they_are(text):
    lead_id = canonical_id(text)
    assert canonical_id(lead_id) == lead_id
    assert unicodedata.is_normalized("NFC", lead_id)


@given(st.integers(0, 10**15 - 1))
def test_every_representation_of_a_number_is_one_id(number):
    written = [number, float(number), str(number), f"{number}.0", f" {number}\n", np.int64(number)]
    assert {canonical_id(value) for value in written} == {str(number)}


ids = st.one_of(st.text(max_size=6), st.integers(0, 999).map(lambda n: f"{n}.0"))


@given(st.lists(ids))
def test_a_column_of_ids_is_canonical_id_of_each(values):
    expected = [canonical_id(value, ["x"]) for value in values]
    for dtype in ("str", "object"):
        column = id_column(pd.Series(values, dtype=dtype), ["x"])
        assert column.tolist() == expected


def test_spellings_of_an_id_have_one_code():
    column = coded_ids(pd.Series(["7.0", "a", " 7", None, "a", ""], dtype="str"))
    assert column.codes.tolist() == [0, 1, 0, 2, 1, 2]
    assert column.texts == ("7", "a", "")


def test_columns_of_numbers_with_gaps_are_ids():
    assert id_column(pd.Series([1.0, np.nan, 3.0])).tolist() == ["1", "", "3"]
    assert id_column(pd.Series([1, 2])).tolist() == ["1", "2"]


@pytest.mark.parametrize("text", ["5.80503E+18", "5,80503E+18", "1e+21", "-1.5E+10"])
def test_scientific_notation_is_seen(text):
    assert is_scientific(text)


@pytest.mark.parametrize("text", ["12E45", "1E5", "E+18", "5.80503", "abc+1", "", "00Q5E+2x"])
def test_ids_with_letters_are_no_numbers(text):
    assert not is_scientific(text)


def test_a_float_beyond_whole_numbers_has_lost_its_digits_too():
    assert is_scientific(canonical_id(5.805030000123456e18))


def test_lead_ids_that_a_spreadsheet_has_rounded_are_refused():
    ids = np.array(["7", "5.80503E+18", "5.80503E+18"], dtype=object)
    with pytest.raises(
        DataError, match=r"f.csv, column Id: 2 ids look like numbers .* rounded"
    ) as e:
        check_ids(ids, where="f.csv, column Id")
    assert e.value.code == "damaged_ids"
    check_ids(ids[:1], where="f")


def test_other_ids_that_a_spreadsheet_has_rounded_are_noted():
    table = pd.DataFrame({"account_id": ["5.80503E+18", "5.80503E+18", "7"], "x": "1E+10"})
    (note,) = rounded_ids(table, ("account_id", "owner_id"))
    assert note.startswith("account_id: 1 of its values look like numbers that a spreadsheet")


def numbers(*texts):
    return serial_numbers(np.array(texts, dtype=object)).tolist()


def test_numbers_are_taken_as_they_are():
    assert numbers("3", "1.5", "20") == [3.0, 1.5, 20.0]


def test_ids_with_one_prefix_are_numbered_from_the_smallest():
    assert numbers("L00299", "L00298", "L01000") == [1.0, 0.0, 702.0]


def test_long_ids_keep_their_order():
    first = 5_805_028_000_056_864_695
    assert numbers(*(f"zcrm_{first + i}" for i in (0, 2, 1))) == [0.0, 2.0, 1.0]
    assert numbers(*(str(first + i) for i in (0, 2, 1))) == [0.0, 2.0, 1.0]


def test_what_is_no_serial_number_has_no_place():
    assert np.isnan(numbers("A1", "B2")).all()
    assert np.isnan(numbers("a", "b")).all()
    assert np.isnan(numbers("1", "", "x")[1:]).all()


@given(st.lists(st.integers(0, 10**19), min_size=2, unique=True), st.sampled_from(["", "L-", "7a"]))
def test_the_order_of_counted_ids_is_kept(counted, prefix):
    near = [number % 10**6 + 10**18 for number in counted]
    values = np.array(numbers(*(f"{prefix}{number}" for number in near)))
    assert (np.sign(np.diff(values)) == np.sign(np.diff(np.array(near, dtype=object)))).all()
