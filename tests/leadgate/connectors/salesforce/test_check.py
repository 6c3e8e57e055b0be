"""One sentence for each fault: rights, fields, quota, clock."""

from datetime import timedelta

import pytest

from experiments.fakes.salesforce.org import DAILY_CALLS
from leadgate.errors import CrmError
from tests.leadgate.connectors.conftest import ENVIRONMENT


def faults(firm):
    connector = firm.connect()
    looked_at = connector.check(list(connector.fields().values()))
    return {fault.subject: fault.words for fault in looked_at if not fault.ok}


@pytest.fixture
def ready(firm):
    connector = firm.connect()
    connector.create_fields(list(connector.fields().values()))
    return firm


def test_nothing_is_wrong_once_the_fields_are_there(ready):
    assert faults(ready) == {}


def test_fields_that_are_missing_are_named_with_what_makes_them(firm):
    words = faults(firm)["fields of the lead"]
    assert words.startswith("not there or hidden: Leadgate_Readiness__c, Leadgate_Grade__c")
    assert words.endswith("push --create-fields makes them")


def test_a_field_that_may_not_be_edited_is_named(ready):
    ready.leads.locked.add("Leadgate_Grade__c")
    assert faults(ready)["fields of the lead"].startswith("this user may not edit Leadgate_Grade_")


def test_a_column_that_may_not_be_seen_is_named(ready):
    ready.org.objects["Task"].hidden.add("WhoId")
    assert faults(ready)["Task"].startswith("Task: the user of this log-in may not see WhoId.")


@pytest.mark.parametrize(("left", "low"), [(0.2, False), (0.199, True)])
def test_a_quota_of_less_than_a_fifth_is_a_fault(ready, monkeypatch, left, low):
    ready.org.calls = round(DAILY_CALLS * (1 - left)) - 20
    assert ("quota" in faults(ready)) == low


@pytest.mark.parametrize(("seconds", "apart"), [(120, False), (121, True)])
def test_clocks_that_are_two_minutes_apart_are_a_fault(ready, seconds, apart):
    now = ready.org.now
    ready.org.now = lambda: now() + timedelta(seconds=seconds)
    assert ("clock" in faults(ready)) == apart


def test_a_trial_is_not_one_that_people_work_in(small_world, firm):
    assert firm.connect().production
    organization = firm.org.extra["Organization"].records["00D000000000001AAA"]
    organization["IsSandbox"] = True
    assert not firm.connect().production


def test_a_log_in_that_is_wrong_names_no_secret(firm, monkeypatch):
    monkeypatch.setitem(ENVIRONMENT, "LEADGATE_SALESFORCE_CLIENT_SECRET", "hidden")
    with pytest.raises(CrmError, match=r"oauth2/token: 401 \(invalid_client\)") as refused:
        firm.connect()
    assert "hidden" not in str(refused.value)


def test_a_token_that_runs_out_is_asked_for_again(ready):
    ready.org.calls_a_token = 3
    assert faults(ready) == {}
