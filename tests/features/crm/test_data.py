"""The data files are whole: what the code asks of them is there, and no word means two things."""

from pathlib import Path

import pytest

from features.crm import data
from features.crm.data import in_any_language, object_files, table
from features.crm.names import canonical
from features.parsing.names import all_normalised, normalised
from leadgate.config import Columns, FieldChangeColumns

FOLDER = Path(data.__file__).parent
OBJECT_KEYS = {
    "crm", "name", "marks", "columns", "outcomes", "after_outcome", "after_outcome_here",
    "after_outcome_prefixes", "overwritten", "history",
}  # fmt: skip
KINDS = {"aliases", "won", "lost", "unworked", "open"}


def test_every_file_is_read_and_read_once():
    assert {path.stem for path in FOLDER.glob("*.toml")} == {
        "columns", "outcomes", "personal", "phrases", "sales_types",
    }  # fmt: skip
    assert len(object_files()) == len([*(FOLDER / "objects").iterdir()])
    assert all(table(name) is table(name) for name in object_files())


@pytest.mark.parametrize("name", object_files())
def test_a_file_of_an_object_names_keys_of_the_configuration(name):
    file = table(name)
    assert file.keys() <= OBJECT_KEYS
    assert file["columns"].keys() <= Columns.model_fields.keys()
    assert file["columns"].keys() >= {"lead_id", "created_at"}
    history = file.get("history", {"columns": {}})["columns"]
    assert history.keys() <= FieldChangeColumns.model_fields.keys()
    for column, kinds in file.get("outcomes", {}).items():
        assert column == canonical(column)
        assert kinds.keys() <= KINDS


@pytest.mark.parametrize("name", object_files())
def test_no_value_means_two_things(name):
    for meant in table(name).get("outcomes", {}).values():
        values = [canonical(v) for kind in KINDS - {"aliases"} for v in meant.get(kind, ())]
        assert len(values) == len(set(values))


@pytest.mark.parametrize("name", object_files())
def test_no_column_has_two_reasons(name):
    file = table(name)
    for keys in (["after_outcome", "after_outcome_here"], ["overwritten"]):
        lists = [names for key in keys for names in file.get(key, {}).values()]
        names = [canonical(name) for names in lists for name in names]
        assert sorted(names) == sorted(set(names))


def test_words_of_outcomes_are_written_as_they_are_compared():
    kinds = {kind: in_any_language("outcomes", kind) for kind in table("outcomes")}
    for kind, names in kinds.items():
        assert all(name == normalised(name) for name in names), kind
    exclusive = (
        "won", "won_weaker", "won_weakest", "lost", "unworked", "open"
    )  # fmt: skip
    closed = [set(kinds[kind]) for kind in exclusive]
    assert sum(map(len, closed)) == len(set.union(*closed))


def test_personal_names_are_written_as_they_are_compared():
    names = in_any_language("personal")
    assert set(names) == all_normalised(names)
