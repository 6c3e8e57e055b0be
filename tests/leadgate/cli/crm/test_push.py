"""The whole way through the commands: look, pull, configure, push, put back."""

import json

import pandas as pd
import pytest

from leadgate.cli.entry import run
from leadgate.config import Config
from tests.leadgate.connectors.conftest import Firm, small_world  # noqa: F401


@pytest.fixture
def firm(small_world, tmp_path, monkeypatch):  # noqa: F811
    firm = Firm(small_world)
    monkeypatch.chdir(tmp_path)
    for command in ("pull", "push", "connect"):
        monkeypatch.setattr(
            f"leadgate.cli.crm.{command}.open_crm", lambda crm: firm.connect(**crm.fields)
        )
    return firm


@pytest.fixture
def scores(firm, tmp_path):
    leads = sorted(firm.leads.records)
    held = {"as_of": "2026-02-01T00:00:00Z", "grade": "B", "stage": "interest"}
    rest = {"decision": "nurture", "person": "", "reason_1": "(+) a", "model_version": "7"}
    frame = pd.DataFrame({"lead_id": leads, "readiness": 0.25, **held, **rest})
    frame.to_csv(tmp_path / "scores.csv", index=False)
    return "scores.csv"


def called(capsys, *arguments, code=0):
    assert run([*arguments, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def test_a_pull_makes_an_export_that_init_reads(firm, capsys, tmp_path):
    answer = called(capsys, "pull", "--crm", "salesforce")
    assert answer["read"]["Lead"] == answer["tables"]["leads"] == 60
    assert answer["next"] == f"leadgate init {tmp_path / 'pulled'} --crm salesforce"
    leads = pd.read_parquet("pulled/leads.parquet")
    assert "Email" not in leads
    made = called(capsys, "init", "pulled", "--crm", "salesforce")["guessed"]
    assert made["columns"]["lead_id"] == "lead_id"
    assert made["data"]["outcomes"] == "pulled/outcomes.parquet"
    assert made["data"]["handoffs"] == "pulled/handoffs.parquet"
    assert made["crm"] == {"name": "salesforce"}
    assert Config.load("leadgate.toml").crm.name == "salesforce"
    assert called(capsys, "pull")["next"] == "leadgate check"


def test_changes_of_personal_fields_are_not_kept(firm, capsys):
    firm.org.objects["LeadHistory"].put(
        {"Id": "0171", "LeadId": "00Q000000000001AAA", "Field": "Email", "OldValue": None,
         "NewValue": "hidden@example.com", "CreatedDate": "2026-01-30T00:00:00.000+0000"}
    )  # fmt: skip
    called(capsys, "pull", "--crm", "salesforce")
    fields = pd.read_parquet("pulled/objects/LeadHistory.parquet")["Field"]
    assert "Email" not in set(fields)
    assert len(fields)


def test_names_of_owners_are_not_kept(firm, capsys):
    row = {"LeadId": "00Q000000000001AAA", "Field": "Owner", "OldValue": None}
    row |= {"CreatedDate": "2026-01-30T00:00:00.000+0000"}
    history = firm.org.objects["LeadHistory"]
    history.put(row | {"Id": "0171", "NewValue": "Jane Doe"})
    history.put(row | {"Id": "0172", "NewValue": "005000000000001AAA"})
    called(capsys, "pull", "--crm", "salesforce")
    held = pd.read_parquet("pulled/objects/LeadHistory.parquet")
    assert "Jane Doe" not in set(held["NewValue"])
    assert "0172" in set(held["Id"])


def test_a_table_that_has_no_rows_any_more_is_empty(firm, capsys):
    called(capsys, "pull", "--crm", "salesforce")
    for row in list(firm.org.objects["Task"].records.values()):
        row["IsClosed"] = False
        firm.org.objects["Task"].put(row | {"SystemModstamp": "2026-02-01T00:00:00.000+0000"})
    assert "activities" not in called(capsys, "pull", "--crm", "salesforce")["tables"]
    activities = pd.read_parquet("pulled/activities.parquet")
    assert (len(activities), "occurred_at" in activities) == (0, True)


def test_the_check_names_what_is_missing_and_fails(firm, capsys):
    answer = called(capsys, "connect", "check", "--crm", "salesforce", code=1)
    assert [c["subject"] for c in answer["checks"] if not c["ok"]] == ["fields of the lead"]


def test_a_push_to_one_that_people_work_in_wants_a_yes(firm, scores, capsys):
    answer = called(capsys, "push", scores, "--crm", "salesforce", code=1)
    assert answer["error"]["code"] == "not_confirmed"
    assert "Leadgate_Readiness__c" not in firm.leads.kinds


def test_a_push_without_its_fields_is_refused_and_changes_nothing(firm, scores, capsys):
    answer = called(capsys, "push", scores, "--crm", "salesforce", "--yes", code=1)
    assert answer["error"]["code"] == "missing_fields"
    assert "--create-fields" in answer["error"]["hint"]


def test_decisions_are_written_once_and_put_back(firm, scores, capsys, tmp_path):
    push = ("push", scores, "--crm", "salesforce", "--yes")
    look = called(capsys, "push", scores, "--crm", "salesforce", "--dry-run")
    assert (look["written"], look["run"]) == (60, "")
    first = called(capsys, *push, "--create-fields")
    assert (first["written"], len(first["created"])) == (60, 9)
    assert firm.leads.records["00Q000000000001AAA"]["Leadgate_Readiness__c"] == 0.25
    again = called(capsys, *push)
    assert (again["written"], again["unchanged"], again["run"]) == (0, 60, first["run"])
    back = called(capsys, "push", "--undo", first["run"], "--crm", "salesforce", "--yes")
    assert back["written"] == 60
    assert firm.leads.records["00Q000000000001AAA"]["Leadgate_Readiness__c"] is None


def test_the_configuration_names_the_crm_and_its_fields(firm, scores, capsys, tmp_path):
    called(capsys, "pull", "--crm", "salesforce")
    called(capsys, "init", "pulled", "--crm", "salesforce")
    with (tmp_path / "leadgate.toml").open("a") as file:
        file.write('fields = { readiness = "Score__c" }\n')
    answer = called(capsys, "push", scores, "--yes", "--create-fields")
    assert "Score__c" in answer["created"]


def test_without_a_crm_it_says_how_to_name_one(firm, capsys):
    answer = called(capsys, "pull", code=1)
    assert "no CRM is named" in answer["error"]["message"]
    assert "--crm salesforce" in answer["error"]["hint"]


@pytest.mark.parametrize("arguments", [["push"], ["push", "scores.csv", "--undo", "x"]])
def test_a_push_is_of_a_file_or_an_undo(firm, capsys, arguments):
    assert called(capsys, *arguments, code=2)["error"]["code"] == "usage"


def test_the_answer_of_a_push_is_words_for_people(firm, scores, capsys):
    assert run(["push", scores, "--crm", "salesforce", "--yes", "--create-fields"]) == 0
    words = " ".join(capsys.readouterr().out.split())
    assert "60 leads written, 0 unchanged, 0 refused, 0 not there" in words
    assert "To put back what was there: leadgate push --undo" in words


def test_tables_that_no_pull_wrote_are_not_written_over(firm, capsys, tmp_path):
    theirs = tmp_path / "pulled" / "leads.parquet"
    theirs.parent.mkdir()
    pd.DataFrame({"a": [1]}).to_parquet(theirs)
    before = theirs.read_bytes()
    answer = called(capsys, "pull", "--crm", "salesforce", code=1)
    assert answer["error"]["code"] == "not_ours"
    assert theirs.read_bytes() == before


def test_other_tables_of_the_folder_are_left_alone(firm, capsys, tmp_path):
    theirs = tmp_path / "pulled" / "notes.parquet"
    theirs.parent.mkdir()
    pd.DataFrame({"a": [1]}).to_parquet(theirs)
    called(capsys, "pull", "--crm", "salesforce")
    assert pd.read_parquet(theirs)["a"].tolist() == [1]
