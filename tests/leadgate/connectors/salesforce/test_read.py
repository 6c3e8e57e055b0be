"""What is asked of Salesforce, and what is not."""

import pyarrow as pa
import pytest

from leadgate.connectors.salesforce.read import _rows, query
from leadgate.errors import CrmError


@pytest.mark.parametrize(
    ("place", "where"),
    [
        ("", ""),
        ("2026-01-05T00:00:00Z", " WHERE SystemModstamp > 2026-01-05T00:00:00Z"),
        (
            "2026-01-05T00:00:00Z 00Q1",
            " WHERE (SystemModstamp > 2026-01-05T00:00:00Z OR "
            "(SystemModstamp = 2026-01-05T00:00:00Z AND Id > '00Q1'))",
        ),
    ],
)
def test_a_page_is_what_comes_after_a_place(place, where):
    asked = query("Lead", ["Id", "SystemModstamp"], place)
    start = "SELECT Id, SystemModstamp FROM Lead"
    assert asked == f"{start}{where} ORDER BY SystemModstamp, Id LIMIT 2000"


def test_columns_have_the_types_of_the_crm(firm):
    page = next(firm.connect().read("Lead", "", lambda _: True))
    kinds = {name: page.rows.schema.field(name).type for name in ("Id", "IsDeleted", "Employees")}
    assert kinds == {"Id": pa.string(), "IsDeleted": pa.bool_(), "Employees": pa.float64()}


def test_a_history_of_numbers_and_flags_is_read_as_text(firm):
    rows = firm.org.objects["LeadHistory"]
    rows.records.clear()
    row = {"LeadId": "00Q1", "Field": "x", "CreatedDate": "2026-01-30T00:00:00.000+0000"}
    rows.fill([row | {"Id": "0171", "OldValue": 3.5, "NewValue": True}])
    page = next(firm.connect().read("LeadHistory", "", lambda _: True))
    assert page.rows.select(["OldValue", "NewValue"]).to_pylist() == [
        {"OldValue": "3.5", "NewValue": "true"}
    ]


def test_a_wide_page_that_comes_in_several_answers_is_read_whole(firm, monkeypatch):
    connector = firm.connect()
    answers = [
        {"done": False, "nextRecordsUrl": "/services/data/v64.0/query/01g-2000", "records": [1, 2]},
        {"done": True, "records": [3]},
    ]
    asked = []

    class Answered:
        def record(self):
            return answers.pop(0)

    def call(method, path, **_):
        asked.append(path)
        return Answered()

    monkeypatch.setattr(connector._http, "call", call)
    assert _rows(connector._http, "SELECT Id FROM Lead") == [1, 2, 3]
    assert asked == ["/services/data/v64.0/queryAll", "/services/data/v64.0/query/01g-2000"]


def test_a_column_that_is_needed_and_hidden_is_named(firm):
    firm.org.objects["Opportunity"].hidden |= {"IsWon", "Amount"}
    with pytest.raises(CrmError, match="Opportunity: the user of this log-in may not see IsWon, A"):
        next(firm.connect().read("Opportunity", "", lambda _: True))


def test_numbers_and_flags_are_read_whatever_they_are_called(firm):
    page = next(firm.connect().read("Lead", "", lambda name: False))
    assert {"Employees", "Rating", "IsDeleted"} <= set(page.rows.column_names)
    assert not {"Industry", "Title"} & set(page.rows.column_names)
