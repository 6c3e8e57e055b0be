import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.io.csv_rows import CsvRows
from features.io.files import read_table
from leadgate.errors import DataError
from tests.features.io.rejected import rejected

_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=8)
_RECORDS = st.lists(st.lists(_TEXTS, min_size=1, max_size=6), min_size=1, max_size=12)


def written(records):
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(records)
    return text.getvalue().encode()


@given(_RECORDS)
def test_every_record_keeps_its_place_whole_or_cut(records):
    names = ["a", "b", "c"]
    text = written([names, *records, ["x", "y", "z"]])
    table = CsvRows.parse(text, 0, ",", 3, "leads.csv").table(names, "leads.csv", [])
    assert len(table.frame) == len(records) + 1
    for record, row, kept in zip(
        records, table.frame.itertuples(index=False), table.faults.kept, strict=False
    ):
        assert list(row) == (record[:3] if kept else ["", "", ""])
        assert kept or len(record) != 3 or not any(map(str.strip, record)) or record == names


def test_a_row_with_more_or_fewer_fields_is_rejected_in_its_place(write):
    table = read_table(write('a,b,c\n1,2,3\n1,"x\ny",3,4\n5,6\n\n7,8,9\n'))
    assert table.frame["a"].tolist() == ["1", "", "", "7"]
    assert table.accepted["a"].tolist() == ["1", "7"]
    assert rejected(table) == {
        2: "it has 4 fields where the header has 3",
        3: "it has 2 fields where the header has 3",
    }
    assert table.notes == [
        "leads.csv: rows 2, 3 are cut into more or fewer fields than the header. Quote fields that "
        "hold the separator, or set data.separator."
    ]


def test_many_cut_rows_are_named_by_the_first(write):
    table = read_table(write("a,b\n" + "1,2\n1,2,3\n" * 1_000))
    assert table.notes[0].startswith("leads.csv: rows 2, 4, 6, 8, 10 and 995 more are cut into")


@pytest.mark.parametrize("row", ["1,2,,", "1,2, ,", "1,2,"])
def test_separators_at_the_end_of_most_rows_are_no_fields(write, row):
    table = read_table(write(f"a,b\n{row}\n{row}\n3,4\n1,x,2\n"))
    assert table.accepted.to_dict("list") == {"a": ["1", "1", "3"], "b": ["2", "2", "4"]}
    assert rejected(table) == {4: "it has 3 fields where the header has 2"}


def test_an_empty_field_too_many_in_few_rows_is_a_quote_that_is_lost(write):
    table = read_table(write("a,b,c\n1,2,3\n4,5,\n7,8, 8,\n"))
    assert rejected(table) == {3: "it has 4 fields where the header has 3"}


def test_most_rows_may_lack_the_columns_that_have_no_name(write):
    table = read_table(write("a,b,,\n1,2\n3,4\n5,6,,\n7,x,8\n"))
    assert table.accepted.to_dict("list") == {"a": ["1", "3", "5"], "b": ["2", "4", "6"]}
    assert rejected(table) == {4: "it has 3 fields where the header has 4"}


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('a,b\n"1,2\n', 2),
        ('a,b\n1,"2\n', 2),
        ('a,b\n1,2\n3,"4\n5,6\n7,8', 3),
        ('sep=,\na,b\n1,2\n"3,4\n', 4),
        ('a,b\n1,2\n1,2,3\n1,2,"3\n5,6\n', 4),
        ('a;b\n1;2\n1;2;3\n1;2;"3\n5;6\n', 4),
        ('a,b\n"' + "1,2\n" * 50_000, 2),
        ('a,b\n1,"' + "1,2\n" * 500_000, 2),
    ],
    ids=range(8),
)
def test_a_quoted_field_that_is_never_closed_is_refused_with_its_line(write, content, line):
    with pytest.raises(DataError, match=f"begins in line {line} is never closed") as refusal:
        read_table(write(content))
    assert refusal.value.code == "bad_row"


@pytest.mark.parametrize(
    ("field", "text"),
    [('5" pipe', '5" pipe'), ('"5"" pipe"', '5" pipe'), ('"x\n""y"""', 'x\n"y"'), ('""', "")],
)
def test_a_quote_within_a_field_closes_nothing(write, field, text):
    for content in (f"a,b\n1,{field}\n", f"a,b\n1,{field}"):
        assert read_table(write(content)).frame["b"].tolist() == [text]


def test_a_field_may_be_longer_than_a_block(write):
    long = "x\n" * 2_000_000
    table = read_table(write(f'a,b\n1,"{long}"\n1,2,3\n4,5\n'))
    assert table.frame["b"].tolist() == [long, "", "5"]
    assert list(rejected(table)) == [2]
