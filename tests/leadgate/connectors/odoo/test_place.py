"""A sweep goes by ids; the next one reads what changed since a little before it began."""

import pytest

from leadgate.connectors.odoo.place import Sweep, again


@pytest.mark.parametrize(
    "sweep", [Sweep("", "2026-01-05 00:05:00", 7), Sweep("2026-01-04 23:55:00")]
)
def test_a_sweep_is_read_as_it_was_written(sweep):
    assert Sweep.parse(str(sweep)) == sweep


def test_the_beginning_is_a_sweep_of_everything():
    assert Sweep.parse("") == Sweep()
    assert again("") == ""


def test_the_next_sweep_begins_ten_minutes_before_the_start_of_the_last():
    ended = Sweep("2026-01-01 00:00:00", "2026-01-05 00:05:00", 99)
    assert Sweep.parse(again(str(ended))) == Sweep("2026-01-04 23:55:00")


def test_a_sweep_that_read_nothing_is_done_again():
    place = str(Sweep("2026-01-04 23:55:00"))
    assert again(place) == place
