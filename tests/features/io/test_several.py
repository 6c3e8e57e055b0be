"""One table in several files."""

import tomllib
from pathlib import Path

import pandas as pd
import pytest

from features.io.files import read_table
from features.io.several import one_table
from features.profiling.guess import ExportFiles, guess
from features.tables import load_tables
from leadgate.config import Config
from leadgate.errors import ConfigError, DataError

HEAD = "Id,Created,Stage\n"
COLUMNS = {"lead_id": "Id", "created_at": "Created", "outcome": "Stage"}
COLUMNS |= {"won": ["Won"], "lost": ["Lost"]}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "2024.csv").write_text(
        f"{HEAD}a,2024-01-02,Won\nb,2024-02-03,Lost,x\nc,never,Open\n"
    )
    # The same columns in another order, and a lead that stands in the first file.
    (tmp_path / "2025.csv").write_text("Stage,Id,Created\nWon,d,2025-01-02\nLost,a,2025-02-03\n")
    return tmp_path


def tables(folder, leads):
    return load_tables(Config.from_dict({"data": {"leads": leads}, "columns": COLUMNS}, folder))


@pytest.mark.parametrize("leads", [["2024.csv", "2025.csv"], "202?.csv", ["202*.csv"]])
def test_files_of_one_table_are_read_as_one(folder, leads):
    read = tables(folder, leads)
    assert read.leads["lead_id"].tolist() == ["a", "d"]
    rejected = read.quarantine.frame()
    assert sorted(zip(rejected["table"], rejected["row"], rejected["reason"], strict=True)) == [
        ("2024.csv", 2, "it has 4 fields where the header has 3"),
        ("2024.csv", 3, "Created cannot be read as a time"),
        ("2025.csv", 2, "its lead id is a duplicate"),
    ]
    assert ("2025.csv", "its lead id is a duplicate", 1) in read.quarantine.summary()
    assert any(note.startswith("2024.csv: row 2 is cut") for note in read.notes)


def test_one_file_and_its_parts_are_the_same_leads(folder):
    rows = [f"{i},2024-0{i % 9 + 1}-1{i % 9},{'Won' if i % 2 else 'Lost'}\n" for i in range(40)]
    (folder / "whole.csv").write_text(HEAD + "".join(rows))
    (folder / "one.csv").write_text(HEAD + "".join(rows[:13]))
    (folder / "two.csv").write_text(HEAD + "".join(rows[13:]))
    whole, parts = tables(folder, "whole.csv"), tables(folder, ["one.csv", "two.csv"])
    pd.testing.assert_frame_equal(whole.leads, parts.leads)
    pd.testing.assert_frame_equal(whole.outcomes, parts.outcomes)


def test_files_of_one_name_are_named_by_their_folders(folder):
    for name in ("x", "y"):
        (folder / name).mkdir()
        (folder / name / "leads.csv").write_text(f"{HEAD}{name},2024-01-02,Won\n,2024-01-02,Won\n")
    rejected = tables(folder, ["x/leads.csv", "y/leads.csv"]).quarantine.frame()
    assert rejected["table"].tolist() == ["x/leads.csv", "y/leads.csv"]


def test_files_of_other_columns_are_named_together(folder):
    (folder / "third.csv").write_text("Id,Created,Stage,Foo\nx,2024-01-02,Won,y\n")
    (folder / "fourth.csv").write_text("Id,Created\nx,2024-01-02\n")
    files = [(name, read_table(folder / name)) for name in ("2024.csv", "third.csv", "fourth.csv")]
    with pytest.raises(
        DataError, match=r"third.csv: .*it has Foo besides.* fourth.csv: .*Stage"
    ) as e:
        one_table(files)
    assert e.value.code == "other_columns"


def test_a_pattern_without_files_and_an_empty_list_are_refused(folder):
    with pytest.raises(DataError, match=r"data.leads: no file matches 19\*.csv"):
        tables(folder, "19*.csv")
    with pytest.raises(ConfigError, match=r"data.leads: .*at least 1 item"):
        tables(folder, [])


def test_activities_may_lie_in_several_files_too(folder):
    (folder / "leads.csv").write_text(f"{HEAD}a,2024-01-02,Won\n")
    for year in (2024, 2025):
        text = f"lead_id,type,occurred_at\na,visit,{year}-05-06\nb,visit,{year}-05-06\n"
        (folder / f"touches-{year}.csv").write_text(text)
    data = {"leads": "leads.csv", "activities": [{"path": "touches-*.csv"}]}
    read = load_tables(Config.from_dict({"data": data, "columns": COLUMNS}, folder))
    assert len(read.activities) == 2
    assert read.quarantine.frame()["table"].tolist() == ["touches-2024.csv", "touches-2025.csv"]


def test_init_writes_the_list(folder):
    files = [folder / "2024.csv", folder / "2025.csv"]
    text = guess(ExportFiles(files[0], more=files[1:]), folder=folder).text
    written = tomllib.loads(text)["data"]["leads"]
    assert [Path(path).name for path in written] == ["2024.csv", "2025.csv"]
