"""A decision on a lead's page: rounded, cut, and without what is not known."""

import pandas as pd
import pytest

from leadgate.connectors.decided import LABELS, decided, fields_named
from leadgate.connectors.scores import read_scores
from leadgate.errors import ConfigError

ROW = {
    "lead_id": "00Q0000000000017",
    "as_of": "2026-01-05T09:12:46Z",
    "readiness": 0.123456,
    "grade": "B",
    "stage": "consideration",
    "decision": "hand_off",
    "person": "north",
    "reason_1": "(+) LeadSource is Web",
    "reason_2": "",
    "reason_3": "(-) Employees is 3",
    "model_version": "7",
}


def written(path, *rows):
    frame = pd.DataFrame(rows)
    if path.suffix == ".parquet":
        frame.to_parquet(path, index=False)
    else:
        frame.to_csv(path, index=False)
    return dict(decided(read_scores(path)))


@pytest.mark.parametrize("name", ["scores.csv", "scores.parquet"])
def test_a_decision_is_what_its_fields_hold(tmp_path, name):
    values = written(tmp_path / name, ROW)["00Q0000000000017"]
    assert values == {
        "readiness": 0.1235,
        "grade": "B",
        "stage": "consideration",
        "trend": "not enough info",
        "decision": "hand_off",
        "person": "north",
        "reasons": "(+) LeadSource is Web\n(-) Employees is 3",
        "model": "7",
        "scored": "2026-01-05T09:12:46Z",
    }
    assert values.keys() == LABELS.keys()


@pytest.mark.parametrize("name", ["scores.csv", "scores.parquet"])
def test_a_lead_for_review_has_no_readiness_and_no_trend(tmp_path, name):
    row = ROW | {"readiness": None, "decision": "review", "trend": "improving"}
    values = written(tmp_path / name, row, ROW | {"lead_id": "x"})["00Q0000000000017"]
    assert (values["readiness"], values["trend"]) == (None, "not enough info")


def test_an_id_of_digits_keeps_its_zeros(tmp_path):
    assert list(written(tmp_path / "scores.csv", ROW | {"lead_id": "007"})) == ["007"]


def test_a_trend_is_taken_as_it_is(tmp_path):
    values = written(tmp_path / "scores.csv", ROW | {"trend": "improving"})
    assert values["00Q0000000000017"]["trend"] == "improving"


@pytest.mark.parametrize("as_of", [pd.Timestamp("2026-01-05 10:12:46.51", tz="Europe/Berlin")])
def test_a_time_of_a_table_is_written_as_crms_take_it(tmp_path, as_of):
    values = written(tmp_path / "scores.parquet", ROW | {"as_of": as_of})
    assert values["00Q0000000000017"]["scored"] == "2026-01-05T09:12:46.510Z"


def test_characters_that_no_page_can_show_are_blanks(tmp_path):
    row = ROW | {"person": "nor\x00th\n", "reason_1": "a\r\nb", "reason_2": "\x1b[31m"}
    values = written(tmp_path / "scores.parquet", row)["00Q0000000000017"]
    assert values["person"] == "nor th"
    assert values["reasons"] == "a b\n[31m\n(-) Employees is 3"


def test_a_firm_names_its_own_fields():
    fields = fields_named(str.title, {"readiness": "Score__c"})
    assert fields["readiness"].name == "Score__c"
    assert fields["grade"].name == "Grade"


def test_a_name_for_what_is_no_field_is_refused():
    with pytest.raises(ConfigError, match=r"crm\.fields\.score is no field; there are readiness"):
        fields_named(str.title, {"score": "Score__c"})
