import pytest

from features.parsing.time_format import TimeFormat
from features.parsing.times import iso, parse_instant
from leadgate.config import Data
from leadgate.errors import LeadError
from serving.scoring.request_times import RequestTimes

DATA = Data(leads="leads.csv", timezone="Europe/Berlin", date_format={"Created": "dmy"})
WRITTEN = {
    "Created": TimeFormat("dmy", kinds=("numbers",)),
    "Serial": TimeFormat(kinds=("serial",)),
    "Epoch": TimeFormat(kinds=("epoch",)),
    "Day": TimeFormat(kinds=("day",)),
}
NOTE = " has no offset from UTC: read in Europe/Berlin"


def read(value, column="Created", data=DATA):
    us, warnings = RequestTimes(data, WRITTEN).read(value, column)
    return iso(us), warnings


@pytest.mark.parametrize("value", ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05+02:00", 1.7e12])
def test_what_a_program_sends_is_read_without_a_warning(value):
    assert read(value) == (iso(parse_instant(value, field="Created")), [])


@pytest.mark.parametrize(
    ("value", "column", "time"),
    [
        ("2026-01-02", "Created", "2026-01-01T23:00:00Z"),
        ("2026-01-02 03:04", "Other", "2026-01-02T02:04:00Z"),
        ("2 Jan 2026", "Other", "2026-01-01T23:00:00Z"),
        ("03-09-2024", "Created", "2024-09-02T22:00:00Z"),
        ("03/09/24 10:00", "Created", "2024-09-03T08:00:00Z"),
        (46024, "Serial", "2026-01-01T23:00:00Z"),
        ("46024.5", "Serial", "2026-01-02T11:00:00Z"),
        ("20260102", "Day", "2026-01-01T23:00:00Z"),
    ],
)
def test_what_the_export_writes_is_read_with_a_warning(value, column, time):
    assert read(value, column) == (time, [column + NOTE])


def test_seconds_name_their_instant():
    assert read(1767322800, "Epoch") == ("2026-01-02T03:00:00Z", [])


@pytest.mark.parametrize(
    ("value", "column"),
    [
        ("31-01-2024", "Other"), ("01-02-2024", "Other"), (46024, "Created"), ("20260102", "Epoch"),
        ("soon", "Created"), (True, "Serial"), (None, "Created"), ([], "Created"), ("", "Created"),
        ("31-31-2024", "Created"), (5, "Serial"), ("2026-02-30", "Created"),
    ],
)  # fmt: skip
def test_anything_else_is_no_time(value, column):
    with pytest.raises(LeadError, match=f"{column} (is no time|has no offset)") as refusal:
        read(value, column)
    assert refusal.value.code == "bad_time"


def test_a_configured_format_is_read():
    data = Data(leads="leads.csv", date_format="%d|%m|%Y")
    assert read("02|01|2026", data=data)[0] == "2026-01-02T00:00:00Z"
