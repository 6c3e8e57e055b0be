"""The whole way through the commands with Odoo: look, pull, configure, push, put back."""

import json

import pandas as pd
import pytest

from leadgate.cli.entry import run
from leadgate.config import Config
from tests.leadgate.connectors.conftest import small_world  # noqa: F401
from tests.leadgate.connectors.odoo.conftest import OdooFirm


@pytest.fixture
def firm(small_world, tmp_path, monkeypatch):  # noqa: F811
    firm = OdooFirm(small_world)
    monkeypatch.chdir(tmp_path)
    for command in ("pull", "push", "connect"):
        monkeypatch.setattr(
            f"leadgate.cli.crm.{command}.open_crm", lambda crm: firm.connect(**crm.fields)
        )
    return firm


def called(capsys, *arguments, code=0):
    assert run([*arguments, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def test_a_pull_makes_an_export_that_init_reads(firm, capsys):
    answer = called(capsys, "pull", "--crm", "odoo")
    assert answer["read"]["crm.lead"] == answer["tables"]["leads"] == 60
    made = called(capsys, "init", "pulled", "--crm", "odoo")["guessed"]
    assert (made["columns"]["lead_id"], made["columns"]["created_at"]) == ("lead_id", "created_at")
    assert made["columns"]["deleted"] == {"column": "deleted"}
    assert made["data"]["activities"][0]["path"] == "pulled/activities.parquet"
    for name in ("outcomes", "handoffs"):
        assert made["data"][name] == f"pulled/{name}.parquet"
    config = Config.load("leadgate.toml")
    assert config.crm.name == "odoo"
    ended = {"won_status", "date_closed", "stage_id", "expected_revenue", "lost_reason_id"}
    assert ended | {"probability", "active"} <= set(config.columns.after_outcome)


def test_decisions_are_written_once_and_put_back(firm, capsys):
    leads = sorted(map(str, firm.leads.records))
    held = {"as_of": "2026-02-01T00:00:00Z", "grade": "B", "stage": "interest"}
    rest = {"decision": "nurture", "person": "", "reason_1": "(+) a", "model_version": "7"}
    pd.DataFrame({"lead_id": leads, "readiness": 0.25, **held, **rest}).to_csv(
        "scores.csv", index=False
    )
    push = ("push", "scores.csv", "--crm", "odoo", "--yes")
    look = called(capsys, "push", "scores.csv", "--crm", "odoo", "--dry-run")
    assert (look["written"], look["calls_at_most"]) == (60, 61)
    assert called(capsys, *push, code=1)["error"]["code"] == "missing_fields"
    first = called(capsys, *push, "--create-fields")
    assert (first["written"], len(first["created"])) == (60, 9)
    assert called(capsys, *push)["written"] == 0
    back = called(capsys, "push", "--undo", first["run"], "--crm", "odoo", "--yes")
    assert back["written"] == 60
    assert firm.leads.records[1]["x_leadgate_readiness"] is None


def test_the_check_names_what_is_missing_and_fails(firm, capsys):
    answer = called(capsys, "connect", "check", "--crm", "odoo", code=1)
    assert answer["org"] == "firm.odoo.com"
    assert [c["subject"] for c in answer["checks"] if not c["ok"]] == ["fields of the lead"]
