import gzip
from pathlib import Path

import pandas as pd
import pytest

from features.io.files import read_table
from leadgate.errors import DataError


@pytest.fixture
def write(tmp_path):
    def write(content, name="leads.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_read_table_finds_the_separator(write, separator):
    path = write(f'Id{separator}Name\n1{separator}"a{separator}b"\n2{separator}c\n')
    assert read_table(path).to_dict("list") == {"Id": ["1", "2"], "Name": [f"a{separator}b", "c"]}


def test_read_table_is_not_fooled_by_decimal_commas(write):
    assert read_table(write("Id;Price\n1;1,5\n2;2,5\n"))["Price"].tolist() == ["1,5", "2,5"]


def test_read_table_takes_a_given_separator(write):
    assert read_table(write("a:b\n1:2,3\n"), separator=":").to_dict("list") == {
        "a": ["1"],
        "b": ["2,3"],
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"], ids=str)
def test_read_table_finds_the_encoding(write, encoding):
    path = write("Größe,Stadt\n1,Zürich\n".encode(encoding))
    assert read_table(path).to_dict("list") == {"Größe": ["1"], "Stadt": ["Zürich"]}


def test_read_table_reads_a_byte_that_windows_does_not_know_as_latin_1(write):
    assert read_table(write(b"a,b\n\x81,\xe9\n"))["b"].tolist() == ["é"]


def test_read_table_takes_a_given_encoding(write):
    assert read_table(write("a\nž\n".encode("cp1250")), encoding="cp1250")["a"].tolist() == ["ž"]


def test_read_table_keeps_text_as_it_is(write):
    frame = read_table(write('Id,Zip,Note\n007,NA,"two\nlines"\n8,,null\n'))
    assert frame["Id"].tolist() == ["007", "8"]
    assert frame["Zip"].tolist() == ["NA", ""]
    assert frame["Note"].tolist() == ["two\nlines", "null"]


def test_read_table_fills_short_rows_and_leaves_unnamed_columns_out(write):
    frame = read_table(write(",a, b ,\n0,1,2,\n1,3\n"))
    assert frame.to_dict("list") == {"a": ["1", "3"], "b": ["2", ""]}


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=repr)
def test_read_table_reads_every_line_ending_and_skips_blank_lines(write, newline):
    frame = read_table(write(newline.join(["", "a,b", "1,2", "", "3,4"])))
    assert frame["b"].tolist() == ["2", "4"]


def test_read_table_reads_one_column(write):
    assert read_table(write("a\n1\n2\n"))["a"].tolist() == ["1", "2"]


def test_read_table_reads_gzip(write):
    assert read_table(write(gzip.compress(b"a,b\n1,2\n"), "x.csv.gz"))["b"].tolist() == ["2"]


def test_read_table_reads_parquet_with_its_types(tmp_path):
    large = 2**53 + 1
    frame = pd.DataFrame({"id": pd.Series([large, None], dtype="Int64"), "at": [1.5, None]})
    frame.to_parquet(tmp_path / "leads.parquet")
    read = read_table(tmp_path / "leads.parquet")
    assert read["id"].tolist()[0] == large
    assert read["at"].dtype == "float64"


def test_read_table_keeps_an_index_that_has_a_name(tmp_path):
    frame = pd.DataFrame({"a": [1, 2]}, index=pd.Index(["x", "y"], name="lead_id"))
    frame.to_parquet(tmp_path / "named.parquet")
    assert read_table(tmp_path / "named.parquet")["lead_id"].tolist() == ["x", "y"]
    frame.rename_axis(None).to_parquet(tmp_path / "unnamed.parquet")
    assert read_table(tmp_path / "unnamed.parquet").columns.tolist() == ["a"]


def test_read_table_of_a_header_has_no_rows(write):
    assert read_table(write("a,b\n")).shape == (0, 2)


@pytest.mark.parametrize(
    ("content", "name", "code", "message"),
    [
        (b"", "leads.csv", "empty_file", "the file is empty"),
        (b" \n\n", "leads.csv", "empty_file", "the file is empty"),
        (b"a,a,b\n1,2,3\n", "leads.csv", "duplicate_columns", "more than one column is called a"),
        (b"a,b\n1,2\n1,2,3\n", "leads.csv", "bad_row", "line 3 has 3 fields where the header has"),
        (b"a,b\n1,2,3\n4,5,6\n", "leads.csv", "bad_row", "its rows have more fields than"),
        (b'a,b\n"1,2\n', "leads.csv", "bad_row", "a quoted field is never closed"),
        (b'a,b\n"' + b"1,2\n" * 50_000, "leads.csv", "bad_row", "a quoted field is never closed"),
        (b"PK\x03\x04rest", "leads.csv", "not_a_table", "not a table but an Excel workbook"),
        (b'{"a": 1}', "leads.csv", "not_a_table", "not a table but JSON"),
        (b"a\x00b", "leads.csv", "not_a_table", "not a table but binary data"),
        (b"a,b\n", "leads.parquet", "not_a_table", "not a Parquet file"),
        (b"a,b\n", "leads.csv.gz", "missing_file", "cannot be read: damaged gzip"),
    ],
)
def test_read_table_names_the_file_and_the_fault(write, content, name, code, message):
    with pytest.raises(DataError, match=message) as refusal:
        read_table(write(content, name), where="data.leads")
    assert refusal.value.code == code
    assert refusal.value.message.startswith(f"{name} (data.leads): ")


def test_read_table_says_in_which_folder_a_file_is_missing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match="there is no such file") as refusal:
        read_table(Path("missing.csv"))
    assert str(tmp_path) in refusal.value.message


def test_read_table_says_that_a_file_is_missing(tmp_path):
    with pytest.raises(DataError, match=r"leads.csv \(data.leads\): there is no such file"):
        read_table(tmp_path / "leads.csv", where="data.leads")
    with pytest.raises(DataError, match="cannot be read: Is a directory"):
        read_table(tmp_path)


def test_read_table_refuses_parquet_with_duplicate_columns(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table([[1], [2]], names=["a", "a "]), tmp_path / "leads.parquet")
    with pytest.raises(DataError, match="more than one column is called a"):
        read_table(tmp_path / "leads.parquet")


def test_read_table_refuses_urls():
    with pytest.raises(DataError, match=r"data.leads is a URL where a file is meant") as refusal:
        read_table("postgresql://user:secret@host/crm", where="data.leads")
    assert refusal.value.code == "unsupported_source"
    assert "secret" not in str(refusal.value)


def test_read_table_refuses_settings_that_cannot_be(write):
    with pytest.raises(DataError, match=r"data.separator must be one character"):
        read_table(write("a,b\n"), separator=", ")
    with pytest.raises(DataError, match=r"cannot be read as klingon.*Set data.encoding"):
        read_table(write("a,b\n"), encoding="klingon")
    with pytest.raises(DataError, match="cannot be read as ascii"):
        read_table(write("ä,b\n"), encoding="ascii")
