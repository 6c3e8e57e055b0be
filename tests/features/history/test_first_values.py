import pandas as pd
import pytest

from features.history.first_values import with_first_values
from features.tables import load_tables
from tests.features.exports import Export, lead

CREATED = pd.Timestamp("2026-01-02T12:00:00Z")


@pytest.fixture
def leads():
    return pd.DataFrame({"lead_id": ["a", "b"], "created_at": [CREATED, CREATED]})


def change(lead_id, value, days, old=None):
    row = {"lead_id": lead_id, "field": "Rating", "value": value}
    row |= {"changed_at": CREATED + pd.Timedelta(days=days)}
    return row if old is None else row | {"old_value": old}


def first_values(leads, *changes):
    frame = with_first_values(pd.DataFrame(changes), leads)
    assert frame.head(len(changes))["value"].tolist() == [c["value"] for c in changes]
    added = frame.iloc[len(changes) :]
    assert (added["changed_at"] == CREATED).all()
    return dict(zip(added["lead_id"], added["value"], strict=True))


def test_before_its_first_change_a_field_had_the_old_value(leads):
    changes = [change("a", "Hot", 9, old="Warm"), change("a", "Warm", 3, old="Cold")]
    assert first_values(leads, *changes) == {"a": "Cold"}


def test_without_old_values_it_is_missing(leads):
    assert first_values(leads, change("a", "Hot", 9), change("a", "Warm", 3)) == {"a": ""}


def test_a_first_value_that_is_told_at_the_creation_stands(leads):
    assert first_values(leads, change("a", "Cold", 0), change("b", "Hot", -1)) == {}


def test_no_changes_add_nothing(leads):
    none = pd.DataFrame({"lead_id": [], "field": [], "value": [], "changed_at": []})
    assert with_first_values(none, leads).empty


@pytest.mark.parametrize(("old", "before"), [("OldValue", "Cold"), (None, "")])
def test_todays_value_of_a_changed_field_is_not_known_before(tmp_path, old, before):
    export = Export(tmp_path)
    rows = [{"LeadId": "a", "Field": "Rating", "OldValue": "Cold", "NewValue": "Hot"}]
    columns = {"lead_id": "LeadId", "field": "Field", "value": "NewValue", "changed_at": "At"}
    data = {
        "field_changes": export.write("h.csv", [row | {"At": "2026-01-20"} for row in rows]),
        "field_change_columns": columns | ({"old_value": old} if old else {}),
    }
    leads = [lead("a", Rating="Hot"), lead("b", Rating="Warm")]
    history = load_tables(export.config(leads, data)).history()
    rating = history.changes["Rating"]
    at = history.index_of(["a", "a", "b"])
    days = history.created[at] + pd.array([0, 30, 0]).to_numpy() * 86_400_000_000
    as_of = rating.as_of(at, days, history.attribute("Rating").take(at))
    assert as_of.column().tolist() == [before, "Hot", "Warm"]
