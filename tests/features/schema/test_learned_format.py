import os
from pathlib import Path

import pandas as pd
import pytest

from features.parsing.time_format import TimeFormat
from features.parsing.times import iso, iso_array, micros
from features.tables import load_tables
from leadgate.config import Config
from leadgate.errors import DataError
from tests.features.exports import Export, lead, lost, visit, won


@pytest.fixture
def export(tmp_path):
    return Export(tmp_path)


def created(tables):
    return iso_array(micros(tables.leads["created_at"])).tolist()


def test_tables_say_how_the_export_was_written(export):
    visits = export.write("visits.csv", [visit("a", occurred_at="1/13/2026 3:00 PM", value="1,5")])
    rows = [won("a", Created="03/01/26", Closed="13/01/26"), lead("b", Created="13/01/26")]
    data = {"activities": [{"path": visits, "value": "value"}]}
    tables = load_tables(export.config(rows, data))
    assert created(tables) == ["2026-01-03T00:00:00Z", "2026-01-13T00:00:00Z"]
    orders = {name: how.order for name, how in tables.format.times.items()}
    assert orders == {"Created": "dmy", "occurred_at": "mdy"}
    assert tables.format.columns == ("Id", "Created", "Stage", "Closed", "Industry")


def test_numbers_of_every_table_are_read_as_their_column_says(export):
    deals = [
        {"lead_id": "a", "outcome": "won", "closed_at": "2026-01-05", "amount": "1.250"},
        {"lead_id": "b", "outcome": "won", "closed_at": "2026-01-05", "amount": "3,5"},
    ]
    outcomes = export.write("deals.csv", deals)
    rows = [lead("a", Size="1.250"), lead("b", Size="2.000,5"), lead("c", Size="Size")]
    config = export.config(
        rows[:2], {"outcomes": outcomes}, outcome=None, won=[], lost=[], unworked=[], closed_at=None
    )
    tables = load_tables(config)
    assert tables.outcomes["amount"].tolist() == [1250.0, 3.5]
    assert tables.leads["Size"].tolist() == ["1250", "2.000,5"]
    assert tables.format.decimals == {"Size": ",", "amount": ","}


def test_a_column_may_be_settled_by_itself(export):
    rows = [won("a", Created="02/01/2026", Closed="01/02/2026"), lead("b", Created="02/03/2026")]
    with pytest.raises(DataError, match=r"Created: no date says.*date_format = \{ \"Created\""):
        load_tables(export.config(rows))
    data = {"date_format": {"Created": "dmy", "Closed": "%d/%m/%Y"}}
    assert created(load_tables(export.config(rows, data)))[0] == "2026-01-02T00:00:00Z"


@pytest.mark.parametrize("given", ["%Q", {"Created": "%Q"}])
def test_a_format_that_is_none_is_refused(export, given):
    with pytest.raises(DataError, match=r"data.date_format is no strptime format") as refusal:
        load_tables(export.config([won("a")], {"date_format": given}))
    assert "dmy" in refusal.value.hint


def test_lead_ids_that_a_spreadsheet_has_rounded_are_refused(export):
    rows = [won("5.80503E+18"), lost("5.80503E+18"), lead("5.80504E+18")]
    with pytest.raises(DataError, match=r"leads.csv, column Id: 3 ids look like numbers"):
        load_tables(export.config(rows))


def test_account_ids_that_a_spreadsheet_has_rounded_are_noted(export):
    rows = [won("a", Account="5.80503E+18"), lost("b", Account="7")]
    notes = load_tables(export.config(rows, account_id="Account")).notes
    assert any(note.startswith("account_id: 1 of its values look like") for note in notes)


@pytest.mark.parametrize("field", ["hs_buying_role", "BuyingRole", "Buying_Role__c", "Buying Role"])
def test_the_history_of_a_field_is_that_of_its_column(export, field):
    changes = [
        {"lead_id": "a", "field": field, "value": "Owner", "changed_at": "2026-01-03T00:00:00Z"}
    ]
    rows = [won("a", **{"Buying Role": "Owner"}), lost("b", **{"Buying Role": "User"})]
    path = export.write("changes.csv", changes)
    history = load_tables(export.config(rows, {"field_changes": path})).history()
    assert set(history.changes) == {"Buying Role"}


def test_a_field_that_is_no_column_keeps_its_name(export):
    changes = [
        {"lead_id": "a", "field": "Score", "value": "7", "changed_at": "2026-01-03T00:00:00Z"}
    ]
    path = export.write("changes.csv", changes)
    tables = load_tables(export.config([won("a"), lost("b")], {"field_changes": path}))
    assert pd.unique(tables.field_changes["field"]).tolist() == ["Score"]


@pytest.mark.data
@pytest.mark.parametrize(
    ("file", "columns", "how", "ends"),
    [
        (
            "zoho_deals/deals.csv",
            {"lead_id": "Id", "created_at": "Created Time", "outcome": "Stage"},
            TimeFormat("dmy", clock=True, kinds=("numbers",)),
            ["2023-07-03T17:03:00Z", "2024-06-21T15:30:00Z"],
        ),
        (
            "loan_leads/leads.csv.gz",
            {"lead_id": "ID", "created_at": "Lead_Creation_Date", "outcome": "Approved"},
            TimeFormat("dmy", clock=False, kinds=("numbers",)),
            ["2016-07-01T00:00:00Z", "2016-09-30T00:00:00Z"],
        ),
        (
            "sfdc_opportunities/Opportunity.csv",
            {"lead_id": "Id", "created_at": "CreatedDate", "outcome": "IsWon"},
            TimeFormat("", clock=True, kinds=("iso",)),
            ["2022-12-15T14:54:29Z", "2023-09-01T01:01:29Z"],
        ),
    ],
)
def test_public_exports_are_read_as_they_are_written(file, columns, how, ends):
    path = Path(os.environ["LEADGATE_DATA"], file)
    tables = load_tables(
        Config(data={"leads": str(path)}, columns={**columns, "won": ["Payment Done", "1", "true"]})
    )
    assert tables.format.times == {columns["created_at"]: how}
    created = micros(tables.leads["created_at"])
    assert [iso(created.min()), iso(created.max())] == ends
