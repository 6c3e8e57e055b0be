from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.io.files import read_table
from leadgate.errors import DataError


def test_read_table_reads_parquet_with_its_types(tmp_path):
    large = 2**53 + 1
    frame = pd.DataFrame({"id": pd.Series([large, None], dtype="Int64"), "at": [1.5, None]})
    frame.to_parquet(tmp_path / "leads.parquet")
    read = read_table(tmp_path / "leads.parquet").frame
    assert read["id"].tolist()[0] == large
    assert read["at"].dtype == "float64"


def test_read_table_keeps_an_index_that_has_a_name(tmp_path):
    frame = pd.DataFrame({"a": [1, 2]}, index=pd.Index(["x", "y"], name="lead_id"))
    frame.to_parquet(tmp_path / "named.parquet")
    assert read_table(tmp_path / "named.parquet").frame["lead_id"].tolist() == ["x", "y"]
    frame.rename_axis(None).to_parquet(tmp_path / "unnamed.parquet")
    assert read_table(tmp_path / "unnamed.parquet").frame.columns.tolist() == ["a"]


@pytest.mark.parametrize(
    ("content", "name", "code", "message"),
    [
        (b"", "leads.csv", "empty_file", "the file is empty"),
        (b" \n\n", "leads.csv", "empty_file", "the file is empty"),
        (b"a,a,b\n1,2,3\n", "leads.csv", "duplicate_columns", "more than one column is called a"),
        (b'{"a": 1}', "leads.csv", "not_a_table", "not a table but JSON"),
        (b"a\x00b", "leads.csv", "not_a_table", "not a table but binary data"),
        (b"a,b\n", "leads.parquet", "not_a_table", "not a Parquet file"),
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


def read_or_refused(path):
    try:
        return read_table(path)
    except DataError as refusal:
        return refusal


def test_a_damaged_parquet_file_is_refused(tmp_path):
    path = tmp_path / "leads.parquet"
    pd.DataFrame({"a": ["x", "y"] * 50, "b": range(100)}).to_parquet(path)
    content, codes = path.read_bytes(), set()
    for start in range(4, len(content) - 8, 97):
        path.write_bytes(content[:start] + b"\xff" * 40 + content[start + 40 :])
        answer = read_or_refused(path)
        codes.add(answer.code if isinstance(answer, DataError) else "read")
    assert codes <= {"not_a_table", "read"}
    assert "not_a_table" in codes


_PIECES = ["a", "7", ",", ";", '"', "\n", "\r\n", "\r", "sep=", "Total", " ", "ä", "2026", "\0"]
_TEXTS = st.lists(st.sampled_from(_PIECES), max_size=30).map("".join).map(str.encode)
_CODES = {"empty_file", "missing_file", "not_a_table", "bad_row", "duplicate_columns"}


@given(_TEXTS | st.binary(max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_file_holds_it_is_read_or_refused_in_a_sentence(write, content):
    answer = read_or_refused(write(content))
    if isinstance(answer, DataError):
        assert answer.message.startswith("leads.csv: ")
        assert answer.code in _CODES
    else:
        assert len(answer.frame) == len(answer.faults.kept)
        assert (answer.frame[~answer.faults.kept] == "").all(axis=None)
