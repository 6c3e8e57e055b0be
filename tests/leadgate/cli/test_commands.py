"""The commands on small exports: what they say, what they write, what they refuse."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from leadgate.cli import run
from leadgate.errors import DataError

LEADS = """\
LeadId,CreatedDate,Stage,ClosedDate,LeadSource,Email
1,2025-01-01,Closed Won,2025-01-20,Web,a@example.com
2,2025-01-02,Closed Lost,2025-02-01,Fair,b@example.com
3,2025-01-03,Open,,Web,c@example.com
3,2025-01-03,Open,,Web,c@example.com
"""
CONFIGURATION = """\
[data]
leads = "leads.csv"
[columns]
lead_id = "LeadId"
created_at = "CreatedDate"
outcome = "Stage"
won = ["Closed Won"]
lost = ["Closed Lost"]
closed_at = "ClosedDate"
personal = ["Email"]
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return a folder with an export and its configuration; the working directory lies in it."""
    (tmp_path / "leads.csv").write_text(LEADS)
    (tmp_path / "leadgate.toml").write_text(CONFIGURATION)
    below = tmp_path / "some" / "where"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    return tmp_path


@pytest.fixture
def said(capsys):
    """Return a function that runs a command with --json and returns its exit code and object."""

    def call(*arguments: object):
        code = run([*(str(argument) for argument in arguments), "--json"])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, json.loads(out)

    return call


def test_check_takes_the_nearest_configuration(folder, said):
    code, answer = said("check")
    assert code == 0
    assert answer["command"] == "check"
    assert answer["ok"] is True
    assert answer["next"] == "leadgate train"
    assert answer["outcomes"] == {"won": 1, "lost": 1}
    assert answer["open"] == 1


def test_check_writes_down_what_it_refused(folder, said):
    _, answer = said("check")
    assert Path(answer["quarantine_file"]) == folder / "quarantine.csv"
    refused = pd.read_csv(folder / "quarantine.csv")
    assert refused[["table", "row", "lead_id"]].to_numpy().tolist() == [["leads.csv", 4, 3]]
    assert "example.com" not in (folder / "quarantine.csv").read_text()


def test_check_in_words_names_the_next_step(folder, capsys):
    assert run(["check", "--config", str(folder / "leadgate.toml")]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "3 leads" in out
    assert "1 won, 1 lost, 1 open" in out
    assert "Next: leadgate train --config " in out


def test_check_sorts_suspected_columns_into_classes(folder, said):
    rng = np.random.default_rng(0)
    won = rng.random(900) < 0.3
    leads = pd.DataFrame(
        {
            "LeadId": np.arange(900),
            "CreatedDate": pd.date_range("2024-01-01", periods=900, freq="12h"),
            "Stage": np.where(won, "Closed Won", "Closed Lost"),
            "ClosedDate": pd.date_range("2024-02-01", periods=900, freq="12h"),
            "Email": "",
            "LostReason": np.where(won, "", "price"),
            "Offer": np.where(rng.random(900) < np.where(won, 0.7, 0.05), "sent", ""),
            "Guest": np.where(rng.random(900) < np.where(won, 0.25, 0.02), "yes", "no"),
            "Size": rng.integers(1, 9, 900),
        }
    )
    leads.to_csv(folder / "leads.csv", index=False)
    _, answer = said("check")
    classes = {leak["name"]: leak["class"] for leak in answer["leaks"]}
    assert classes == {"LostReason": "certain", "Offer": "suspected"}
    assert all(leak["kept"] is False for leak in answer["leaks"])
    offer = answer["leaks"][1]
    assert offer["auc_with"] - offer["auc_without"] > 0.1
    assert [(odd["name"], odd["class"], odd["kept"]) for odd in answer["odd"]] == [
        ("Guest", "odd", True)
    ]
    _, answer = said("check", "--keep", "Offer")
    assert {leak["name"]: leak["kept"] for leak in answer["leaks"]}["Offer"] is True


@pytest.mark.parametrize(
    ("leads", "code", "words"),
    [
        (None, "missing_file", "leads.csv"),
        ("", "empty_file", "leads.csv"),
        ("LeadId,CreatedDate\n1,2025-01-01\n", "missing_column", "Stage"),
        (LEADS.replace("2025-01-0", "x"), "all_rows_refused", "CreatedDate"),
        (LEADS.replace("LeadSource", "LeadId"), "duplicate_columns", "LeadId"),
    ],
)
def test_check_refuses_in_one_sentence(folder, said, leads, code, words):
    path = folder / "leads.csv"
    path.unlink() if leads is None else path.write_text(leads)
    status, answer = said("check")
    assert status == 1
    assert words in answer["error"]["message"]
    assert "example.com" not in json.dumps(answer)
    assert answer["error"]["code"] == code


@pytest.mark.parametrize("command", ["check", "train", "promote", "rollback"])
def test_commands_without_a_configuration_say_how_to_get_one(command, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, answer = said(command)
    assert code == 1
    assert answer["error"]["code"] == "bad_config"
    assert "leadgate init" in answer["error"]["hint"]


@pytest.mark.parametrize("command", ["promote", "rollback"])
def test_moving_the_champion_without_a_registry_is_refused(command, folder, said):
    code, answer = said(command)
    assert code == 1
    assert answer["error"]["code"] in {"no_registry", "no_champion"}
    assert "leadgate train" in answer["error"]["hint"]


def test_score_without_a_champion_names_the_challenger(folder, said):
    code, answer = said("score", folder / "leads.csv", "-o", folder / "scores.csv")
    assert code == 1
    assert answer["error"]["code"] == "no_champion"
    assert not (folder / "scores.csv").exists()


def test_score_refuses_a_folder_that_is_no_model(folder, said):
    code, answer = said(
        "score", folder / "leads.csv", "-o", folder / "scores.csv", "--model", folder
    )
    assert code == 1
    assert answer["error"]["code"] == "bad_bundle"


def test_init_writes_a_configuration_that_check_accepts(folder, said, monkeypatch):
    monkeypatch.chdir(folder)
    (folder / "leadgate.toml").unlink()
    code, answer = said("init", "leads.csv")
    assert code == 0
    assert answer["faults"] == []
    assert answer["guessed"]["columns"]["personal"] == ["Email"]
    assert answer["next"] == "leadgate check"
    assert said("check")[0] == 0


def test_init_says_which_values_end_a_lead(folder, capsys, monkeypatch):
    monkeypatch.chdir(folder)
    assert run(["init", "leads.csv", "--config", "a.toml"]) == 0
    out = capsys.readouterr().out
    assert "Counts as won: Closed Won.\nCounts as lost: Closed Lost.\n" in out
    (folder / "plain.csv").write_text("Id,Stage\n1,Won\n2,Mystery\n")
    assert run(["init", "plain.csv", "--config", "b.toml"]) == 0
    assert "Counts as lost: every lead that is not won." in capsys.readouterr().out


def test_init_says_which_values_stay_open(folder, said, capsys, monkeypatch):
    monkeypatch.chdir(folder)
    stages = ["Deal won", "Deal lost", "Second floor", "Proposal sent"]
    rows = "".join(f"{i},{stages[i % 4]}\n" for i in range(12))
    (folder / "plain.csv").write_text("Id,Stage\n" + rows)
    assert run(["init", "plain.csv", "--config", "c.toml"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "Taken for open: Second floor, Proposal sent. Has one of them ended?" in out
    assert "No column holds times: the rows are taken to be in the order of time" in out
    _, answer = said("init", "plain.csv", "--config", "d.toml")
    assert answer["still_open"] == ["Second floor", "Proposal sent"]


def test_init_sends_to_the_file_where_the_creation_cannot_be_read(folder, said):
    rows = "".join(
        f"{i},0{i % 9 + 1}.05.2026 10 Uhr,{'won' if i % 2 else 'lost'}\n" for i in range(40)
    )
    (folder / "plain.csv").write_text("Id,Created,Stage\n" + rows)
    target = folder / "plain.toml"
    _, answer = said("init", folder / "plain.csv", "--config", target)
    (question,) = answer["questions"]
    assert question["why"].startswith("Created is named like the day of creation")
    assert answer["next"] == f"edit {target}"


def test_init_names_what_it_could_not_guess(folder, said):
    (folder / "plain.csv").write_text("LeadId,CreatedDate,City\n1,2025-01-01,Bonn\n")
    target = folder / "plain.toml"
    code, answer = said("init", folder / "plain.csv", "--config", target)
    assert code == 0
    assert "outcome" in answer["faults"][0]
    assert answer["next"] == f"edit {target}"


def test_init_never_overwrites(folder, said):
    before = (folder / "leadgate.toml").read_text()
    code, answer = said("init", folder / "leads.csv", "--config", folder / "leadgate.toml")
    assert code == 1
    assert answer["error"]["code"] == "bad_config"
    assert (folder / "leadgate.toml").read_text() == before


def test_key_new_prints_a_key_and_its_hash(said):
    from serving.auth.api_keys import hash_key

    code, answer = said("key", "new")
    assert code == 0
    assert hash_key(answer["key"]) == answer["hash"]
    assert said("key", "new")[1]["key"] != answer["key"]


def test_key_new_breaks_neither_key_nor_hash(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    assert run(["key", "new", "--scope", "score", "--scope", "write"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Key, for those who call:      lg_")
    assert lines[1].startswith("Hash, for leadgate.toml:      score+write:")


def test_serve_refuses_other_machines_without_a_key(folder, said):
    code, answer = said("serve", "--host", "0.0.0.0", "--port", "0")
    assert code == 1
    assert answer["error"]["code"] == "no_key"
    assert "leadgate key new" in answer["error"]["hint"]


def test_a_demo_whose_training_fails_says_how_many_leads_are_enough(folder, said, monkeypatch):
    def train(*_):
        raise DataError("There is no win.", code="one_class", hint="Choose another horizon.")

    monkeypatch.setattr("experiments.demo.Demo.train", train)
    code, answer = said("demo", "--leads", 100, "--out", folder / "small")
    assert code == 1
    assert answer["error"]["code"] == "one_class"
    assert "leadgate demo --leads 2000" in answer["error"]["hint"]


def test_a_wrong_scope_is_told_in_plain_words(said):
    code, answer = said("key", "new", "--scope", "all")
    assert code == 2
    assert "'all' is not one of" in answer["error"]["message"]
    assert "Value error" not in answer["error"]["message"]


def test_demo_leaves_a_folder_of_others_alone(folder, said):
    code, answer = said("demo", "--out", folder)
    assert code == 1
    assert answer["error"]["code"] == "not_a_demo"
    assert (folder / "leads.csv").exists()
