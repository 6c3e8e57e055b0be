import math

import pytest

from features.history.records import RecordReader
from features.parsing.times import NAT
from features.schema.canonical import ACTIVITIES, HANDOFFS, OUTCOMES
from leadgate.errors import LeadError

NOON = 1_767_355_200_000_000
NOON_TEXT = "2026-01-02T12:00:00Z"


def test_a_record_has_every_declared_column_but_its_lead():
    values = RecordReader(OUTCOMES).read({"outcome": "Won", "amount": "2,5", "worked": "nein"}, "")
    assert values == {
        "outcome": "won", "closed_at": NAT, "recorded_at": NAT, "amount": 2.5, "worked": False
    }  # fmt: skip


def test_a_missing_time_is_the_one_that_stands_for_it():
    values = RecordReader(ACTIVITIES).read({"type": "visit", "occurred_at": NOON_TEXT}, "")
    assert values["recorded_at"] == values["occurred_at"] == NOON
    assert math.isnan(values["value"])
    assert values["channel"] == values["content"] == values["activity_id"] == ""


@pytest.mark.parametrize(
    ("table", "record", "field", "code"),
    [
        (ACTIVITIES, {"type": "visit"}, "occurred_at", "missing_time"),
        (ACTIVITIES, {"type": "visit", "occurred_at": "soon"}, "occurred_at", "bad_time"),
        (ACTIVITIES, {"type": " ", "occurred_at": NOON_TEXT}, "type", "missing_type"),
        (OUTCOMES, {}, "outcome", "bad_value"),
        (OUTCOMES, {"outcome": "Closed Won"}, "outcome", "bad_value"),
        (OUTCOMES, {"outcome": "won", "worked": "perhaps"}, "worked", "bad_value"),
        (HANDOFFS, {"handed_off_at": ""}, "handed_off_at", "missing_time"),
    ],
)
def test_a_value_that_cannot_be_names_its_field(table, record, field, code):
    with pytest.raises(LeadError, match=rf"^items\[2\]\.{field} ") as fault:
        RecordReader(table).read(record, "items[2].")
    assert (fault.value.field, fault.value.code) == (f"items[2].{field}", code)
