import sqlite3

import pandas as pd
import pytest

from features.schema.lookups import LookupTable, join_known
from features.schema.sources import read_lookups
from features.tables import load_tables
from leadgate.errors import DataError
from tests.features.exports import Export, lead


def lookup(table, key="Firm", name="firms.csv"):
    return LookupTable(name, name.split(".")[0], key, table)


def test_leads_get_the_attributes_of_their_account():
    leads = pd.DataFrame({"Id": ["1", "2", "3", "4"], "Firm": ["x", "y", "z", ""]})
    firms = pd.DataFrame({"Firm": ["y", "x", "x", ""], "Size": [10.0, 20.0, 30.0, 40.0]})
    joined = lookup(firms).join(leads)
    assert joined["Id"].tolist() == ["1", "2", "3", "4"]
    assert joined["Size"].tolist()[:2] == [20.0, 10.0]
    assert joined["Size"].isna().tolist() == [False, False, True, True]


def test_a_column_of_both_is_named_after_the_lookup():
    leads = pd.DataFrame({"Firm": ["x"], "Industry": ["Retail"]})
    firms = pd.DataFrame({"Firm": ["x"], "Industry": ["Trade"]})
    assert lookup(firms).join(leads).to_dict("list") == {
        "Firm": ["x"],
        "Industry": ["Retail"],
        "firms_Industry": ["Trade"],
    }


def test_keys_match_as_canonical_text():
    leads = pd.DataFrame({"Firm": ["1", "2.0"]})
    firms = pd.DataFrame({"Firm": [1, 2], "Size": ["small", "large"]})
    assert lookup(firms).join(leads)["Size"].tolist() == ["small", "large"]


def test_a_lookup_without_rows_gives_nothing():
    joined = lookup(pd.DataFrame({"k": [], "Size": []}), "k").join(pd.DataFrame({"k": ["1"]}))
    assert joined["Size"].isna().tolist() == [True]


def test_a_lookup_needs_its_key():
    with pytest.raises(DataError, match=r"firms.csv: there is no column Firm"):
        lookup(pd.DataFrame({"a": [1]})).join(pd.DataFrame({"Firm": ["x"]}))
    with pytest.raises(DataError, match=r"the leads: there is no column Firm"):
        lookup(pd.DataFrame({"Firm": [1]})).join(pd.DataFrame({"a": ["x"]}))


def test_lookups_of_the_configuration_are_joined(tmp_path):
    export = Export(tmp_path)
    firms = export.write("firms.csv", [{"Firm": "x", "Size": "9"}])
    config = export.config(
        [lead("a", Firm="x"), lead("b", Firm="q")],
        {"lookups": [{"path": firms, "key": "Firm"}]},
        account_id="Firm",
    )
    assert load_tables(config).leads["Size"].tolist() == ["9", ""]


def test_rows_of_a_lookup_that_tell_nothing_are_refused_once(tmp_path):
    export = Export(tmp_path)
    rows = [("x", "9"), ("x", "8"), ("", "7"), ("y", "6"), ("x", "5")]
    firms = export.write("firms.csv", [{"Firm": firm, "Size": size} for firm, size in rows])
    config = export.config(
        [lead("a", Firm="x")], {"lookups": [{"path": firms, "key": "Firm"}]}, account_id="Firm"
    )
    tables = load_tables(config)
    assert tables.leads["Size"].tolist() == ["9"]
    assert tables.quarantine.frame()[["table", "row", "reason"]].to_numpy().tolist() == [
        ["firms.csv", 3, "Firm is missing"],
        ["firms.csv", 2, "its Firm is a duplicate"],
        ["firms.csv", 5, "its Firm is a duplicate"],
    ]
    assert "firms.csv: 2 rows were rejected: its Firm is a duplicate." in tables.notes


def test_a_lookup_without_its_key_is_a_fault_of_the_export(tmp_path):
    export = Export(tmp_path)
    firms = export.write("firms.csv", [{"Firma": "x", "Size": "9"}])
    config = export.config([lead("a", Firm="x")], {"lookups": [{"path": firms, "key": "Firm"}]})
    with pytest.raises(DataError, match=r"firms.csv: there is no column Firm\. Did you mean Firma"):
        load_tables(config)


def test_what_cannot_be_joined_to_new_leads_is_said():
    firms = lookup(pd.DataFrame({"Firm": ["x"], "Size": ["9"]}))
    towns = lookup(pd.DataFrame({"Town": ["y"], "Population": ["3"]}), "Town", "towns.csv")
    leads, notes = join_known(pd.DataFrame({"Firm": ["x", "z"]}), [firms, towns], ["Size"])
    assert leads["Size"].tolist()[0] == "9"
    assert notes == ["towns.csv: not joined, for the leads have no column Town"]


def test_a_column_keeps_the_name_that_it_had_in_training():
    firms = lookup(pd.DataFrame({"Firm": ["x"], "Industry": ["Trade"], "Size": ["9"]}))
    leads, _ = join_known(pd.DataFrame({"Firm": ["x"]}), [firms], ["Industry", "firms_Industry"])
    assert leads.columns.tolist() == ["Firm", "firms_Industry", "Size"]


def test_lookups_are_read_alone_for_leads_that_are_to_be_scored(tmp_path):
    export = Export(tmp_path)
    firms = export.write("firms.csv.gz", [{"Firm": "x", "Size": "9"}])
    with sqlite3.connect(tmp_path / "crm.db") as database:
        database.execute("CREATE TABLE towns (Town, Population)")
    database.close()
    towns = {"url": "sqlite:///crm.db", "table": "main.towns"}
    config = export.config(
        [lead("a")],
        {"lookups": [{"path": firms, "key": "Firm"}, {"path": towns, "key": "Town"}]},
    )
    read = read_lookups(config)
    assert [(table.name, table.stem, table.key) for table in read] == [
        ("firms.csv.gz", "firms", "Firm"),
        ("main.towns", "towns", "Town"),
    ]
    (tmp_path / "firms.csv.gz").unlink()
    with pytest.raises(DataError, match=r"firms.csv.gz \(data.lookups 1\): there is no such file"):
        read_lookups(config)
