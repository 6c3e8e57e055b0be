import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.schema.dated_tables import field_changes_from_frame
from features.tables import load_tables
from leadgate.config import ActivityTable, Data, FieldChangeColumns
from leadgate.errors import DataError
from tests.features.exports import Export, lead

_TYPES = ["First visit", "Demo"]


@pytest.fixture
def export(tmp_path):
    return Export(tmp_path)


def event(lead_id, visit="", demo="", **more):
    return {"Id": lead_id, "First visit": visit, "Demo": demo} | more


def wide(export, *rows, leads=("a", "b"), **keys):
    table = {"path": export.write("events.csv", rows), "lead_id": "Id", "types": _TYPES} | keys
    return export.config([lead(lead_id) for lead_id in leads], data={"activities": [table]})


def listed(frame, *columns):
    return sorted(map(tuple, frame[list(columns)].astype(str).to_numpy().tolist()))


def test_each_column_of_times_is_a_type_of_activity(export):
    tables = load_tables(
        wide(export, event("a", "2026-01-03", "2026-01-05 10:00"), event("b", "2026-01-04"))
    )
    assert listed(tables.activities, "lead_id", "type", "occurred_at") == [
        ("a", "Demo", "2026-01-05 10:00:00+00:00"),
        ("a", "First visit", "2026-01-03 00:00:00+00:00"),
        ("b", "First visit", "2026-01-04 00:00:00+00:00"),
    ]
    assert tables.quarantine.count == 0


def test_a_wide_table_says_the_same_as_a_long_one(export):
    seen = {"seen": "2026-01-06", "page": "x"}
    rows = [event("a", "2026-01-03", "2026-01-05", **seen), event("b", page="y")]
    read = load_tables(wide(export, *rows, prefix="web", recorded_at="seen", content="page"))
    long = [{"lead_id": "a", "type": t, "occurred_at": rows[0][t], **seen} for t in _TYPES]
    table = {"path": export.write("long.csv", long), "recorded_at": "seen", "content": "page"}
    data = {"activities": [table | {"prefix": "web"}]}
    same = load_tables(export.config([lead("a"), lead("b")], data=data))
    pd.testing.assert_frame_equal(
        read.activities.astype({"type": "str"}).sort_values("type", ignore_index=True),
        same.activities.astype({"type": "str"}).sort_values("type", ignore_index=True),
        check_categorical=False,
    )


def test_the_faults_of_a_wide_table_name_the_row_and_the_column(export):
    tables = load_tables(
        wide(
            export,
            event("a", "2026-01-03", "soon"),
            event("b", "", "2026-01-03"),
            event("", "2026-01-03", "2026-01-03"),
            event("b", "", "2101-01-01"),
            event("c", "2026-01-03"),
            event("", ""),
        )
    )
    assert len(tables.activities) == 2
    rejected = tables.quarantine.frame()
    assert listed(rejected, "row", "lead_id", "reason") == [
        ("1", "a", "Demo cannot be read as a time"),
        ("3", "", "it has no lead id"),
        ("4", "b", "Demo is in the future"),
        ("5", "c", "its lead is not among the leads"),
        ("6", "", "it is empty"),
    ]
    assert set(rejected["table"]) == {"events.csv"}


def test_a_wide_table_without_any_event_is_no_fault(export):
    assert load_tables(wide(export, event("a"), event("b"))).activities.empty


def test_a_column_of_events_that_cannot_be_read_at_all_is_a_fault(export):
    config = wide(export, event("a", "2026-01-03", "x"), event("b", "2026-01-03", "y"))
    with pytest.raises(DataError, match="all 2 rows were rejected: Demo cannot be read as a time"):
        load_tables(config)


def test_a_missing_column_of_events_is_named(export):
    config = wide(export, event("a", "2026-01-03"), types=["First visit", "Demos"], value="Pages")
    with pytest.raises(DataError, match=r"no column Demos.*no column Pages.*Did you mean Demo\?"):
        load_tables(config)


@pytest.mark.parametrize("key", ["type", "occurred_at", "activity_id"])
def test_columns_of_events_stand_in_place_of_others(key):
    with pytest.raises(ValueError, match=f"types stands in place of {key}"):
        ActivityTable(path="x.csv", types=_TYPES, **{key: "Something"})
    table = ActivityTable(path="x.csv", types=_TYPES)
    assert ActivityTable(**table.model_dump()) == table


DATA = Data(
    leads="leads.csv",
    missing=["-"],
    field_change_columns=FieldChangeColumns(
        lead_id="Opportunity", changed_at="At", fields=["Stage", "Amount"]
    ),
)
_COLUMNS = ["Opportunity", "At", "Stage", "Amount", "By"]


def history(*rows):
    return field_changes_from_frame(pd.DataFrame(rows, columns=_COLUMNS), DATA)


def test_only_what_differs_from_the_value_before_is_a_change():
    changes, faults = history(
        ("a", "2026-01-03", "Offer", "10.0", "x"),
        ("b", "2026-01-02", "-", "", "x"),
        ("a", "2026-01-02", "New", "", "x"),
        ("a", "2026-01-04", "Offer", "10", "y"),
        ("a", "2026-01-05", "Won", "", "x"),
    )
    assert faults.kept.all()
    stated = changes.drop(columns="changed_at").to_numpy().tolist()
    assert stated == [
        [1, "a", "Stage", "Offer", "New"],
        [1, "a", "Amount", "10", ""],
        [3, "a", "Stage", "New", ""],
        [5, "a", "Stage", "Won", "Offer"],
        [5, "a", "Amount", "", "10"],
    ]


def test_the_faults_of_a_wide_history_are_of_its_rows():
    changes, faults = history(
        ("a", "", "Offer", "1", "x"), ("", "2026-01-02", "New", "", "x"), ("a", "soon", "", "", "")
    )
    assert changes.empty
    assert {why: [row + 1 for row in mask.nonzero()[0]] for mask, why in faults.masks} == {
        "At cannot be read as a time": [3], "At is missing": [1], "it has no lead id": [2],
    }  # fmt: skip
    with pytest.raises(DataError, match="no column Amount"):
        field_changes_from_frame(pd.DataFrame(columns=["Opportunity", "At", "Stage"]), DATA)


_ROWS = st.lists(
    st.tuples(
        st.sampled_from("ab"), st.sampled_from(["2026-01-02", "2026-01-03", "2026-01-04"]),
        st.sampled_from(["New", "Offer", ""]), st.sampled_from(["1", "2", ""]), st.just("x"),
    ),
    min_size=1, max_size=8,
).flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows)))  # fmt: skip


@given(_ROWS)
def test_the_changes_of_a_wide_history_do_not_hang_on_the_order_of_its_rows(pair):
    columns = ("lead_id", "field", "value", "old_value", "changed_at")
    one, other = (listed(history(*rows)[0], *columns) for rows in pair)
    assert one == other


@pytest.mark.parametrize("key", ["field", "value", "old_value"])
def test_columns_of_fields_stand_in_place_of_others(key):
    with pytest.raises(ValueError, match=f"fields stands in place of {key}"):
        FieldChangeColumns(fields=["Stage"], **{key: "Something"})
