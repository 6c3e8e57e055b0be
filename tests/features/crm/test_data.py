"""The data files are whole: what the code asks of them is there, and no word means two things."""

from pathlib import Path

import pytest

from features.crm import data
from features.crm.data import CRMS, in_any_language, table
from features.parsing.names import all_normalised, normalised
from leadgate.config import Columns, FieldChangeColumns

FILES = sorted(path.stem for path in Path(data.__file__).parent.glob("*.toml"))


def test_every_file_is_read_and_read_once():
    assert sorted([*CRMS, "columns", "outcomes", "personal"]) == FILES
    assert all(table(name) is table(name) for name in FILES)


@pytest.mark.parametrize("crm", CRMS)
def test_a_file_of_a_crm_names_keys_of_the_configuration(crm):
    file = table(crm)
    assert file.keys() <= {
        "name", "marks", "columns", "outcomes", "after_outcome", "after_outcome_prefixes",
        "overwritten", "history",
    }  # fmt: skip
    assert file["columns"].keys() <= Columns.model_fields.keys()
    history = file.get("history", {"columns": {}})["columns"]
    assert history.keys() <= FieldChangeColumns.model_fields.keys()
    assert all(column == normalised(column) for column in file.get("outcomes", {}))


def test_words_of_outcomes_are_written_as_they_are_compared():
    kinds = {kind: in_any_language("outcomes", kind) for kind in table("outcomes")}
    for kind, names in kinds.items():
        assert all(name == normalised(name) for name in names), kind
    closed = [set(kinds[kind]) for kind in ("won", "lost", "unworked", "open")]
    assert sum(map(len, closed)) == len(set.union(*closed))


def test_personal_names_are_written_as_they_are_compared():
    names = in_any_language("personal")
    assert set(names) == all_normalised(names)


def test_no_name_has_two_reasons_to_be_known_after_the_outcome():
    lists = [
        names for file in (*CRMS, "columns") for names in table(file)["after_outcome"].values()
    ]
    names = [normalised(name) for names in lists for name in names]
    assert len(names) == len(set(names))
