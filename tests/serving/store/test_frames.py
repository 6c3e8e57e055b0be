import pandas as pd
import pytest

from features.history.from_records import Activity
from features.history.lead_history import LeadHistory
from leadgate.errors import StoreError
from serving.scoring.earlier_calls import Additions, Outcome
from serving.store import Store, read_tables

DAY = 86_400_000_000
NOON = 1_767_268_800_000_000
AT = pd.Timestamp(NOON, unit="us", tz="UTC")


@pytest.fixture
def filled(store, decision):
    visit = Activity(NOON + DAY, NOON + 2 * DAY, "visit", 2.5)
    with store.transaction() as transaction:
        transaction.add(Additions("1", NOON + 5, "acme", NOON, {"Source": "Web", "Size": "3"}))
        transaction.add(Additions("1", NOON + 9 * DAY, fields={"Size": "4"}))
        transaction.add(Additions("2", NOON + DAY, fields={"Size": "7"}, activities={"v": visit}))
        transaction.keep(decision(person="north", decided_at=NOON))
        transaction.keep(decision(person="south"))
        transaction.keep(decision(lead_id="2", decision="nurture", readiness=None))
        transaction.keep(decision(lead_id="2", shadow=1))
    store.add_outcomes([Outcome("1", "lost", NOON), Outcome("2", "won", NOON)])
    store.add_outcomes([Outcome("1", "won", NOON + DAY, 9.5, True), Outcome("2", "open")])
    return store


def test_the_store_is_an_export_under_canonical_names(filled):
    tables = read_tables(filled)
    leads = tables.leads.set_index("lead_id").sort_index()
    assert leads["Size"].tolist() == ["3", "7"]
    assert leads["Source"].tolist() == ["Web", ""]
    assert leads["account_id"].tolist() == ["acme", ""]
    assert leads["created_at"].tolist() == [AT, AT + pd.Timedelta(days=1)]
    assert tables.activities[["lead_id", "type", "value"]].values.tolist() == [["2", "visit", 2.5]]
    changes = tables.field_changes
    assert changes[["lead_id", "field", "value"]].values.tolist() == [
        ["1", "Source", "Web"], ["1", "Size", "3"], ["1", "Size", "4"], ["2", "Size", "7"],
    ]  # fmt: skip
    (won,) = tables.outcomes.to_dict("records")
    assert (won["lead_id"], won["outcome"], won["amount"], won["worked"]) == ("1", "won", 9.5, True)
    assert won["closed_at"] == AT + pd.Timedelta(days=1)
    assert tables.handoffs.values.tolist() == [["1", AT, "north"]]
    assert tables.decisions["shadow"].tolist() == [False, False, False, True]


def test_the_tables_make_a_history(filled):
    tables = read_tables(filled)
    history = LeadHistory.from_tables(
        tables.leads, tables.activities, tables.field_changes, tables.outcomes, tables.handoffs
    )
    assert history.won.tolist() == [True, False]
    assert history.columns["Size"].tolist() == ["3", "7"]


def test_an_empty_store_is_empty_tables(store):
    tables = read_tables(store)
    assert all(len(table) == 0 for table in vars(tables).values())
    assert str(tables.leads["created_at"].dtype) == "datetime64[us, UTC]"


def test_a_store_that_is_not_there_is_not_made(tmp_path):
    with pytest.raises(StoreError, match="There is no store"):
        read_tables(Store(f"sqlite:///{tmp_path / 'none.db'}"))
    assert list(tmp_path.iterdir()) == []


def test_what_the_last_release_kept_again_is_read_once(store):
    """It knows an activity by another identity; what differs in type, value or lead is another."""
    visit = Activity(NOON, NOON, "visit", 2.5, "web", "pricing")
    call = visit._replace(activity_id="7")
    late = call._replace(occurred_at=NOON + 1, value=None)
    others = [visit._replace(value=7.0), call._replace(type="mail")]
    with store.transaction() as transaction:
        for place, activity in enumerate([visit, call, visit, late, *others]):
            transaction.add(Additions("1", NOON, activities={f"identity {place}": activity}))
        transaction.add(Additions("2", NOON, activities={"of another": call}))
    kept = read_tables(store).activities
    assert kept[["lead_id", "type", "activity_id"]].values.tolist() == [
        ["1", "visit", ""], ["1", "visit", "7"], ["1", "visit", ""], ["1", "mail", "7"],
        ["2", "visit", "7"],
    ]  # fmt: skip
    assert kept["value"].tolist() == [2.5, 2.5, 7.0, 2.5, 2.5]
