import numpy as np
import pandas as pd
import pytest

from features.schema.canonical import Place
from features.schema.leads import leads_from_frame
from leadgate.config import Columns, Data
from leadgate.errors import DataError

DATA = Data(leads="leads.csv")
COLUMNS = Columns(lead_id="Id", created_at="Created", account_id="Firm", personal=["Email"])
ROWS = {"Id": [1, 2], "Created": ["2026-01-02", ""], "Firm": ["x", ""], "Email": ["a@b.org", ""]}


def test_export_names_and_canonical_names_mean_the_same():
    export = pd.DataFrame(ROWS)
    canonical = export.set_axis(["lead_id", "created_at", "account_id", "Email"], axis=1)
    first, _ = leads_from_frame(export, COLUMNS, DATA, require_created=False)
    second, _ = leads_from_frame(canonical, COLUMNS, DATA, require_created=False)
    pd.testing.assert_frame_equal(first, second)
    assert first.columns.tolist() == [Place.ROW, "lead_id", "account_id", "created_at"]


def test_a_missing_creation_time_is_rejected_only_where_it_is_required():
    frame = pd.DataFrame(ROWS)
    leads, faults = leads_from_frame(frame, COLUMNS, DATA, require_created=False)
    assert leads[Place.ROW].tolist() == [1, 2]
    assert leads["created_at"].isna().tolist() == [False, True]
    assert faults.masks == []
    leads, faults = leads_from_frame(frame, COLUMNS, DATA, require_created=True)
    assert leads[Place.ROW].tolist() == [1]
    assert [(mask.tolist(), why) for mask, why in faults.masks] == [
        ([False, True], "Created is missing")
    ]


def test_a_column_of_creation_times_may_be_absent_in_scoring():
    frame = pd.DataFrame({"Id": [1]})
    leads, _ = leads_from_frame(frame, COLUMNS, DATA, require_created=False)
    assert leads["created_at"].isna().all()
    with pytest.raises(DataError, match=r"x.csv: there is no column Created or created_at"):
        leads_from_frame(frame, COLUMNS, DATA, require_created=True, where="x.csv")


def test_an_order_may_be_absent_in_scoring():
    frame, columns = pd.DataFrame({"Id": [1]}), Columns(lead_id="Id", order="No")
    leads, faults = leads_from_frame(frame, columns, DATA, require_created=False)
    assert leads["order"].isna().all()
    assert faults.masks == []
    with pytest.raises(DataError, match="there is no column No or order"):
        leads_from_frame(frame, columns, DATA, require_created=True)


def test_a_row_with_two_faults_is_rejected_once():
    frame = pd.DataFrame({"Id": ["", "a", "a"], "Created": ["soon", "2026-01-02", "later"]})
    leads, faults = leads_from_frame(frame, COLUMNS, DATA, require_created=True)
    assert leads["lead_id"].tolist() == ["a"]
    assert sum(mask.sum() for mask, _ in faults.masks) == 2


def test_a_rejected_copy_of_a_lead_takes_no_other_along():
    created = ["soon", "2026-01-02", "2026-01-02", "2199-01-01"]
    frame = pd.DataFrame({"Id": ["a", "a", "a", "a"], "Created": created, "Size": [1, 2, 3, 4]})
    leads, faults = leads_from_frame(frame, COLUMNS, DATA, require_created=True)
    assert leads[[Place.ROW, "Size"]].to_numpy().tolist() == [[2, "2"]]
    assert [(np.flatnonzero(mask).tolist(), why) for mask, why in faults.masks] == [
        ([0], "Created cannot be read as a time"),
        ([3], "Created is in the future"),
        ([2], "its lead id is a duplicate"),
    ]


def test_a_lead_without_a_place_in_the_order_takes_no_copy_along():
    frame = pd.DataFrame({"Id": ["a", "a"], "No": ["", "7"]})
    columns = Columns(lead_id="Id", order="No")
    leads, faults = leads_from_frame(frame, columns, DATA, require_created=True)
    assert leads["order"].tolist() == [7.0]
    assert [why for _, why in faults.masks] == ["No is no number"]


def test_leads_need_an_id():
    with pytest.raises(DataError, match="leads: there is no column Id or lead_id") as refusal:
        leads_from_frame(pd.DataFrame({"x": [1]}), COLUMNS, DATA, require_created=False)
    assert refusal.value.code == "missing_column"


def test_ids_with_gaps_in_typed_files_stay_whole_numbers():
    frame = pd.DataFrame({"Id": [1.0, None]})
    leads, _ = leads_from_frame(frame, COLUMNS, DATA, require_created=False)
    assert leads["lead_id"].tolist() == ["1"]
