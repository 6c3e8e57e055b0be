"""Rejected rows with their reasons, and faults of whole files, in one place."""

import numpy as np
import pandas as pd
import pytest

from features.validation.faults import Faults, repeated
from leadgate.errors import DataError

IDS = np.array(["a", "b", "c", "d"], dtype=object)


def filled():
    faults = Faults()
    faults.reject_rows("leads.csv", [2, 5], np.array(["a", "b"], dtype=object), "it is a duplicate")
    faults.reject_rows("leads.csv", [9], [""], "it has no lead id")
    faults.reject_rows("visits.csv", [1], ["c"], "it is a duplicate")
    faults.reject_rows("leads.csv", [11], ["d"], "it is a duplicate")
    return faults


def test_place_and_reason_of_every_rejected_row_are_kept():
    faults = filled()
    assert faults.count == 5
    assert faults.rows("leads.csv") == {2, 5, 9, 11}
    assert faults.summary() == [
        ("leads.csv", "it is a duplicate", 3),
        ("leads.csv", "it has no lead id", 1),
        ("visits.csv", "it is a duplicate", 1),
    ]


def test_every_rejected_row_is_a_line_of_the_file(tmp_path):
    filled().write(tmp_path / "rejected.csv")
    written = pd.read_csv(tmp_path / "rejected.csv", keep_default_na=False)
    assert written.columns.tolist() == ["table", "row", "lead_id", "reason"]
    assert written["lead_id"].tolist() == ["a", "b", "", "c", "d"]
    assert written["row"].tolist() == [2, 5, 9, 1, 11]


def test_no_faults_are_an_empty_table():
    faults = Faults()
    faults.reject_rows("leads.csv", [], [], "it is a duplicate")
    assert faults.count == 0
    assert faults.summary() == []
    assert faults.frame().shape == (0, 4)


def of_table():
    faults = Faults(4)
    faults.reject(np.array([True, True, False, False]), "it has no type")
    faults.reject(np.array([False, True, True, False]), "it is a duplicate")
    faults.reject(np.array([True, False, False, False]), "nothing new")
    return faults


def test_a_row_is_rejected_for_its_first_reason_only():
    faults = of_table()
    assert [(mask.tolist(), reason) for mask, reason in faults.masks] == [
        ([True, True, False, False], "it has no type"),
        ([False, False, True, False], "it is a duplicate"),
    ]
    assert faults.kept.tolist() == [False, False, False, True]


def test_faults_of_a_table_are_taken_with_the_ids_of_its_leads():
    faults, of_leads = Faults(), of_table()
    of_leads.lead_ids = IDS
    faults.take("visits.csv", of_leads)
    faults.take("firms.csv", of_table())
    assert faults.frame()["lead_id"].tolist() == ["a", "b", "c", "", "", ""]
    assert faults.rows("visits.csv") == faults.rows("firms.csv") == {1, 2, 3}


def test_what_is_left_out_is_rejected_no_longer():
    faults = of_table()
    faults.leave_out(np.array([False, True, True, False]))
    assert faults.kept.tolist() == [False, True, True, True]
    whole = Faults()
    whole.take("visits.csv", faults)
    assert whole.summary() == [("visits.csv", "it has no type", 1)]


def test_repeats_are_marked_among_some_rows_only():
    rows = pd.Series(["x", "x", "y", "x"])
    assert repeated(rows, np.array([True] * 4)).tolist() == [False, True, False, True]
    assert repeated(rows, np.array([False, True, True, True])).tolist() == [False] * 3 + [True]


def test_faults_of_files_are_raised_together():
    faults = Faults()
    faults.raise_any()
    faults.add("leads.csv: the file is empty.", code="empty_file", hint="Export it again.")
    with pytest.raises(DataError, match=r"^leads.csv: the file is empty. Export it again.$"):
        faults.raise_any()
    with faults.collected():
        raise DataError("visits.csv: there is no column Type.", code="missing_column")
    message = r"^2 faults: leads.csv: the file is empty. visits.csv: there is no column Type. Exp"
    with pytest.raises(DataError, match=message) as fault:
        faults.raise_any()
    assert fault.value.code == "bad_data"
