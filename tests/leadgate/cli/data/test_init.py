"""`leadgate init` as people and machines see it."""

import json

import pandas as pd
import pytest

from leadgate.cli import run

N = 60
DAYS = pd.date_range("2026-01-05", periods=N, freq="D")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pd.DataFrame(
        {
            "deal_id": [f"D{i}" for i in range(N)],
            "Email": [f"p{i}@example.org" for i in range(N)],
            "Created Time": DAYS.strftime("%Y-%m-%d"),
            "Status": ["converted", "qualified", "lost"] * 20,
            "Closing Date": (DAYS + pd.Timedelta(days=20)).strftime("%Y-%m-%d"),
        }
    ).to_csv("deals.csv", index=False)
    return tmp_path


def answer(capsys, *arguments):
    code = run([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_machines_get_the_questions_and_the_preview(folder, capsys):
    code, made = answer(capsys, "init", "deals.csv")
    assert code == 0
    (question,) = made["questions"]
    assert question["key"] == "columns.won"
    assert question["chosen"] == ["converted"]
    assert question["others"] == [["converted", "qualified"]]
    assert "may be a step on the way" in question["why"]
    assert made["preview"]["days_to_win"]["q50"] == 20
    assert len(made["preview"]["leads"]) == 10
    assert "example.org" not in json.dumps(made["preview"])
    assert made["guessed"]["target"] == {"horizon_days": 30}
    assert made["next"] == "leadgate check"


def test_people_see_ten_leads_the_months_and_the_question(folder, capsys):
    assert run(["init", "deals.csv", "--yes"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "D0 2026-01-05 won 2026-01-25" in out
    assert "2026-01 27 9 9 9" in out
    assert "Half of the wins took 20 to 20 days" in out
    assert "The horizon is 30 days." in out
    assert 'Open question: columns.won is ["converted"], or ["converted", "qualified"]?' in out


def test_check_repeats_a_question_until_it_is_answered(folder, capsys):
    run(["init", "deals.csv", "--yes"])
    capsys.readouterr()
    _, checked = answer(capsys, "check")
    assert checked["notes"][0].startswith("Open question: columns.won is")
    path = folder / "leadgate.toml"
    text = path.read_text().replace('won = ["converted"]', 'won = ["converted", "qualified"]')
    path.write_text(text)
    _, checked = answer(capsys, "check")
    assert not any("Open question" in note for note in checked["notes"])


def test_what_check_would_refuse_is_to_do(folder, capsys):
    table = pd.read_csv("deals.csv").assign(**{"Created Time": "03/04/2026"})
    table.to_csv("deals.csv", index=False)
    code, made = answer(capsys, "init", "deals.csv")
    assert code == 0
    assert "Created Time" in made["faults"][0]
    assert made["preview"] is None
    assert made["next"] == "edit leadgate.toml"


def test_other_tables_and_the_crm_may_be_named(folder, capsys):
    table = pd.read_csv("deals.csv")
    table[["deal_id", "Status", "Closing Date"]].to_csv("ended.csv", index=False)
    table[["deal_id", "Created Time"]].to_csv("leads.csv", index=False)
    handed = {"lead_id": ["D1"], "handed_off_at": ["2026-01-10"]}
    pd.DataFrame(handed).to_csv("handoffs.csv", index=False)
    files = ("--outcomes", "ended.csv", "--handoffs", "handoffs.csv")
    code, made = answer(capsys, "init", "leads.csv", *files, "--crm", "pipedrive")
    assert code == 0
    assert made["faults"] == []
    assert made["guessed"]["data"] == {
        "leads": "leads.csv",
        "outcomes": "ended.csv",
        "handoffs": "handoffs.csv",
    }
    assert "Pipedrive" in (folder / "leadgate.toml").read_text()


def test_an_unknown_crm_is_refused_and_nothing_is_written(folder, capsys):
    code, refused = answer(capsys, "init", "deals.csv", "--crm", "act")
    assert code == 1
    assert refused["error"]["code"] == "unknown_crm"
    assert "Zoho deals" in refused["error"]["hint"]
    assert not (folder / "leadgate.toml").exists()
