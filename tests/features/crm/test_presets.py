"""Small made-up exports with the columns that the CRMs give them."""

import tomllib

import pandas as pd
import pytest

from features.crm.match import presets, recognise, recognise_history
from features.profiling.guess import guess
from features.tables import load_tables
from leadgate.config import Config
from leadgate.errors import DataError

N = 60
DAYS = pd.date_range("2026-01-05", periods=N, freq="D")


def cycle(*values):
    return [values[i % len(values)] for i in range(N)]


def closing(values, *ended):
    later = (DAYS + pd.Timedelta(days=9)).strftime("%Y-%m-%d")
    return [day if value in ended else "" for value, day in zip(values, later, strict=True)]


def salesforce(labels):
    status = cycle("Closed - Converted", "Closed - Not Converted", "Open - Not Contacted")
    frame = {
        "Id": [f"00Q{i:06}" for i in range(N)],
        "Email": [f"ada{i}@example.org" for i in range(N)],
        "Company": [f"Firm {i % 20}" for i in range(N)],
        "LeadSource": cycle("Web", "Partner"),
        "Status": status,
        "IsConverted": [value == "Closed - Converted" for value in status],
        "ConvertedDate": closing(status, "Closed - Converted"),
        "ConvertedOpportunityId": ["006x" if i % 3 == 0 else "" for i in range(N)],
        "NumberOfEmployees": cycle(10, 20, 30, 40),
        "Rating": cycle("Hot", "Cold"),
        "OwnerId": cycle("005a", "005b"),
        "CreatedDate": DAYS.strftime("%Y-%m-%dT08:00:00.000+0000"),
        "LastActivityDate": DAYS.strftime("%Y-%m-%d"),
        "SystemModstamp": DAYS.strftime("%Y-%m-%dT08:00:00.000+0000"),
    }
    names = {
        "Id": "Lead ID",
        "Company": "Company / Account",
        "LeadSource": "Lead Source",
        "Status": "Lead Status",
        "IsConverted": "Converted",
        "ConvertedDate": "Converted Date",
        "OwnerId": "Lead Owner",
        "CreatedDate": "Created Date",
    }
    gone = ["ConvertedOpportunityId", "SystemModstamp", "LastActivityDate"]
    if labels:
        return pd.DataFrame(frame).drop(columns=gone).rename(columns=names)
    return pd.DataFrame(frame)


def hubspot(labels):
    stage = cycle("customer", "lead", "marketingqualifiedlead", "opportunity")
    frame = {
        "hs_object_id": [str(101 + i) for i in range(N)],
        "email": [f"ada{i}@example.org" for i in range(N)],
        "associatedcompanyid": cycle("9", "8", "7"),
        "createdate": DAYS.strftime("%Y-%m-%dT08:00:00Z"),
        "lifecyclestage": stage,
        "closedate": closing(stage, "customer"),
        "recent_deal_amount": ["900" if value == "customer" else "" for value in stage],
        "hs_analytics_source": cycle("ORGANIC_SEARCH", "DIRECT_TRAFFIC"),
        "hs_analytics_num_page_views": cycle(3, 9, 27),
        "num_conversion_events": cycle(0, 1),
        "hs_email_open": cycle(5, 6, 7),
        "hs_latest_source": cycle("DIRECT_TRAFFIC", "OFFLINE"),
        "hubspot_owner_id": cycle("1", "2"),
        "industry": cycle("RETAIL", "ENERGY"),
    }
    names = {
        "hs_object_id": "Record ID",
        "associatedcompanyid": "Primary Associated Company ID",
        "createdate": "Create Date",
        "lifecyclestage": "Lifecycle Stage",
        "closedate": "Close Date",
        "recent_deal_amount": "Recent Deal Amount",
        "hs_analytics_source": "Original Source",
        "hs_analytics_num_page_views": "Number of Pageviews",
        "num_conversion_events": "Number of Form Submissions",
        "hs_email_open": "Marketing emails opened",
        "hs_latest_source": "Latest Source",
        "hubspot_owner_id": "Contact owner",
        "industry": "Industry",
    }
    return pd.DataFrame(frame).rename(columns=names if labels else {})


def dynamics(labels):
    frame = {
        "leadid": [f"{i:08}-0000-0000-0000-000000000000" for i in range(N)],
        "companyname": [f"Firm {i % 20}" for i in range(N)],
        "createdon": DAYS.strftime("%Y-%m-%dT08:00:00Z"),
        "modifiedon": DAYS.strftime("%Y-%m-%dT09:00:00Z"),
        "statecode": cycle("Open", "Qualified", "Disqualified") if labels else cycle(0, 1, 2),
        "statuscode": cycle(1, 3, 4),
        "qualifyingopportunityid": ["x" if i % 3 == 1 else "" for i in range(N)],
        "leadsourcecode": cycle(8, 9),
        "industrycode": cycle(1, 2, 3),
        "leadqualitycode": cycle("Hot", "Cold") if labels else cycle(1, 2),
        "estimatedclosedate": DAYS.strftime("%Y-%m-%d"),
    }
    names = {
        "leadid": "(Do Not Modify) Lead",
        "companyname": "Company Name",
        "createdon": "Created On",
        "modifiedon": "(Do Not Modify) Modified On",
        "statecode": "Status",
        "statuscode": "Status Reason",
        "qualifyingopportunityid": "Qualifying Opportunity",
        "leadsourcecode": "Lead Source",
        "industrycode": "Industry",
        "leadqualitycode": "Rating",
    }
    checksum = {"(Do Not Modify) Row Checksum": ["x"] * N}
    return pd.DataFrame(frame | (checksum if labels else {})).rename(
        columns=names if labels else {}
    )


EXPECTED = {
    (salesforce, False): {
        "columns": ("Id", "Company", "CreatedDate", "Status", "ConvertedDate", None),
        "won": (["Closed - Converted"], ["Closed - Not Converted"], ["Open - Not Contacted"]),
        "after_outcome": ["IsConverted", "ConvertedOpportunityId"],
        "unknown": ["Rating", "OwnerId", "LastActivityDate", "SystemModstamp"],
        "features": {"LeadSource", "NumberOfEmployees"},
    },
    (salesforce, True): {
        "columns": (
            "Lead ID", "Company / Account", "Created Date", "Lead Status", "Converted Date", None
        ),
        "won": (["Closed - Converted"], ["Closed - Not Converted"], ["Open - Not Contacted"]),
        "after_outcome": ["Converted"],
        "unknown": ["Rating", "Lead Owner"],
        "features": {"Lead Source", "NumberOfEmployees"},
    },
    (hubspot, False): {
        "columns": (
            "hs_object_id", "associatedcompanyid", "createdate", "lifecyclestage", "closedate",
            "recent_deal_amount",
        ),
        "won": (["customer"], "rest", []),
        "after_outcome": [],
        "unknown": [
            "hs_analytics_num_page_views", "num_conversion_events", "hs_email_open",
            "hs_latest_source", "hubspot_owner_id",
        ],
        "features": {"hs_analytics_source", "industry"},
    },
    (hubspot, True): {
        "columns": (
            "Record ID", "Primary Associated Company ID", "Create Date", "Lifecycle Stage",
            "Close Date", "Recent Deal Amount",
        ),
        "won": (["customer"], "rest", []),
        "after_outcome": [],
        "unknown": [
            "Number of Pageviews", "Number of Form Submissions", "Marketing emails opened",
            "Latest Source", "Contact owner",
        ],
        "features": {"Original Source", "Industry"},
    },
    (dynamics, False): {
        "columns": ("leadid", "companyname", "createdon", "statecode", None, None),
        "won": (["1"], ["2"], []),
        "after_outcome": ["statuscode", "qualifyingopportunityid"],
        "unknown": ["modifiedon", "leadqualitycode", "estimatedclosedate"],
        "features": {"leadsourcecode", "industrycode"},
    },
    (dynamics, True): {
        "columns": ("(Do Not Modify) Lead", "Company Name", "Created On", "Status", None, None),
        "won": (["Qualified"], ["Disqualified"], []),
        "after_outcome": ["Qualifying Opportunity"],
        "unknown": [
            "(Do Not Modify) Modified On", "Status Reason", "Rating", "estimatedclosedate",
            "(Do Not Modify) Row Checksum",
        ],
        "features": {"Lead Source", "Industry"},
    },
}  # fmt: skip
CRMS = {salesforce: "Salesforce leads", hubspot: "HubSpot contacts", dynamics: "Dynamics 365 leads"}


@pytest.mark.parametrize("make", [salesforce, hubspot, dynamics])
@pytest.mark.parametrize("labels", [False, True], ids=["names", "labels"])
def test_the_standard_export_of_a_crm_is_mapped(tmp_path, make, labels):
    make(labels).to_csv(tmp_path / "leads.csv", index=False)
    text = guess(tmp_path / "leads.csv").text
    assert f"# by its columns: {CRMS[make]}" in text
    config = Config.from_dict(tomllib.loads(text), folder=tmp_path)
    expected, columns = EXPECTED[make, labels], config.columns
    assert expected["columns"] == (
        columns.lead_id, columns.account_id, columns.created_at, columns.outcome,
        columns.closed_at, columns.amount,
    )  # fmt: skip
    assert (columns.won, columns.lost, columns.unworked) == expected["won"]
    assert columns.after_outcome == expected["after_outcome"]
    assert columns.unknown == expected["unknown"]
    tables = load_tables(config)
    assert set(tables.leads) - {"lead_id", "account_id", "created_at"} == expected["features"]


def test_counters_are_left_out_with_the_reason(tmp_path):
    hubspot(labels=False).to_csv(tmp_path / "leads.csv", index=False)
    why = "# a total up to today: of use only where its history is given"
    for line in guess(tmp_path / "leads.csv").text.splitlines():
        if "num_page_views" in line or "hs_email_open" in line:
            assert line.endswith(why)
            break
    else:
        pytest.fail("no counter is in the text")


def history(shape):
    if shape == "salesforce":
        rows = [["00Q000000", "Rating", "Cold", "Hot", DAYS[3].isoformat() + "Z"]]
        return pd.DataFrame(
            rows, columns=["LeadId", "Field", "OldValue", "NewValue", "CreatedDate"]
        )
    rows = [["101", "hs_email_open", "5", "IMPORT", str(DAYS[3].value // 10**6)]]
    return pd.DataFrame(rows, columns=["vid", "property", "value", "source-type", "timestamp"])


@pytest.mark.parametrize(
    ("shape", "make", "field", "old"),
    [("salesforce", salesforce, "Rating", "Cold"), ("hubspot", hubspot, "hs_email_open", "")],
)
def test_a_field_history_is_mapped_and_its_fields_become_features(
    tmp_path, shape, make, field, old
):
    make(labels=False).to_csv(tmp_path / "leads.csv", index=False)
    history(shape).to_csv(tmp_path / "history.csv", index=False)
    text = guess(tmp_path / "leads.csv", [], tmp_path / "history.csv").text
    config = Config.from_dict(tomllib.loads(text), folder=tmp_path)
    assert field not in config.columns.unknown
    tables = load_tables(config)
    assert tables.quarantine.count == 0
    (change,) = tables.field_changes.to_dict("records")
    assert (change["field"], change["old_value"]) == (field, old)
    assert change["changed_at"] == DAYS[3].tz_localize("UTC")
    past = tables.history()
    lead = past.index_of([change["lead_id"]])
    first = past.changes[field].as_of(lead, past.created[lead], past.attribute(field).take(lead))
    assert first.column().tolist() == [old], "today's value was not known at the creation"


@pytest.mark.parametrize(
    ("names", "what"),
    [
        ("OpportunityId Field OldValue NewValue CreatedDate", "a Salesforce field history"),
        ("lead_id field old_value new_value created_date", "a Salesforce field history"),
        ("contactId property value timestamp sourceType", "a HubSpot property history"),
        ("contact_id name value timestamp source", "a HubSpot property history"),
        ("lead_id field value changed_at", "a table of field changes"),
    ],
)
def test_the_shapes_of_field_histories_are_known(names, what):
    assert recognise_history(names.split())[0] == what


def test_unknown_shapes_are_not_taken_for_known_ones(tmp_path):
    assert recognise(["Id", "CreatedDate", "Stage", "LeadSource", "Industry"]) is None
    assert recognise_history(["a", "b"]) is None
    pd.DataFrame({"a": [1]}).to_csv(tmp_path / "history.csv", index=False)
    salesforce(labels=False).to_csv(tmp_path / "leads.csv", index=False)
    with pytest.raises(DataError, match=r"history.csv: its columns are those of no known table"):
        guess(tmp_path / "leads.csv", [], tmp_path / "history.csv")


def test_no_mark_is_of_every_crm():
    marks = [{mark.lower() for mark in preset.marks} for preset in presets()]
    assert not set.intersection(*marks)
