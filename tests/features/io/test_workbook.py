from datetime import date, datetime

import pytest

from features.io.files import read_table
from leadgate.errors import DataError
from tests.features.io.rejected import rejected
from tests.features.io.workbooks import Fault, write_ods, write_xlsx

_ROWS = [
    ["Id", "Created ", "Amount", "Stage"],
    ["007", date(2026, 1, 2), 12.0, "Won"],
    ["8", date(2026, 1, 3), 0.5, Fault("#N/A")],
]
_NOTES = [["Made by sales"], ["Ask before use"]]


@pytest.mark.parametrize("write", [write_xlsx, write_ods])
def test_a_sheet_is_read_as_canonical_text(tmp_path, write):
    path = write(tmp_path / "crm.xlsx", {"Leads": [[*row[:3], row[3] or ""] for row in _ROWS[:2]]})
    frame = read_table(path).frame
    assert frame.to_dict("list") == {
        "Id": ["007"], "Created": ["2026-01-02"], "Amount": ["12"], "Stage": ["Won"],
    }  # fmt: skip


def test_a_cell_that_cannot_be_computed_is_missing(tmp_path):
    path = write_xlsx(tmp_path / "crm.xlsx", {"Leads": _ROWS})
    assert read_table(path).frame["Stage"].tolist() == ["Won", ""]


def test_numbers_stay_as_exact_as_the_sheet_has_them(tmp_path):
    rows = [["Id", "b"], [4111111111111111, True], [5.80503e18, 1.1], [12345678901, -3.0]]
    frame = read_table(write_xlsx(tmp_path / "crm.xlsx", {"Leads": rows})).frame
    assert frame["Id"].tolist() == ["4111111111111111", "5.80503e+18", "12345678901"]
    assert frame["b"].tolist() == ["true", "1.1", "-3"]


def test_days_and_instants_are_written_as_such(tmp_path):
    rows = [["Id", "At"], ["a", date(2026, 1, 2)], ["b", datetime(2026, 1, 2, 3, 4)], ["c", "soon"]]
    frame = read_table(write_xlsx(tmp_path / "crm.xlsx", {"Leads": rows})).frame
    assert frame["At"].tolist() == ["2026-01-02", "2026-01-02T03:04:00", "soon"]


def test_titles_footers_and_repeated_headers_of_a_sheet_are_left_out(tmp_path):
    rows = [
        ["Leads of the north", "", "", ""], [], *_ROWS, _ROWS[0], ["9", date(2026, 1, 4), 1, "Won"],
        ["Total", "", 13.5, ""], ["", "", "", ""],
    ]  # fmt: skip
    table = read_table(write_xlsx(tmp_path / "crm.xlsx", {"Leads": rows}))
    assert table.accepted["Id"].tolist() == ["007", "8", "9"]
    assert rejected(table) == {3: "it repeats the header", 5: "it is a footer of the file"}
    assert table.notes == ["crm.xlsx: 2 lines above the header are left out."]


def test_the_only_sheet_with_a_table_is_read_and_named(tmp_path):
    sheets = {"Notes": _NOTES, "Leads": _ROWS, "Old": _ROWS, "Empty": [["Id", "Stage"]]}
    table = read_table(write_xlsx(tmp_path / "crm.xlsx", sheets, hidden=["Old"]))
    assert len(table.frame) == 2
    assert table.notes == ["crm.xlsx: of its sheets only Leads holds a table and is read."]


def test_one_of_several_sheets_must_be_named(tmp_path):
    path = write_xlsx(tmp_path / "crm.xlsx", {"Leads": _ROWS, "Deals": _ROWS[:2]})
    with pytest.raises(
        DataError, match=r"more than one sheet.*: Leads, Deals\..*sheet ="
    ) as refusal:
        read_table(path, where="data.leads")
    assert refusal.value.code == "which_sheet"
    assert refusal.value.message.startswith("crm.xlsx (data.leads): ")
    assert len(read_table(path, sheet="Deals").frame) == 1
    with pytest.raises(DataError, match=r"there is no sheet Calls. Its sheets: Leads, Deals"):
        read_table(path, sheet="Calls")


def test_a_workbook_without_a_table_is_refused(tmp_path):
    with pytest.raises(DataError, match="no sheet holds a table") as refusal:
        read_table(write_xlsx(tmp_path / "crm.xlsx", {"Leads": [], "Deals": [["Id", "Stage"]]}))
    assert refusal.value.code == "empty_file"
    path = write_xlsx(tmp_path / "crm.xlsx", {"Leads": []})
    with pytest.raises(DataError, match="the sheet Leads is empty"):
        read_table(path, sheet="Leads")


def test_a_sheet_with_two_columns_of_one_name_is_refused(tmp_path):
    path = write_xlsx(tmp_path / "crm.xlsx", {"Leads": [["a", "a "], [1, 2]]})
    with pytest.raises(DataError, match="more than one column is called a"):
        read_table(path)


@pytest.mark.parametrize("content", [b"\xd0\xcf\x11\xe0" + b"0" * 600], ids=["xls"])
def test_a_damaged_workbook_is_refused(write, content):
    with pytest.raises(DataError, match="not a table but a damaged workbook") as refusal:
        read_table(write(content, "leads.xls"))
    assert refusal.value.code == "not_a_table"


def test_a_sheet_of_what_is_no_workbook_is_refused(write):
    with pytest.raises(DataError, match="a sheet is named, but this is no workbook"):
        read_table(write("a,b\n1,2\n"), sheet="Leads")
