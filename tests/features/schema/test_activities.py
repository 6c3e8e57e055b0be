import pandas as pd
import pytest

from features.parsing.times import iso_array, micros
from features.schema.activities import activities_from_frame, missing_columns
from features.schema.canonical import Place
from leadgate.config import ActivityTable, Data
from leadgate.errors import DataError

DATA = Data(leads="leads.csv")
DAY = "2026-01-02"


def frame(*rows, columns=("lead_id", "type", "occurred_at")):
    return pd.DataFrame(rows, columns=list(columns))


def reasons(faults):
    return {why: mask.tolist() for mask, why in faults.masks}


def test_the_first_table_that_fits_says_what_columns_mean():
    clicks = ActivityTable(path="", lead_id="who", type="what", occurred_at="when", prefix="click")
    tables = [ActivityTable(path="", lead_id="user"), clicks]
    read, _ = activities_from_frame(
        frame(("a", "pricing", DAY), columns=("who", "what", "when")), tables, DATA
    )
    assert read["type"].tolist() == ["click_pricing"]
    canonical, _ = activities_from_frame(frame(("a", "pricing", DAY)), tables, DATA)
    assert canonical["type"].tolist() == ["pricing"]


def test_a_table_without_types_bears_its_prefix():
    table = ActivityTable(path="", prefix="session")
    sessions = frame(("a", DAY), columns=("lead_id", "occurred_at"))
    assert activities_from_frame(sessions, [table], DATA)[0]["type"].tolist() == ["session"]
    assert missing_columns(sessions, table) == []
    assert missing_columns(sessions, ActivityTable(path="")) == ["type"]


def test_what_is_recorded_later_keeps_both_clocks():
    rows = frame(
        ("a", "x", DAY, "2026-01-05"),
        ("a", "y", DAY, ""),
        ("a", "z", DAY, "soon"),
        columns=("lead_id", "type", "occurred_at", "recorded_at"),
    )
    read, faults = activities_from_frame(rows, [], DATA)
    assert iso_array(micros(read["recorded_at"])).tolist() == [
        "2026-01-05T00:00:00Z",
        "2026-01-02T00:00:00Z",
    ]
    assert reasons(faults) == {"recorded_at cannot be read as a time": [False, False, True]}


def test_rows_that_cannot_be_are_rejected_with_their_reason():
    rows = frame(
        ("a", "x", DAY), ("", "x", DAY), ("a", "", DAY), ("a", "x", ""), ("a", "x", "2199-01-01")
    )
    read, faults = activities_from_frame(rows, [], DATA)
    assert read[Place.ROW].tolist() == [1]
    assert [why for _, why in faults.masks] == [
        "it has no lead id",
        "occurred_at is missing",
        "occurred_at is in the future",
        "it has no type",
    ]


def test_repeated_activities_are_rejected_by_everything_they_hold():
    columns = ("lead_id", "type", "occurred_at", "channel", "content", "value")
    rows = frame(
        ("a", "x", DAY, "web", "p", 1),
        ("a", "x", DAY + "T00:00:00Z", "web", "p", 2),
        ("a", "x", DAY, "mail", "p", 1),
        ("a", "x", DAY, "web", "q", 1),
        ("b", "x", DAY, "web", "p", 1),
        columns=columns,
    )
    _, faults = activities_from_frame(rows, [], DATA)
    assert reasons(faults) == {"it is a duplicate": [False, True, False, False, False]}


def test_an_activity_id_alone_tells_repeated_activities():
    columns = ("lead_id", "type", "occurred_at", "activity_id")
    rows = frame(
        ("a", "x", DAY, "1"),
        ("a", "x", DAY, "2"),
        ("b", "y", DAY, "1"),
        ("a", "z", DAY, ""),
        ("a", "z", DAY, ""),
        columns=columns,
    )
    _, faults = activities_from_frame(rows, [], DATA)
    assert reasons(faults) == {"it is a duplicate": [False, False, True, False, True]}


@pytest.mark.parametrize("own", ["1", ""], ids=["by its id", "by all that it holds"])
def test_a_rejected_copy_of_an_activity_takes_no_other_along(own):
    columns = ("lead_id", "type", "occurred_at", "recorded_at", "activity_id")
    recorded = ["soon", "", ""]
    rows = frame(*(("a", "x", DAY, at, own) for at in recorded), columns=columns)
    read, faults = activities_from_frame(rows, [], DATA)
    assert read[Place.ROW].tolist() == [2]
    assert reasons(faults) == {
        "recorded_at cannot be read as a time": [True, False, False],
        "it is a duplicate": [False, False, True],
    }


def test_a_repeated_id_makes_no_repeat_of_what_has_none():
    columns = ("lead_id", "type", "occurred_at", "activity_id")
    rows = frame(("a", "x", DAY, "1"), ("a", "y", DAY, "1"), ("a", "y", DAY, ""), columns=columns)
    assert activities_from_frame(rows, [], DATA)[0][Place.ROW].tolist() == [1, 3]


def test_a_table_that_fits_nothing_names_the_column():
    with pytest.raises(DataError, match=r"visits.csv: there is no column user"):
        activities_from_frame(
            frame(("a", DAY), columns=("who", "when")),
            [ActivityTable(path="", lead_id="user")],
            DATA,
            where="visits.csv",
        )
