"""Instants that callers name, whatever type they are of."""

from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest

from features.history.instants import instant, instants
from leadgate.errors import DataError

NOON = 1_767_355_200_000_000


@pytest.mark.parametrize(
    "value",
    [
        NOON,
        np.int64(NOON),
        np.datetime64("2026-01-02T12:00"),
        np.datetime64(NOON * 1000, "ns"),
        datetime(2026, 1, 2, 12, tzinfo=UTC),
        datetime(2026, 1, 2, 12),
        pd.Timestamp("2026-01-02T13:00+01:00"),
        "2026-01-02T12:00:00Z",
        "2026-01-02 12:00",
    ],
)
def test_an_instant_is_read_whatever_type_it_has(value):
    assert instant(value, where="as_of") == NOON


def test_an_instant_without_an_offset_has_the_zone_of_the_data():
    assert instant("2026-01-02 13:00", where="as_of", timezone="Europe/Berlin") == NOON
    assert instant(date(2026, 1, 2), where="as_of") == NOON - 12 * 3_600_000_000


@pytest.mark.parametrize(
    "value", ["soon", "", pd.NaT, np.datetime64("NaT", "us"), True, 1.5, None, []]
)
def test_what_is_no_instant_is_refused(value):
    with pytest.raises(DataError, match=r"as_of cannot be read as a time\. Give ISO 8601") as fault:
        instant(value, where="as_of")
    assert fault.value.code == "bad_time"


def test_a_column_of_instants_is_read_whole_or_refused():
    column = pd.Series(["2026-01-02T12:00:00Z", "soon", None])
    assert instants(column[:1], where="as_of").tolist() == [NOON]
    with pytest.raises(DataError, match=r"as_of: 2 of 3 are missing or .*, the first in row 2"):
        instants(column, where="as_of")
