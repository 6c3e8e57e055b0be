"""Which leads sales gave up or accepted, from a column or a table of its own."""

import pandas as pd
import pytest

from experiments.alignment.signs import Signs
from features.tables import load_tables
from leadgate.errors import ConfigError, DataError
from tests.training.exports import config_of, flat_leads

LEADS = flat_leads(60).assign(Why="", Deal="")
LEADS.loc[:9, "Why"] = "No answer"
LEADS.loc[20:24, "Deal"] = ["D1", "D2", "D3", "D4", "D5"]


def config_with(folder, **signs):
    deals = pd.DataFrame({"Id": ["D1", "D2", "D3"], "Taken": ["yes", "no", "yes"]})
    deals.to_csv(folder / "deals.csv", index=False)
    return config_of(folder, LEADS, columns=signs)


def test_sign_in_a_column_of_the_leads(tmp_path):
    config = config_with(tmp_path, abandoned={"column": "Why", "values": ["No answer"]})
    history = load_tables(config).history()
    assert Signs(config).abandoned(history).sum() == 10
    assert not Signs(config).accepted(history).any()
    assert "Why" not in history.columns


def test_sign_in_a_table_of_its_own(tmp_path):
    sign = {"path": "deals.csv", "key": "Id", "lead_key": "Deal", "column": "Taken"}
    config = config_with(tmp_path, accepted={**sign, "values": ["yes"]})
    history = load_tables(config).history()
    marked = history.lead_ids[Signs(config).accepted(history)]
    assert marked.tolist() == ["L00020", "L00022"]
    assert "Deal" not in history.columns


def test_sign_names_the_column_that_is_missing(tmp_path):
    config = config_with(tmp_path, abandoned={"column": "Reason", "values": ["No answer"]})
    with pytest.raises(DataError, match=r"columns\.abandoned: there is no column Reason"):
        Signs(config)


def test_sign_in_a_table_needs_its_key(tmp_path):
    sign = {"path": "deals.csv", "column": "Taken", "values": ["yes"]}
    with pytest.raises(ConfigError, match="path and key go together"):
        config_with(tmp_path, accepted=sign)
