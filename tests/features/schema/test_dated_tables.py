import pandas as pd
import pytest

from features.schema.dated_tables import FIELD_CHANGE, field_changes_from_frame, handoffs_from_frame
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
    changes, faults = field_changes_from_frame(frame, DATA)
    assert changes["value"].tolist() == ["3"]
    assert [(why, mask.tolist().index(True)) for mask, why in faults.masks] == [
        ("it has no lead id", 3),
        ("it has no field", 1),
        ("changed_at is missing", 2),
    ]


def changes(*rows, old=False):
    names = ["lead_id", "field", "value", "changed_at", *(["old_value"] if old else [])]
    return field_changes_from_frame(pd.DataFrame(rows, columns=names), DATA)


def reasons(faults):
    return {why: [row + 1 for row in mask.nonzero()[0]] for mask, why in faults.masks}


def test_a_change_to_nothing_says_something_where_there_was_something():
    read, faults = changes(
        ("1", "Size", "Select", "2026-01-03"),
        ("1", "Size", "9", "2026-01-02"),
        ("1", "City", "", "2026-01-02"),
        ("2", "Size", "", "2026-01-02"),
    )
    assert read["value"].tolist() == ["", "9"]
    assert reasons(faults) == {"it has no value": [3, 4]}


def test_a_change_from_nothing_to_nothing_is_rejected():
    read, faults = changes(
        ("1", "Size", "", "2026-01-02", "9"),
        ("1", "Note", "", "2026-01-02", ""),
        ("2", "Size", "9", "2026-01-02", ""),
        old=True,
    )
    assert read["old_value"].tolist() == ["9", ""]
    assert reasons(faults) == {"it has no value": [2]}


def test_a_change_that_is_told_twice_counts_once():
    rows = [("1", "Size", "9", "2026-01-02"), ("1", "Size", "9", "2026-01-02T00:00:00Z")]
    assert reasons(changes(*rows)[1]) == {"it is a duplicate": [2]}


def test_columns_of_changes_are_as_configured_or_canonical():
    data = Data(
        leads="leads.csv",
        field_change_columns={
            "lead_id": "LeadId",
            "field": "Field",
            "value": "NewValue",
            "old_value": "OldValue",
            "changed_at": "CreatedDate",
        },
    )
    frame = pd.DataFrame(
        [["1", "Rating", "Cold", "Hot", "2026-01-02"]],
        columns=["LeadId", "Field", "OldValue", "NewValue", "CreatedDate"],
    )
    read, _ = field_changes_from_frame(frame, data)
    assert read[["lead_id", "field", "value", "old_value"]].to_numpy().tolist() == [
        ["1", "Rating", "Hot", "Cold"]
    ]
    canonical = pd.DataFrame([["1", "Rating", "Hot", "2026-01-02"]], columns=list(FIELD_CHANGE))
    read, _ = field_changes_from_frame(canonical, data)
    assert read["value"].tolist() == ["Hot"]
    with pytest.raises(DataError, match=r"there is no column NewValue"):
        field_changes_from_frame(frame.drop(columns="NewValue"), data)


def test_handoffs_may_lack_their_first_work_and_person():
    frame = pd.DataFrame({"lead_id": ["1"], "handed_off_at": ["2026-01-02"]})
    handoffs, faults = handoffs_from_frame(frame, DATA)
    assert handoffs["first_worked_at"].isna().all()
    assert handoffs["person"].tolist() == [""]
    assert faults.masks == []


def test_a_handoff_whose_first_work_cannot_be_is_rejected():
    frame = pd.DataFrame(
        {"lead_id": ["1"], "handed_off_at": ["2026-01-02"], "first_worked_at": ["soon"]}
    )
    (refusal,) = handoffs_from_frame(frame, DATA)[1].masks
    assert refusal[1] == "first_worked_at cannot be read as a time"


@pytest.mark.parametrize("read", [field_changes_from_frame, handoffs_from_frame])
def test_missing_columns_are_named(read):
    with pytest.raises(DataError, match=r"x.csv: there is no column lead_id"):
        read(pd.DataFrame({"a": []}), DATA, where="x.csv")


def test_handoffs_may_have_other_names():
    names = {"lead_id": "Lead", "handed_off_at": "Assigned", "person": "Rep"}
    data = Data(leads="leads.csv", handoff_columns=names)
    frame = pd.DataFrame({"Lead": ["a"], "Assigned": ["2026-01-05"], "Rep": ["Ida"]})
    handoffs, _ = handoffs_from_frame(frame, data)
    assert handoffs[["lead_id", "person"]].to_numpy().tolist() == [["a", "Ida"]]
    own = frame.set_axis(["lead_id", "handed_off_at", "person"], axis=1)
    assert handoffs_from_frame(own, data)[0].equals(handoffs)
