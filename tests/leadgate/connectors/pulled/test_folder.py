"""What was pulled is whole or not there, and each id is there once."""

import pyarrow as pa
import pytest

from leadgate.connectors.connector import Page
from leadgate.connectors.pulled.folder import STATE, PulledFolder, Source
from leadgate.errors import DataError

SOURCE = Source("salesforce", "Example")


def page(place, **columns):
    return Page(pa.table(columns), place)


def again(place):
    return f"before {place}"


def test_of_rows_of_one_id_the_last_read_counts(tmp_path):
    folder = PulledFolder(tmp_path, SOURCE)
    folder.add("Lead", page("1", Id=["b", "a"], Rating=[1.0, 2.0]))
    folder.add("Lead", page("2", Id=["a", "c"], Rating=[3.0, 4.0]))
    folder.finish("Lead", "Id")
    assert folder.table("Lead").to_pydict() == {"Id": ["a", "b", "c"], "Rating": [3.0, 1.0, 4.0]}


def test_the_next_pull_adds_to_the_table_from_before_its_end(tmp_path):
    first = PulledFolder(tmp_path, SOURCE)
    first.add("Lead", page("1", Id=["a"], Rating=[1.0]))
    first.finish("Lead", "Id")
    assert first.finished("Lead")
    first.close(again)
    second = PulledFolder(tmp_path, SOURCE)
    assert (second.place("Lead"), second.finished("Lead")) == ("before 1", False)
    second.add("Lead", page("2", Id=["b"], Rating=[2.0], City=["x"]))
    second.finish("Lead", "Id")
    assert second.table("Lead").to_pydict() == {
        "Id": ["a", "b"], "Rating": [1.0, 2.0], "City": [None, "x"],
    }  # fmt: skip


def test_an_object_without_rows_has_no_table(tmp_path):
    folder = PulledFolder(tmp_path, SOURCE)
    folder.finish("Event", "Id")
    assert folder.table("Event") is None


def test_a_folder_of_another_org_is_refused_and_stays(tmp_path):
    folder = PulledFolder(tmp_path, SOURCE)
    folder.add("Lead", page("1", Id=["a"]))
    before = (tmp_path / STATE).read_bytes()
    with pytest.raises(DataError, match="pulled from salesforce Example, not from salesforce Othe"):
        PulledFolder(tmp_path, Source("salesforce", "Other"))
    assert (tmp_path / STATE).read_bytes() == before


@pytest.mark.parametrize("content", ["[]", "{", ""])
def test_a_damaged_state_is_refused(tmp_path, content):
    (tmp_path / STATE).write_text(content)
    with pytest.raises(DataError, match=r"pull\.json: it is not what leadgate wrote there"):
        PulledFolder(tmp_path, SOURCE)


@pytest.mark.parametrize("objects", ["7", '{"Lead": 7}', '{"Lead": {"place": 7}}'])
def test_a_state_of_another_shape_is_refused(tmp_path, objects):
    (tmp_path / STATE).write_text(f'{{"objects": {objects}}}')
    with pytest.raises(DataError, match=r"pull\.json: it is not what leadgate wrote there"):
        PulledFolder(tmp_path, SOURCE)


def test_a_page_that_was_cut_or_lost_is_named(tmp_path):
    folder = PulledFolder(tmp_path, SOURCE)
    folder.add("Lead", page("1", Id=["a"]))
    part = next((tmp_path / "objects" / ".parts").iterdir())
    part.write_bytes(part.read_bytes()[:9])
    with pytest.raises(DataError, match=r"Lead-000000\.parquet: it is not what leadgate wrote"):
        folder.finish("Lead", "Id")
    part.unlink()
    with pytest.raises(DataError, match=r"Lead-000000\.parquet: it is not what leadgate wrote"):
        folder.finish("Lead", "Id")
