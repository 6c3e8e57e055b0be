"""A week is done once, goes on where it failed, and never runs twice at the same time."""

import ast
import configparser
import json
import os
import shlex
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from leadgate.cli.crm.session import alone
from leadgate.cli.entry import run as command
from leadgate.cli.schedule import steps, weekly
from leadgate.errors import DataError
from serving.decisions.erasure import WEEKLY

ROOT = Path(__file__).resolve().parents[4]
STEPS = ["check", "train", "preview", "promote", "score", "monitor"]
ANSWERS = {
    "pull": (0, {}),
    "check": (0, {}),
    "train": (0, {"version": "2", "verdict": "refresh"}),
    "experiments": (0, {"overall": {"decision": 3, "leads": 40}}),
    "promote": (0, {"version": "2"}),
    "score": (0, {"rows": 40, "decisions": {"hand_off": 10, "nurture": 30}}),
    "push": (0, {}),
    "monitor": (0, {"alarm": False, "why": "All is well."}),
}


def refusal(code, message="no"):
    return 1, {"error": {"code": code, "message": message, "hint": "Do it."}}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    days = pd.date_range("2025-01-01", periods=60, tz="UTC").strftime("%Y-%m-%dT%H:%M:%SZ")
    outcome = ["won", "lost", ""] * 20
    leads = pd.DataFrame({"lead_id": [f"{n:03d}" for n in range(60)], "created_at": days})
    closed = pd.Series(days).where(pd.Series(outcome) != "", "")
    leads.assign(outcome=outcome, closed_at=closed, Source="web").to_csv(
        tmp_path / "leads.csv", index=False
    )
    (tmp_path / "leadgate.toml").write_text(
        '[data]\nleads = "leads.csv"\n[columns]\nlead_id = "lead_id"\ncreated_at = "created_at"\n'
        'outcome = "outcome"\nwon = ["won"]\nlost = ["lost"]\nclosed_at = "closed_at"\n'
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def answers(monkeypatch):
    """What the commands answer; each call is kept."""
    planned, calls = dict(ANSWERS), []

    def runner(config, lock):
        def run(arguments):
            calls.append(arguments)
            answer = planned[arguments[0]]
            if arguments[0] == "score":
                assert Path(arguments[1]).exists()
                Path(arguments[arguments.index("-o") + 1]).write_text("lead_id\n")
            return answer(arguments) if callable(answer) else answer

        return run

    monkeypatch.setattr(steps, "runner", runner)
    planned["calls"] = calls
    return planned


def week(capsys, *arguments, code=0):
    assert command(["weekly", *arguments, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def results(answer):
    return {step["step"]: step["result"] for step in answer["steps"]}


def test_every_step_is_run_in_order(folder, answers, capsys):
    answer = week(capsys)
    assert results(answer) == dict.fromkeys(STEPS, "done")
    assert not (folder / ".leadgate/weekly/open").exists()
    assert [call[0] for call in answers["calls"]] == [
        "check", "train", "experiments", "promote", "score", "monitor",
    ]  # fmt: skip
    score = answers["calls"][4]
    assert score[1:] == [
        str(folder / ".leadgate/weekly/open/open_leads.parquet"),
        "-o", str(folder / ".leadgate/weekly/scores.csv"), "--record",
    ]  # fmt: skip


def test_with_a_crm_it_pulls_first_and_pushes_what_was_scored(folder, answers, capsys):
    with (folder / "leadgate.toml").open("a") as file:
        file.write('[crm]\nname = "salesforce"\n')
    answer = week(capsys)
    assert list(results(answer)) == ["pull", *STEPS[:5], "push", "monitor"]
    assert answers["calls"][-2] == ["push", str(folder / ".leadgate/weekly/scores.csv")]


def test_what_is_done_is_done_once_a_week(folder, answers, capsys):
    week(capsys)
    answers["calls"].clear()
    assert results(week(capsys)) == dict.fromkeys(STEPS, "done")
    assert answers["calls"] == []
    week(capsys, "--again")
    assert len(answers["calls"]) == 6


def test_another_configuration_begins_anew(folder, answers, capsys):
    week(capsys)
    answers["calls"].clear()
    with (folder / "leadgate.toml").open("a") as file:
        file.write("[policy]\ncapacity_per_week = 5\n")
    week(capsys)
    assert len(answers["calls"]) == 6


def test_a_step_that_fails_ends_the_week_and_is_run_again(folder, answers, capsys):
    answers["train"] = refusal("bad_data", "It cannot be read.")
    answer = week(capsys, code=1)
    assert results(answer) == {"check": "done", "train": "failed"}
    assert answer["steps"][1]["why"] == "It cannot be read. Do it."
    answers["train"] = ANSWERS["train"]
    answers["calls"].clear()
    assert results(week(capsys)) == dict.fromkeys(STEPS, "done")
    assert answers["calls"][0][0] == "train"


@pytest.mark.parametrize("code", ["no_signal", "not_better", "harm", "no_evidence"])
def test_a_champion_that_is_kept_is_no_failure(folder, answers, capsys, code):
    answers["promote"] = refusal(code)
    answer = week(capsys)
    assert results(answer)["promote"] == "kept"
    assert results(answer)["score"] == "done"


def test_a_promotion_that_could_not_be_asked_for_is_one(folder, answers, capsys):
    answers["promote"] = refusal("registry_unavailable")
    assert results(week(capsys, code=1))["promote"] == "failed"


def test_without_a_champion_there_is_nothing_to_preview(folder, answers, capsys):
    answers["experiments"] = refusal("no_champion")
    assert results(week(capsys))["preview"] == "skipped"


def test_an_alarm_has_an_exit_code_of_its_own(folder, answers, capsys):
    answers["monitor"] = (0, {"alarm": True, "why": "It moved."})
    answer = week(capsys, code=weekly.ALARM)
    assert (answer["ok"], answer["alarm"]) == (True, True)
    # The alarm stays one when the week is asked for again.
    week(capsys, code=weekly.ALARM)


def test_before_anything_was_decided_it_trains_on_the_export(folder, answers, capsys):
    answers["train"] = lambda call: refusal("no_store") if call[1:] else ANSWERS["train"]
    assert results(week(capsys))["train"] == "done"
    assert answers["calls"][1:3] == [["train", "--from-store"], ["train"]]


def test_two_at_once_are_refused(folder, answers, capsys):
    with alone(folder / WEEKLY):
        assert week(capsys, code=1)["error"]["code"] == "in_use"
    assert answers["calls"] == []


def test_every_step_is_a_line_of_the_log(folder, answers, capsys):
    answers["train"] = refusal("bad_data")
    week(capsys, code=1)
    answers["train"] = ANSWERS["train"]
    week(capsys)
    lines = (folder / ".leadgate/weekly/weekly.log").read_text().splitlines()
    kept = [(line["step"], line["result"]) for line in map(json.loads, lines)]
    assert kept == [("check", "done"), ("train", "failed"), *((s, "done") for s in STEPS[1:])]


def test_what_was_scored_in_an_earlier_week_is_not_pushed_again(folder, answers, capsys):
    with (folder / "leadgate.toml").open("a") as file:
        file.write('[crm]\nname = "salesforce"\n')
    leads = pd.read_csv(folder / "leads.csv", dtype=str)
    leads[leads["outcome"].notna()].to_csv(folder / "leads.csv", index=False)
    earlier = folder / ".leadgate/weekly/scores.csv"
    earlier.parent.mkdir(parents=True)
    earlier.write_text("lead_id\n1\n")
    answer = results(week(capsys))
    assert (answer["score"], answer["push"], answer["monitor"]) == ("skipped", "skipped", "done")
    assert "push" not in [call[0] for call in answers["calls"]]


def test_a_command_holds_the_week_after_the_week_was_killed(folder, monkeypatch):
    asked = {}

    def run(command, **options):
        asked.update(options)
        return subprocess.CompletedProcess(command, 0, "{}")

    monkeypatch.setattr(steps.subprocess, "run", run)
    with alone(folder / "week") as lock:
        steps.runner(folder / "leadgate.toml", lock)(["check"])
        held = os.dup(*asked["pass_fds"])  # as the command has it
    with pytest.raises(DataError, match="another command works in it"), alone(folder / "week"):
        pass
    os.close(held)
    with alone(folder / "week"):
        pass


def test_a_command_that_ends_without_an_answer_is_a_failure(folder):
    with alone(folder) as lock:
        code, answer = steps.runner(folder / "leadgate.toml", lock)(["no-such-command"])
    assert code == 2
    assert answer["error"]["code"] == "usage"


def test_the_examples_of_schedules_run_it():
    folder = ROOT / "deploy" / "schedule"
    cron = [line for line in (folder / "crontab").read_text().splitlines() if line[:1] != "#"]
    assert [len(line.split(maxsplit=5)) for line in cron] == [6] * len(cron)
    assert "leadgate weekly" in cron[0]
    timer, service = configparser.ConfigParser(), configparser.ConfigParser()
    timer.read(folder / "leadgate-weekly.timer")
    service.read(folder / "leadgate-weekly.service")
    assert timer["Timer"]["OnCalendar"].startswith("Mon")
    assert shlex.split(service["Service"]["ExecStart"])[-1] == "weekly"
    assert service["Service"]["SuccessExitStatus"] == str(weekly.ALARM)
    dag = ast.parse((folder / "airflow.py").read_text())
    assert any(
        "leadgate weekly" in str(n.value) for n in ast.walk(dag) if isinstance(n, ast.Constant)
    )


def test_the_week_is_that_of_the_policys_zone():
    sunday = datetime(2026, 1, 4, 12, 30, tzinfo=UTC)
    assert weekly._week(sunday, "UTC") == "2026-W01"
    assert weekly._week(sunday, "Pacific/Auckland") == "2026-W02"
