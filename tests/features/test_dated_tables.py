import pandas as pd
import pytest

from features.dated_tables import field_changes_from_frame, handoffs_from_frame
from leadgate.config import Data
from leadgate.errors import DataError

DATA = Data(leads="leads.csv", missing=["Select"])


def test_field_changes_are_text_and_need_a_time_and_a_field():
    frame = pd.DataFrame(
        {
            "lead_id": ["1", "1", "1", ""],
            "field": ["Size", "", "Size", "Size"],
            "value": [" 3.0", "x", "Select", "x"],
            "changed_at": ["2026-01-02", "2026-01-02", "", "2026-01-02"],
        }
    )
    changes, refused = field_changes_from_frame(frame, DATA)
    assert changes["value"].tolist() == ["3"]
    assert [(why, mask.tolist().index(True)) for mask, why in refused] == [
        ("changed_at is missing", 2),
        ("it has no lead id", 3),
        ("it names no field", 1),
    ]


def test_a_change_to_nothing_is_a_change():
    frame = pd.DataFrame(
        {"lead_id": ["1"], "field": ["Size"], "value": ["Select"], "changed_at": ["2026-01-02"]}
    )
    assert field_changes_from_frame(frame, DATA)[0]["value"].tolist() == [""]


def test_handoffs_may_lack_their_first_work_and_person():
    frame = pd.DataFrame({"lead_id": ["1"], "handed_off_at": ["2026-01-02"]})
    handoffs, refused = handoffs_from_frame(frame, DATA)
    assert handoffs["first_worked_at"].isna().all()
    assert handoffs["person"].tolist() == [""]
    assert refused == []


def test_a_handoff_whose_first_work_cannot_be_is_refused():
    frame = pd.DataFrame(
        {"lead_id": ["1"], "handed_off_at": ["2026-01-02"], "first_worked_at": ["soon"]}
    )
    (refusal,) = handoffs_from_frame(frame, DATA)[1]
    assert refusal[1] == "first_worked_at cannot be read as a time"


@pytest.mark.parametrize("read", [field_changes_from_frame, handoffs_from_frame])
def test_missing_columns_are_named(read):
    with pytest.raises(DataError, match=r"x.csv: there is no column lead_id"):
        read(pd.DataFrame({"a": []}), DATA, where="x.csv")
