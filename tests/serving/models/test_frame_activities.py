"""Activities in a JSON column become a table, and what is no list of them is refused by its row."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from leadgate.errors import DataError
from serving.models.frame_activities import split_activities

VISIT = {"type": "visit", "occurred_at": "2026-01-02T03:04:05Z"}
CALL = {"type": "call", "occurred_at": "2026-01-03T03:04:05Z", "value": 3}


@pytest.mark.parametrize(
    "write", [json.dumps, list, lambda records: np.array(records, dtype=object)]
)
def test_each_object_becomes_an_activity_of_its_row(write):
    rows = pd.DataFrame({"x": [1, 2], "activities": [write([VISIT, CALL]), write([VISIT])]})
    leads, activities = split_activities(rows, ["a", "b"])
    assert list(leads.columns) == ["x"]
    assert activities["lead_id"].tolist() == ["a", "a", "b"]
    assert activities["type"].tolist() == ["visit", "call", "visit"]
    assert activities["value"].tolist()[1] == 3


def test_a_lead_id_within_an_activity_does_not_count():
    rows = pd.DataFrame({"activities": [[{**VISIT, "lead_id": "another"}]]})
    assert split_activities(rows, ["a"])[1]["lead_id"].tolist() == ["a"]


@pytest.mark.parametrize("nothing", ["", "  ", "[]", None, np.nan])
def test_an_empty_cell_is_a_lead_that_did_nothing(nothing):
    rows = pd.DataFrame({"activities": pd.Series([nothing], dtype=object)})
    assert split_activities(rows, ["a"])[1].empty


def test_without_the_column_nothing_is_said_about_activities():
    rows = pd.DataFrame({"x": [1]})
    leads, activities = split_activities(rows, ["a"])
    assert leads is rows
    assert activities is None


@pytest.mark.parametrize("cell", ["visit", "{}", "3", "[3]", 3, {"type": "visit"}, "[{]"])
def test_what_is_no_list_of_objects_is_refused_by_its_row(cell):
    rows = pd.DataFrame({"activities": pd.Series(["[]", cell], dtype=object)})
    with pytest.raises(DataError, match="Row 2: activities is no list of objects"):
        split_activities(rows, ["a", "b"])
