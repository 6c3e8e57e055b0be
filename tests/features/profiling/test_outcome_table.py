from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features.profiling.column_profile import ColumnProfile
from features.profiling.outcome_table import OutcomeTable
from leadgate.errors import DataError

N = 60
IDS = [f"l{i}" for i in range(N)]
DAYS = pd.date_range("2026-01-05", periods=N, freq="D")
(LEADS,) = ColumnProfile.of(pd.DataFrame({"mql_id": IDS}))
CREATED = DAYS.as_unit("us").asi8


def outcome_table(**columns):
    return OutcomeTable.of(
        ColumnProfile.of(pd.DataFrame(columns)), Path("deals.csv"), LEADS, CREATED
    )


def test_a_table_without_outcomes_lists_wins():
    won = (DAYS + pd.Timedelta(days=40)).strftime("%Y-%m-%d")[::2]
    made = outcome_table(mql_id=IDS[::2], won_date=won, segment=["a"] * 30)
    assert (made.outcome.column, made.closing.column) == (None, "won_date")
    assert made.closing.lost == "rest"
    assert np.allclose(made.closing.horizon.took, 40)


def test_a_table_with_outcomes_says_which_leads_have_lost():
    made = outcome_table(
        lead_id=IDS,
        Stage=["Closed Won", "Closed Lost"] * 30,
        Amount=[1, 2] * 30,
        **{"Close Date": (DAYS + pd.Timedelta(days=40)).strftime("%Y-%m-%d")},
    )
    assert (made.outcome.column, made.closing.lost) == ("Stage", ["Closed Lost"])
    assert (made.closing.column, made.amount) == ("Close Date", "Amount")
    assert made.closing.horizon.days == 60


@pytest.mark.parametrize(
    ("column", "ids", "message"),
    [
        ("mql_id", ["x", "y"], r"deals\.csv: no column holds ids of the leads"),
        ("Lead", IDS[:2], r"Lead holds the ids of the leads, which the leads call mql_id"),
    ],
)
def test_a_table_that_cannot_be_joined_is_refused(column, ids, message):
    with pytest.raises(DataError, match=message):
        outcome_table(**{column: ids, "won_date": ["2026-02-01"] * 2})
