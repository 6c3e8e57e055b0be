import pandas as pd
import pytest

from features.lookups import join
from features.tables import load_tables
from leadgate.errors import DataError
from tests.features.exports import Export, lead


def test_leads_get_the_attributes_of_their_account():
    leads = pd.DataFrame({"Id": ["1", "2", "3", "4"], "Firm": ["x", "y", "z", ""]})
    firms = pd.DataFrame({"Firm": ["y", "x", "x", ""], "Size": [10.0, 20.0, 30.0, 40.0]})
    joined = join(leads, firms, "Firm", "firms.csv")
    assert joined["Id"].tolist() == ["1", "2", "3", "4"]
    assert joined["Size"].tolist()[:2] == [20.0, 10.0]
    assert joined["Size"].isna().tolist() == [False, False, True, True]


def test_a_column_of_both_is_named_after_the_lookup():
    leads = pd.DataFrame({"Firm": ["x"], "Industry": ["Retail"]})
    firms = pd.DataFrame({"Firm": ["x"], "Industry": ["Trade"]})
    assert join(leads, firms, "Firm", "firms.csv.gz").to_dict("list") == {
        "Firm": ["x"],
        "Industry": ["Retail"],
        "firms_Industry": ["Trade"],
    }


def test_keys_match_as_canonical_text():
    leads = pd.DataFrame({"Firm": ["1", "2.0"]})
    firms = pd.DataFrame({"Firm": [1, 2], "Size": ["small", "large"]})
    assert join(leads, firms, "Firm", "f.parquet")["Size"].tolist() == ["small", "large"]


def test_a_lookup_without_rows_gives_nothing():
    joined = join(pd.DataFrame({"k": ["1"]}), pd.DataFrame({"k": [], "Size": []}), "k", "f.csv")
    assert joined["Size"].isna().tolist() == [True]


def test_a_lookup_needs_its_key():
    with pytest.raises(DataError, match=r"firms.csv: there is no column Firm"):
        join(pd.DataFrame({"Firm": ["x"]}), pd.DataFrame({"a": [1]}), "Firm", "firms.csv")
    with pytest.raises(DataError, match=r"the leads: there is no column Firm"):
        join(pd.DataFrame({"a": ["x"]}), pd.DataFrame({"Firm": [1]}), "Firm", "firms.csv")


def test_lookups_of_the_configuration_are_joined(tmp_path):
    export = Export(tmp_path)
    firms = export.write("firms.csv", [{"Firm": "x", "Size": "9"}])
    config = export.config(
        [lead("a", Firm="x"), lead("b", Firm="q")],
        {"lookups": [{"path": firms, "key": "Firm"}]},
        account_id="Firm",
    )
    assert load_tables(config).leads["Size"].tolist() == ["9", ""]
