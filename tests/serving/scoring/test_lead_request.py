import pandas as pd

from features.io.delimited import read_delimited
from features.io.raw_table import RawTable
from features.parsing.times import NAT
from leadgate.config import Columns, Data
from serving.scoring.lead_file import read_leads

COLUMNS = Columns(
    lead_id="Id",
    created_at="Created",
    deleted={"column": "Gone"},
    merged_into="Master",
)
DATA = Data(
    leads="leads.csv",
    activities=[
        {"path": "events.csv", "lead_id": "Lead", "types": ["Visit", "Demo"]},
        {"path": "calls.csv", "lead_id": "Who", "type": "What", "occurred_at": "At"},
    ],
    field_change_columns={"lead_id": "Of", "changed_at": "At", "fields": ["Stage", "Size"]},
)


def table(text):
    return read_delimited(text.encode(), ",", "utf-8", "leads.csv")


def read(leads, activities=None, changes=None):
    return read_leads(
        leads, activities, changes, columns=COLUMNS, data=DATA, trained=(), flat=False
    )


def types(rows, lead_id):
    lead = rows.history.lead_ids.tolist().index(lead_id)
    activities = rows.history.activities
    start, end = activities.ptr[lead : lead + 2]
    return [activities.type.texts[code] for code in activities.type.codes[start:end]]


LEADS = table(
    "Id,Created,Gone,Master,City\n"
    "a,2026-01-01,0,,Rome\n"
    "b,2026-01-01,0,,Paris, France\n"
    "c,2026-01-01,1,,Bern\n"
    "d,2026-01-01,0,a,Oslo\n"
    "Id,Created,Gone,Master,City\n"
    "e,2026-01-01,0,,Wien\n"
    "Total,,,,5\n"
)


def test_rows_that_are_none_keep_their_place_with_the_reason():
    rows = read(LEADS)
    assert rows.lead_ids.tolist() == ["a", "", "c", "d", "", "e", ""]
    assert (rows.position >= 0).tolist() == [True, False, False, False, False, True, False]
    assert rows.history.lead_ids.tolist() == ["a", "e"]
    assert rows.warnings.tolist() == [
        "",
        "not scored: it has 6 fields where the header has 5",
        "not scored: it is deleted",
        "not scored: it was merged into another lead",
        "not scored: it repeats the header",
        "",
        "not scored: it is a footer of the file",
    ]


def test_what_happened_is_read_wide_and_long_and_is_about_the_lead_that_is_left():
    events = table("Lead,Visit,Demo\na,2026-01-02,\nd,,2026-01-03\n,2026-01-02,\n")
    calls = table("Who,What,At,Gone\nd,call,2026-01-04,0\na,mail,2026-01-05,1\n")
    rows = read(LEADS, [events, calls.frame])
    assert types(rows, "a") == ["Visit", "Demo", "call"]
    assert types(rows, "e") == []
    assert rows.notes == [
        "1 activities or changes left out: it has no lead id",
        "1 activities or changes left out: it is deleted",
    ]


def test_changes_are_read_wide_and_their_table_is_described():
    changes = table("Made by sales\nOf,At,Stage,Size\nd,2026-01-02,New,5\nd,2026-01-03,Offer,5\n")
    rows = read(LEADS, changes=RawTable(changes.frame, changes.faults, ["x.csv: a note."]))
    assert {name: change.changed.size for name, change in rows.history.changes.items()} == {
        "Stage": 3, "Size": 2,
    }  # fmt: skip
    assert rows.notes == ["x.csv: a note"]


def test_a_frame_is_read_as_a_table_without_rejected_rows():
    frame = pd.DataFrame({"Id": ["a"], "Created": ["2026-01-01"]})
    rows = read(frame)
    assert rows.position.tolist() == [0]
    assert rows.as_of[0] != NAT
