"""A place is after one row; the next pull begins a little before it."""

import pytest

from leadgate.connectors.place import Place, again


@pytest.mark.parametrize("place", [Place("2026-01-05T09:12:46Z", "00Q1"), Place("2026-01-05")])
def test_a_place_is_read_as_it_was_written(place):
    assert Place.parse(str(place)) == place


def test_the_beginning_is_no_place():
    assert Place.parse("") is None
    assert again("") == ""


@pytest.mark.parametrize("stamp", ["2026-01-05T00:05:00.000+0000", "2026-01-05T00:05:00Z"])
def test_the_next_pull_begins_ten_minutes_earlier_before_any_id(stamp):
    assert again(str(Place(stamp, "00Q1"))) == "2026-01-04T23:55:00Z"
