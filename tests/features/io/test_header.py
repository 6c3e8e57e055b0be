import pytest

from features.io.header import header_place, refuse_duplicates, title_notes
from leadgate.errors import DataError

_HEADER = ["Id", "Created", "Stage", "Amount"]
_ROW = ["A", "2026-01-01", "Won", "5"]


@pytest.mark.parametrize(
    ("records", "place"),
    [
        ([_HEADER], 0),
        ([_HEADER, _ROW, _ROW], 0),
        ([["Id", "2024", "2025", "2026"], _ROW, _ROW], 0),
        ([["Leads"], _HEADER, _ROW, _ROW], 1),
        ([["Leads", "", "", ""], ["", "", "", ""], _HEADER, _ROW, _ROW], 2),
        ([["", ""], _HEADER], 1),
        ([["Made", "by", "x"], _HEADER, *([["A", "x", "", ""]] * 5)], 1),
        ([["name", "city"], *([["Ann", "Rome", ""]] * 5)], 0),
        ([["Id", "Name"], *([["A", "Ann", "5"]] * 5)], 0),
        ([["Id", "Name", "Town"], ["x", "Ann", "Rome", "Italy"]], 0),
        ([["", "", ""], ["", "", ""]], 0),
    ],
)
def test_the_header_is_the_first_record_as_wide_as_most(records, place):
    assert header_place(records) == place


@pytest.mark.parametrize(
    ("place", "notes"),
    [
        (0, []),
        (1, ["1 line above the header is left out."]),
        (2, ["2 lines above the header are left out."]),
    ],
)
def test_lines_above_the_header_are_counted(place, notes):
    assert title_notes(place) == notes


def test_columns_of_one_name_are_refused_but_not_those_without_one():
    refuse_duplicates(["a", "", "b", ""], "x.csv")
    with pytest.raises(DataError, match=r"x\.csv: more than one column is called a, b"):
        refuse_duplicates(["b", "a", "b", "a"], "x.csv")
