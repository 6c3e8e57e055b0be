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
        {
            "done": False,
            "nextRecordsUrl": "/services/data/v64.0/query/01g-2000",
            "records": [{"Id": "1"}, {"Id": "2"}],
        },
        {"done": True, "records": [{"Id": "3"}]},
    ]
    asked = []

    class Answered:
        def record(self):
            return answers.pop(0)

    def call(method, path, **_):
        asked.append(path)
        return Answered()

    monkeypatch.setattr(connector._http, "call", call)
    assert _rows(connector._http, "Lead", "SELECT Id FROM Lead") == [
        {"Id": "1"},
        {"Id": "2"},
        {"Id": "3"},
    ]
    assert asked == ["/services/data/v64.0/queryAll", "/services/data/v64.0/query/01g-2000"]


def test_a_column_that_is_needed_and_hidden_is_named(firm):
    firm.org.objects["Opportunity"].hidden |= {"IsWon", "Amount"}
    with pytest.raises(CrmError, match="Opportunity: the user of this log-in may not see IsWon, A"):
        next(firm.connect().read("Opportunity", "", lambda _: True))


def test_numbers_and_flags_are_read_whatever_they_are_called(firm):
    page = next(firm.connect().read("Lead", "", lambda name: False))
    assert {"Employees", "Rating", "IsDeleted"} <= set(page.rows.column_names)
    assert not {"Industry", "Title"} & set(page.rows.column_names)


def test_an_object_of_hundreds_of_columns_is_read_in_several_queries(firm, monkeypatch):
    names = [f"A_rather_long_name_of_a_field_{n:04d}__c" for n in range(600)]
    firm.leads.kinds.update(dict.fromkeys(names, "double"))
    for row in firm.leads.records.values():
        row[names[-1]] = 7.0
    connector = firm.connect()
    page = next(connector.read("Lead", "", lambda _: True))
    assert set(names) <= set(page.rows.column_names)
    assert page.rows.column(names[-1]).to_pylist() == [7.0] * 60


def test_a_row_that_changes_between_the_queries_of_a_page_comes_later(firm, monkeypatch):
    monkeypatch.setattr("leadgate.connectors.salesforce.read.LONGEST_LIST", 60)
    monkeypatch.setattr("leadgate.connectors.salesforce.read.ROWS_A_PAGE", 7)
    connector = firm.connect()
    changed, call = [], connector._http.call

    def and_one_changes(method, path, **rest):
        answer = call(method, path, **rest)
        if path.endswith("queryAll") and not changed:
            changed.append(answer.record()["records"][2]["Id"])
            firm.org.update({"id": changed[0], "Rating": 99.0})
        return answer

    monkeypatch.setattr(connector._http, "call", and_one_changes)
    rows = [
        row for page in connector.read("Lead", "", lambda _: True) for row in page.rows.to_pylist()
    ]
    assert sorted(row["Id"] for row in rows) == sorted(firm.leads.records)
    assert next(row for row in rows if row["Id"] == changed[0])["Rating"] == 99.0


def test_a_page_that_comes_again_and_again_is_an_error(firm, small_pages, monkeypatch):
    connector = firm.connect()
    monkeypatch.setattr(
        "leadgate.connectors.salesforce.read.query",
        lambda *_: query("Lead", ["Id", "SystemModstamp"], ""),
    )
    with pytest.raises(CrmError, match="Lead: the next page is one that was read before"):
        list(connector.read("Lead", "", lambda _: True))


@pytest.mark.parametrize("name", ["LeadHistory", "CampaignMember"])
def test_what_not_every_org_has_is_left_out_and_the_check_says_so(firm, name):
    del firm.org.objects[name]
    connector = firm.connect()
    assert list(connector.read(name, "", lambda _: True)) == []
    fault = next(f for f in connector.check([]) if f.subject == name)
    assert (fault.ok, fault.words.startswith("not in this org, or hidden; ")) == (True, True)


def test_an_org_without_opportunities_is_refused(firm):
    del firm.org.objects["Opportunity"]
    with pytest.raises(CrmError, match=r"Opportunity/describe: 404 \(NOT_FOUND\)"):
        list(firm.connect().read("Opportunity", "", lambda _: True))


def test_a_value_of_another_type_is_named_by_its_column(firm):
    next(iter(firm.leads.records.values()))["Rating"] = "a lead's own words"
    with pytest.raises(
        CrmError, match=r"Lead: Rating holds something else than double\."
    ) as refused:
        list(firm.connect().read("Lead", "", lambda _: True))
    assert "own words" not in str(refused.value)
