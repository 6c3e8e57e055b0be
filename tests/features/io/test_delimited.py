import pytest

from features.io.files import read_table
from leadgate.errors import DataError
from tests.features.io.rejected import rejected


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_delimited_text_is_cut_at_its_separator(write, separator):
    path = write(f'Id{separator}Name\n1{separator}"a{separator}b"\n2{separator}c\n')
    frame = read_table(path).frame
    assert frame.to_dict("list") == {"Id": ["1", "2"], "Name": [f"a{separator}b", "c"]}


def test_delimited_text_with_decimal_commas_is_cut_at_semicolons(write):
    rows = "".join(f"{n};{n},5;{n},25;{n},75\n" for n in range(60))
    assert read_table(write(f"Id;A;B;C\n{rows}")).frame["C"].tolist()[:2] == ["0,75", "1,75"]
    assert read_table(write("Id;Price\n1;1,5\n2;2,5\n")).frame["Price"].tolist() == ["1,5", "2,5"]


def test_delimited_text_is_cut_at_a_given_separator(write):
    frame = read_table(write("a:b\n1:2,3\n"), separator=":").frame
    assert frame.to_dict("list") == {"a": ["1"], "b": ["2,3"]}


@pytest.mark.parametrize("line", ["sep=;\n", '"sep=;"\r\n', "SEP=;\n", "\ufeffsep=;\n"], ids=repr)
def test_delimited_text_is_cut_at_what_its_first_line_says(write, line):
    table = read_table(write(f"{line}a,b;c\n1,5;2\n"))
    assert table.frame.to_dict("list") == {"a,b": ["1,5"], "c": ["2"]}


def test_delimited_text_is_cut_at_the_separator_of_the_configuration_before_its_own(write):
    frame = read_table(write("sep=;\na|b\n1|2;3\n"), separator="|").frame
    assert frame.to_dict("list") == {"a": ["1"], "b": ["2;3"]}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"], ids=str)
def test_delimited_text_is_read_in_its_encoding(write, encoding):
    path = write("Größe,Stadt\n1,Zürich\n".encode(encoding))
    assert read_table(path).frame.to_dict("list") == {"Größe": ["1"], "Stadt": ["Zürich"]}


def test_a_byte_that_windows_does_not_know_is_read_as_latin_1(write):
    assert read_table(write(b"a,b\n\x81,\xe9\n")).frame["b"].tolist() == ["é"]


def test_delimited_text_is_read_in_a_given_encoding(write):
    path = write("a\nž\n".encode("cp1250"))
    assert read_table(path, encoding="cp1250").frame["a"].tolist() == ["ž"]
    path = write("\ufeffa\nž\n".encode("utf-16-le"))
    assert read_table(path, encoding="utf-16-le").frame["a"].tolist() == ["ž"]


def test_delimited_text_stays_as_it_is(write):
    frame = read_table(write('Id,Zip,Note\n007,NA,"two\nlines"\n8,,null\n')).frame
    assert frame["Id"].tolist() == ["007", "8"]
    assert frame["Zip"].tolist() == ["NA", ""]
    assert frame["Note"].tolist() == ["two\nlines", "null"]


def test_columns_without_a_name_are_left_out(write):
    frame = read_table(write(",a, b ,\n0,1,2,\n1,3,,\n")).frame
    assert frame.to_dict("list") == {"a": ["1", "3"], "b": ["2", ""]}


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=repr)
def test_every_line_ending_is_read_and_blank_lines_are_no_rows(write, newline):
    table = read_table(write(newline.join(["", "a,b", "1,2", "", "3,4,5", "5,6"])))
    assert table.frame["b"].tolist() == ["2", "", "6"]
    assert rejected(table) == {2: "it has 3 fields where the header has 2"}


def test_one_column_is_a_table(write):
    assert read_table(write("a\n1\n2\n")).frame["a"].tolist() == ["1", "2"]


def test_a_header_without_rows_is_an_empty_table(write):
    assert read_table(write("a,b\n")).frame.shape == (0, 2)


@pytest.mark.parametrize(
    ("above", "lines"),
    [
        ("Leads of the north\n", 1),
        ("Leads of the north\n\nMade on 01.12.2026\n", 2),
        ("Leads of the north,,,\nMade on,01.12.2026,,\n", 2),
        ('"Leads\nof the north"\n', 1),
    ],
)
def test_lines_above_the_header_are_left_out_and_said(write, above, lines):
    table = read_table(
        write(above + "Id,Created,Stage,Amount\nA,2026-01-01,Won,5\nB,2026-01-02,,\n")
    )
    assert table.frame["Id"].tolist() == ["A", "B"]
    assert not rejected(table)
    verb = "line above the header is" if lines == 1 else "lines above the header are"
    assert table.notes == [f"leads.csv: {lines} {verb} left out."]


def test_a_header_that_is_narrower_than_its_rows_is_no_title(write):
    with pytest.raises(DataError, match="no row has as many fields as the header, 2; row 1 has 3"):
        read_table(write("a,b\n1,2,3\n4,5,6\n"))


def test_settings_that_cannot_be_are_refused(write):
    for separator in (", ", "", "§", '"', "\n"):
        with pytest.raises(DataError, match=r"data.separator must be one character of ASCII"):
            read_table(write("a,b\n"), separator=separator)
    with pytest.raises(DataError, match=r"cannot be read as klingon.*Set data.encoding"):
        read_table(write("a,b\n"), encoding="klingon")
    with pytest.raises(DataError, match="cannot be read as ascii"):
        read_table(write("ä,b\n"), encoding="ascii")
