import numpy as np
import pandas as pd

from features.validation.quarantine import Quarantine


def filled():
    quarantine = Quarantine()
    quarantine.add("leads.csv", [2, 5], np.array(["a", "b"], dtype=object), "it came before")
    quarantine.add("leads.csv", [9], None, "it has no lead id")
    quarantine.add("visits.csv", [1], ["c"], "it came before")
    quarantine.add("leads.csv", [11], ["d"], "it came before")
    return quarantine


def test_quarantine_keeps_place_and_reason_of_every_row():
    quarantine = filled()
    assert quarantine.count == 5
    assert quarantine.rows("leads.csv") == {2, 5, 9, 11}
    assert quarantine.summary() == [
        ("leads.csv", "it came before", 3),
        ("leads.csv", "it has no lead id", 1),
        ("visits.csv", "it came before", 1),
    ]


def test_quarantine_writes_one_line_per_row(tmp_path):
    filled().write(tmp_path / "refused.csv")
    written = pd.read_csv(tmp_path / "refused.csv", keep_default_na=False)
    assert written.columns.tolist() == ["table", "row", "lead_id", "reason"]
    assert written["lead_id"].tolist() == ["a", "b", "", "c", "d"]
    assert written["row"].tolist() == [2, 5, 9, 1, 11]


def test_quarantine_of_nothing_is_an_empty_table():
    quarantine = Quarantine()
    quarantine.add("leads.csv", [], None, "it came before")
    assert quarantine.count == 0
    assert quarantine.summary() == []
    assert quarantine.frame().shape == (0, 4)
