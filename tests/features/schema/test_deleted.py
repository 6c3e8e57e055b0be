import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.schema.deleted import DELETED, IN_A_CIRCLE, MERGED, Merges
from features.tables import load_tables
from leadgate.errors import DataError
from tests.features.exports import Export, lead, visit


@pytest.fixture
def export(tmp_path):
    return Export(tmp_path)


def reasons(tables, table="leads.csv"):
    frame = tables.quarantine.frame()
    frame = frame[frame["table"] == table]
    return dict(zip(frame["lead_id"], frame["reason"], strict=True))


@pytest.mark.parametrize("word", ["1", "TRUE", "true", "Yes", True, 1, 1.0])
def test_a_deleted_lead_is_left_out_and_counted(export, word):
    rows = [lead("a", Gone=0), lead("b", Gone=word)]
    tables = load_tables(export.config(rows, deleted={"column": "Gone"}))
    assert tables.leads["lead_id"].tolist() == ["a"]
    assert "Gone" not in tables.leads
    assert reasons(tables) == {"b": DELETED}
    assert "leads.csv: 1 row was rejected: it is deleted." in tables.notes


def test_what_says_deleted_may_have_other_words(export):
    rows = [lead("a", State="active"), lead("b", State="Archived"), lead("c", State="1")]
    deleted = {"column": "State", "values": ["archived", "deleted"]}
    tables = load_tables(export.config(rows, deleted=deleted))
    assert tables.leads["lead_id"].tolist() == ["a", "c"]


def test_deleted_rows_of_other_tables_and_rows_about_deleted_leads_are_left_out(export):
    data = {
        "activities": [{"path": export.write("visits.csv", [
            visit("a", Gone="0"), visit("a", type="call", Gone="1"), visit("b", Gone="0"),
        ])}],
        "handoffs": export.write("handoffs.csv", [{"lead_id": "a", "handed_off_at": "2026-01-03"}]),
    }  # fmt: skip
    rows = [lead("a", Gone=0), lead("b", Gone=1)]
    tables = load_tables(export.config(rows, data=data, deleted={"column": "Gone"}))
    assert tables.activities["type"].tolist() == ["visit"]
    assert len(tables.handoffs) == 1
    assert tables.quarantine.frame()["reason"].tolist() == [
        DELETED, DELETED, "its lead was rejected",
    ]  # fmt: skip


def merging(export, masters, visits, **columns):
    rows = [lead(lead_id, Master=master) for lead_id, master in masters.items()]
    activities = export.write("visits.csv", [visit(lead_id, type=lead_id) for lead_id in visits])
    changes = export.write(
        "changes.csv",
        [
            {"lead_id": lead_id, "field": "Industry", "value": "x", "changed_at": "2026-01-03"}
            for lead_id in "bd"
        ],
    )
    data = {"activities": [{"path": activities}], "field_changes": changes}
    return load_tables(export.config(rows, data=data, **({"merged_into": "Master"} | columns)))


def test_what_is_known_about_a_merged_record_is_about_its_lead(export):
    tables = merging(export, {"a": "", "b": "c", "c": "a", "d": "", "e": "gone"}, "abcde")
    assert tables.leads["lead_id"].tolist() == ["a", "d"]
    assert reasons(tables) == dict.fromkeys("bce", MERGED)
    assert dict(zip(tables.activities["type"], tables.activities["lead_id"], strict=True)) == {
        "a": "a", "b": "a", "c": "a", "d": "d",
    }  # fmt: skip
    assert tables.field_changes["lead_id"].tolist() == ["a", "d"]
    assert reasons(tables, "visits.csv") == {"gone": "its lead is not among the leads"}


def test_merges_that_lead_in_a_circle_are_named(export):
    tables = merging(export, {"a": "b", "b": "a", "c": "a", "d": "d", "e": ""}, "abcd")
    assert tables.leads["lead_id"].tolist() == ["d", "e"]
    assert reasons(tables) == dict.fromkeys("abc", IN_A_CIRCLE)
    assert tables.activities["lead_id"].tolist() == ["d"]


@pytest.mark.parametrize(
    "nothing", ["", "0", "000000000000000AAA", "00000000-0000-0000-0000-000000000000", "null"]
)
def test_an_id_that_refers_to_nothing_is_no_merge(export, nothing):
    assert len(merging(export, {"a": nothing, "b": nothing}, "ab").leads) == 2


def test_a_record_that_is_merged_and_deleted_counts_as_merged(export):
    rows = [lead("a", Gone=0, Master=""), lead("b", Gone=1, Master="a")]
    tables = load_tables(export.config(rows, deleted={"column": "Gone"}, merged_into="Master"))
    assert reasons(tables) == {"b": MERGED}


@pytest.mark.parametrize("listed", ["7;8", "7, 8", "7:1600000000;8:1700000000", "1;7;8;;0"])
def test_a_lead_may_list_the_records_that_it_took_over(export, listed):
    rows = [lead("1", Merged=listed), lead("2", Merged=""), lead("7", Merged="")]
    activities = export.write("visits.csv", [visit("8"), visit("7", type="call"), visit("2")])
    config = export.config(rows, data={"activities": [{"path": activities}]}, merged_from="Merged")
    tables = load_tables(config)
    assert tables.leads["lead_id"].tolist() == ["1", "2"]
    assert tables.activities["lead_id"].tolist() == ["1", "1", "2"]


def test_a_missing_column_of_deleted_or_merged_records_is_named(export):
    config = export.config(
        [lead("a")], deleted={"column": "Gone"}, merged_into="Master", merged_from="Merged"
    )
    with pytest.raises(DataError, match=r"no column Master.*no column Merged.*no column Gone"):
        load_tables(config)


_IDS = st.text("abcde", min_size=1, max_size=1)


@given(st.dictionaries(_IDS, _IDS))
def test_every_merge_has_an_end_or_none(into):
    merges = Merges.of(into)
    assert merges.masters.keys() | merges.circles == into.keys()
    assert not merges.masters.keys() & merges.circles
    assert all(end not in into for end in merges.masters.values())
    assert all(into[lead_id] in merges.circles for lead_id in merges.circles)
