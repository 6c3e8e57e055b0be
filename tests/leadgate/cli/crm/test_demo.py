"""The loop through a CRM, on a simulated org: the lead's page shows what was decided."""

import json

import pytest

from leadgate.cli.entry import run


@pytest.mark.slow
def test_the_whole_loop_ends_on_the_page_of_a_lead(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["demo", "--crm", "salesforce", "--leads", "600", "--seed", "3", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["pulled"]["leads"] == 600
    scored = answer["score"]["rows"]
    assert 0 < scored < 600
    done = answer["pushed"]
    assert (done["written"], done["failed"], done["missing"]) == (scored, 0, 0)
    assert (answer["pushed_again"]["written"], answer["pushed_again"]["calls"]) == (0, 1)
    page = answer["page"]
    assert page["Readiness Decision"] in answer["score"]["decisions"]
    assert page["Readiness Model"] == answer["train"]["version"] == "1"


def test_a_crm_without_a_simulated_org_is_refused(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["demo", "--crm", "excel", "--json"]) == 1
    error = json.loads(capsys.readouterr().out)["error"]
    assert "no simulated org of excel" in error["message"]
    assert not (tmp_path / "demo").exists()
