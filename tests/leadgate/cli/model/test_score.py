import json

import pandas as pd
import pytest

from leadgate.cli.entry import run
from serving.store import Store
from tests.serving.bundles import small_bundle

CONFIG = """
[data]
leads = "leads.csv"
[columns]
lead_id = "LeadId"
created_at = "CreatedDate"
outcome = "Stage"
won = ["Won"]
[policy]
capacity_per_week = 3
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A configuration, a model and a file of leads to score."""
    created = pd.date_range("2025-01-01", periods=40, freq="D", tz="UTC", unit="us")
    leads = pd.DataFrame({"lead_id": [f"L{n:02}" for n in range(40)], "created_at": created})
    leads["Employees"] = [str(n) for n in range(40)]
    columns = {"lead_id": "LeadId", "created_at": "CreatedDate"}
    small_bundle(tmp_path / "bundle", leads, None, columns)
    renamed = leads.rename(columns={"lead_id": "LeadId", "created_at": "CreatedDate"})
    renamed.to_csv(tmp_path / "leads.csv", index=False)
    (tmp_path / "leadgate.toml").write_text(CONFIG)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def scored(capsys, *options):
    code = run(["score", "leads.csv", "-o", "scores.csv", "--model", "bundle", *options, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_score_touches_no_store_unless_it_records(project, capsys):
    code, facts = scored(capsys)
    assert (code, "run" in facts, (project / "leadgate.db").exists()) == (0, False, False)


def test_score_records_within_the_weeks_capacity(project, capsys):
    code, facts = scored(capsys, "--record")
    assert (code, facts["decisions"]["hand_off"]) == (0, 3)
    answers = pd.read_csv(project / "scores.csv", keep_default_na=False)
    assert answers.columns.tolist()[5:11] == [
        "grade", "stage", "decision", "person", "why", "threshold",
    ]  # fmt: skip
    assert answers.loc[answers["decision"] == "hand_off", "lead_id"].tolist() == [
        "L37", "L38", "L39",
    ]  # fmt: skip
    with Store(f"sqlite:///{project / 'leadgate.db'}") as store:
        assert len(store.decisions(facts["run"])) == 40
    assert run(["replay", facts["run"]]) == 0
    assert "Taken again it is the same." in capsys.readouterr().out


def test_score_says_that_its_decisions_are_kept(project, capsys):
    assert run(["score", "leads.csv", "-o", "s.csv", "--model", "bundle", "--record"]) == 0
    assert "The decisions are kept in the store" in capsys.readouterr().out


def test_score_does_not_rank_one_file_and_the_week_at_once(project, capsys):
    code = run(["score", "leads.csv", "-o", "s.csv", "--record", "--capacity", "2"])
    assert code == 2
    assert "--record counts the week" in capsys.readouterr().err
