"""Target accounts and customers are two lists: each has members that the other has not."""

import pandas as pd
import pytest

from experiments.alignment.audiences import AccountLists, audiences
from features import LeadHistory
from leadgate.config import Config
from leadgate.errors import ConfigError, DataError
from tests.experiments.alignment.conftest import states_of

COLUMNS = {
    "lead_id": "id", "account_id": "company", "outcome": "o", "won": ["w"], "segments": ["Industry"]
}  # fmt: skip


def lists_of(folder, targets=None, customers=None):
    data = {"leads": "leads.csv"}
    for key, text in (("target_accounts", targets), ("customers", customers)):
        if text is not None:
            (folder / f"{key}.csv").write_text(text)
            data[key] = {"path": f"{key}.csv", "key": "company"}
    return AccountLists.of(Config.from_dict({"data": data, "columns": COLUMNS}, folder))


def states():
    """Four leads of three accounts; those of 7 are won."""
    leads = pd.DataFrame(
        {
            "lead_id": [*"abcd"],
            "account_id": ["7", "7", "8", "9"],
            "created_at": "2025-01-01",
            "Industry": ["Retail", "Retail", "Bank", "Bank"],
        }
    )
    outcomes = pd.DataFrame({"lead_id": [*"ab"], "outcome": "won", "closed_at": "2025-02-01"})
    return states_of(LeadHistory.from_tables(leads, outcomes=outcomes, until="2025-06-01"))


def counts(share):
    return share.count, share.of, share.unit


def test_without_lists_nothing_is_compared(tmp_path):
    assert lists_of(tmp_path) is None
    assert audiences(None, states(), ["Industry"]) is None


def test_two_lists_are_compared_as_sets_of_accounts(tmp_path):
    lists = lists_of(tmp_path, "company\n1\n2\n2\n3\n4\n\n", "company\n3\n4.0\n5\n")
    both = audiences(lists, states(), ["Industry"])
    assert counts(both.hit) == (2, 4, "accounts")
    assert counts(both.aimed) == (2, 3, "accounts")
    assert counts(both.common) == (2, 5, "accounts")
    assert both.mixes == []


def test_one_list_is_compared_with_the_accounts_of_the_leads(tmp_path):
    customers = audiences(lists_of(tmp_path, customers="company\n7\n100\n"), states(), [])
    assert (customers.aimed_named, customers.bought_named) == (False, True)
    assert counts(customers.hit) == (1, 3, "accounts")
    assert counts(customers.aimed) == (1, 2, "accounts")
    targets = audiences(lists_of(tmp_path, targets="company\n8\n7\n"), states(), [])
    assert counts(targets.hit) == (1, 2, "accounts")
    assert counts(targets.aimed) == (1, 1, "accounts")


def test_segments_of_both_lists_are_compared_by_account(tmp_path):
    targets = "company,Industry\n" + "".join(f"{k},Retail\n" for k in range(20))
    customers = "company,Industry\n" + "".join(f"{k},Bank\n" for k in range(10, 40))
    (mix,) = audiences(lists_of(tmp_path, targets, customers), states(), ["Industry"]).mixes
    shares = {value.name: (value.audience.count, value.customers.count) for value in mix.values}
    assert shares == {"Retail": (20, 10), "Bank": (0, 20)}
    assert mix.overlap.value == pytest.approx(1 / 3)
    assert {value.won.unit for value in mix.values} == {"accounts"}


def test_a_column_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DataError, match=r"data\.customers: there is no column company"):
        lists_of(tmp_path, customers="account\n7\n")


def test_lists_need_the_accounts_of_the_leads(tmp_path):
    data = {"leads": "l.csv", "customers": {"path": "c.csv"}, "target_accounts": {"path": "t.csv"}}
    columns = {key: value for key, value in COLUMNS.items() if key != "account_id"}
    with pytest.raises(ConfigError, match="account_id") as refusal:
        Config.from_dict({"data": data, "columns": columns}, tmp_path)
    for key in ("data.target_accounts", "data.customers"):
        assert f"{key} needs columns.account_id" in str(refusal.value)
