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
        ("Lead", ["l1", "y", "z"], r"of the values of Lead 33% are ids of the leads"),
    ],
)
def test_a_table_that_cannot_be_joined_is_refused(column, ids, message):
    with pytest.raises(DataError, match=message):
        outcome_table(**{column: ids, "won_date": ["2026-02-01"] * len(ids)})


@pytest.mark.parametrize("name", ["Primary Contact ID", "Lead", "Kontakt-Nr.", "Kunde"])
def test_a_table_may_call_the_ids_of_the_leads_what_it_likes(name):
    numbers = [f"d{i}" for i in range(N)]
    made = outcome_table(**{"Deal ID": numbers, name: IDS, "Stage": ["Won", "Lost"] * 30})
    assert made.lead_id == name
    assert outcome_table(mql_id=IDS, Stage=["Won", "Lost"] * 30).lead_id == ""


def test_numbers_of_deals_that_are_those_of_leads_by_chance_do_not_join():
    made = outcome_table(**{"mql_id": IDS, "lead_id": IDS[::-1], "Stage": ["Won", "Lost"] * 30})
    assert made.lead_id == "lead_id"
