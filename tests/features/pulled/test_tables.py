"""What was pulled is the export of the same firm: ids apart, the same table row by row."""

import pandas as pd
import pytest

from experiments.fakes.salesforce.world import LOST, OPEN, WORKING, org_of
from experiments.simulation.settings import WorldSettings
from experiments.simulation.simulate import simulate
from features.pulled.description import description
from features.pulled.tables import tables
from leadgate.errors import DataError

CRM = description("salesforce")
COLUMNS = {
    "Lead": ["Id", "IsDeleted", "CreatedDate", "Status", "ConvertedOpportunityId"],
    "LeadHistory": ["Id", "LeadId", "Field", "OldValue", "NewValue", "CreatedDate"],
}


@pytest.fixture(scope="module")
def world():
    return simulate(WorldSettings(n_leads=200, days=200.0, seed=3))


@pytest.fixture(scope="module")
def pulled(world):
    org = org_of(world, lambda: world.until)

    def read(name):
        held = org.objects[name]
        rows = [{kind: row.get(kind) for kind in held.kinds} for row in held.records.values()]
        return pd.DataFrame(rows) if rows else None

    return tables(read, CRM)


def one_lead(status=OPEN, changes=(), **objects):
    objects = {
        "Lead": [
            dict(zip(COLUMNS["Lead"], ("00Q1", False, "2026-01-01", status, None), strict=True))
        ],
        "LeadHistory": [
            dict(zip(COLUMNS["LeadHistory"], (str(n), "00Q1", *change), strict=True))
            for n, change in enumerate(changes)
        ],
    } | objects
    return tables(lambda name: pd.DataFrame(objects[name]) if objects.get(name) else None, CRM)


def instants(values):
    return pd.to_datetime(values, utc=True, format="ISO8601")


def test_leads_are_those_of_the_world_with_its_columns(world, pulled):
    leads = pulled["leads"]
    assert len(leads) == 200
    assert (instants(leads["created_at"]).to_numpy() == world.leads["created_at"].to_numpy()).all()
    for name in ("Industry", "LeadSource", "Employees", "Rating"):
        pd.testing.assert_series_equal(leads[name], world.leads[name], check_dtype=False)


def test_outcomes_are_those_of_the_world_when_the_crm_heard_of_them(world, pulled):
    place = {lead: n for n, lead in enumerate(world.leads["lead_id"])}
    expected = world.outcomes.assign(place=world.outcomes["lead_id"].map(place))
    expected = expected.sort_values("place", ignore_index=True)
    made = pulled["outcomes"]
    assert (made["outcome"] == expected["outcome"]).all()
    won = made["outcome"] == "won"
    assert (instants(made.loc[won, "recorded_at"]) == expected.loc[won, "recorded_at"]).all()
    assert (
        made.loc[won, "closed_at"] == expected.loc[won, "closed_at"].dt.strftime("%Y-%m-%d")
    ).all()
    assert (made.loc[won, "amount"] == expected.loc[won, "amount"]).all()
    assert (instants(made.loc[~won, "closed_at"]) == expected.loc[~won, "closed_at"]).all()


def test_activities_are_those_of_the_world_until_a_lead_was_converted(world, pulled):
    made = pulled["activities"]
    won = world.outcomes[world.outcomes["outcome"] == "won"].set_index("lead_id")["closed_at"]
    converted_on = world.activities["lead_id"].map(won).dt.floor("D")
    after = world.activities["occurred_at"].dt.floor("D") > converted_on
    activities = world.activities[~after]
    assert 0 < after.sum() < 20
    assert len(made) == len(activities)
    for name in ("type", "channel"):
        assert (made[name].to_numpy() == activities[name].to_numpy()).all()
    for name in ("occurred_at", "recorded_at"):
        assert (instants(made[name]).to_numpy() == activities[name].to_numpy()).all()


def test_handoffs_are_those_of_the_world(world, pulled):
    made = pulled["handoffs"]
    expected = world.handoffs.reset_index(drop=True)
    assert len(made) == len(expected)
    assert (instants(made["handed_off_at"]) == expected["handed_off_at"]).all()
    worked = instants(made["first_worked_at"])
    assert (worked.isna() == expected["first_worked_at"].isna()).all()
    assert (worked.dropna() == expected["first_worked_at"].dropna()).all()
    assert made["person"].nunique() == expected["person"].nunique()


def test_what_is_an_outcome_or_a_handoff_is_no_change_of_a_field_too(pulled):
    assert "field_changes" not in pulled
    made = one_lead(changes=[("Rating", "Cold", "Hot", "2026-01-02")])
    assert made["field_changes"].to_dict("records") == [
        {
            "lead_id": "00Q1",
            "field": "Rating",
            "value": "Hot",
            "old_value": "Cold",
            "changed_at": "2026-01-02",
        }
    ]


def test_a_status_that_says_lost_without_a_date_is_a_loss_without_one():
    made = one_lead(status=LOST)["outcomes"]
    assert made.loc[0, "outcome"] == "lost"
    assert pd.isna(made.loc[0, "closed_at"])


def test_a_loss_is_of_the_last_time_that_the_status_became_so():
    reopened = [
        ("Status", WORKING, LOST, "2026-01-02"),
        ("Status", LOST, WORKING, "2026-01-03"),
        ("Status", WORKING, LOST, "2026-01-04"),
    ]
    assert one_lead(status=LOST, changes=reopened)["outcomes"].loc[0, "closed_at"] == "2026-01-04"


def test_a_lead_that_was_closed_at_once_was_not_worked():
    changes = [
        ("Owner", "00G1", "0051", "2026-01-02"),
        ("Status", OPEN, LOST, "2026-01-03"),
    ]
    made = one_lead(status=LOST, changes=changes)["handoffs"]
    assert made.loc[0, "handed_off_at"] == "2026-01-02"
    assert pd.isna(made.loc[0, "first_worked_at"])


@pytest.mark.parametrize("closed", [True, False])
@pytest.mark.parametrize("deleted", [True, False])
def test_a_deal_counts_once_it_is_closed_and_unless_it_is_deleted(closed, deleted):
    lead = dict(zip(COLUMNS["Lead"], ("00Q1", False, "2026-01-01", OPEN, "0061"), strict=True))
    deal = {"Id": "0061", "IsDeleted": deleted, "IsClosed": closed, "IsWon": True, "Amount": 5.0}
    deal |= {"CloseDate": "2026-02-01", "LastStageChangeDate": "2026-02-02"}
    made = one_lead(Lead=[lead], Opportunity=[deal])
    assert ("outcomes" in made) == (closed and not deleted)


def test_a_task_that_nobody_has_done_is_no_activity():
    task = {"Id": "1", "IsDeleted": False, "WhoId": "00Q1", "TaskSubtype": "Call", "Type": None}
    task |= {"ActivityDate": "2026-01-05", "CompletedDateTime": None, "CreatedDate": "2026-01-02"}
    done = one_lead(Task=[task | {"IsClosed": True}, task | {"Id": "2", "IsClosed": False}])
    assert done["activities"]["activity_id"].tolist() == ["1"]
    assert done["activities"].loc[0, "occurred_at"] == "2026-01-05"
    of_another = one_lead(Task=[task | {"IsClosed": True, "WhoId": "0031"}])
    assert "activities" not in of_another


def test_not_one_lead_is_refused():
    with pytest.raises(DataError, match="Not one Lead was pulled"):
        tables(lambda _: None, CRM)


def converted(lead, created, until, contact="0031"):
    names = ("Id", "CreatedDate", "ConvertedDate", "ConvertedContactId")
    row = dict(zip(names, (lead, created, until, contact), strict=True))
    return row | {"IsDeleted": False, "Status": OPEN, "ConvertedOpportunityId": None}


@pytest.mark.parametrize(
    ("day", "lead"),
    [
        ("2026-01-01", None),
        ("2026-01-02", "00Q1"),
        ("2026-01-09", "00Q1"),
        ("2026-01-10", None),
        ("2026-02-01", "00Q2"),
        ("2026-02-04", None),
    ],
)
def test_what_a_converted_lead_did_is_found_at_its_contact(day, lead):
    leads = [
        converted("00Q1", "2026-01-02T09:00:00.000+0000", "2026-01-09"),
        converted("00Q2", "2026-02-01T09:00:00.000+0000", "2026-02-03"),
    ]
    task = {"Id": "1", "IsDeleted": False, "WhoId": "0031", "TaskSubtype": "Call", "Type": None}
    task |= {"ActivityDate": day, "CompletedDateTime": None, "CreatedDate": day, "IsClosed": True}
    member = {"Id": "2", "IsDeleted": False, "LeadId": None, "ContactId": "0031", "Status": "Sent"}
    member |= {"CampaignId": "7011", "FirstRespondedDate": day, "CreatedDate": day}
    made = one_lead(Lead=leads, Task=[task], CampaignMember=[member])
    held = made["activities"]["lead_id"].tolist() if "activities" in made else []
    assert held == ([lead, lead] if lead else [])


def test_an_event_of_a_whole_day_is_an_activity():
    event = {
        "Id": "1",
        "IsDeleted": False,
        "WhoId": "00Q1",
        "Type": None,
        "CreatedDate": "2026-01-02",
    }
    event |= {"ActivityDateTime": None, "ActivityDate": "2026-01-05"}
    assert one_lead(Event=[event])["activities"].loc[0, "occurred_at"] == "2026-01-05"
