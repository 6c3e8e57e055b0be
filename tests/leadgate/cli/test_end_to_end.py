"""One small demo as its users run it, and the commands on what it leaves behind."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
# Every process of a command writes down whom it wants to reach.
WATCH = """
import os, sys
def watch(event, args):
    if event in ("socket.connect", "socket.sendto"):
        note(f"{event} {args[1]!r}")
def note(text):
    with open(os.environ["WATCH_LOG"], "a") as log:
        log.write(text + "\\n")
note("watching")
sys.addaudithook(watch)
"""
LOOPBACK = re.compile(r"\('(127\.0\.0\.1|::1|localhost)'")
LEADS = 2000


class Place:
    """A working folder whose commands are watched."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.watched = folder / "watched"
        (folder / "watch").mkdir()
        (folder / "watch" / "sitecustomize.py").write_text(WATCH)

    def call(self, *arguments: object) -> tuple[int, dict[str, Any], str]:
        """Run a command with --json; return its exit code, its object and standard error."""
        script = "from leadgate.cli import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", script, *map(str, arguments), "--json"],
            cwd=self.folder,
            env={
                **{k: v for k, v in os.environ.items() if not k.startswith("MLFLOW")},
                "PYTHONPATH": os.pathsep.join([str(self.folder / "watch"), str(ROOT)]),
                "WATCH_LOG": str(self.watched),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr
        return done.returncode, json.loads(done.stdout), done.stderr


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Place:
    return Place(tmp_path_factory.mktemp("end-to-end"))


@pytest.fixture(scope="module")
def demo(place) -> dict[str, Any]:
    code, answer, _ = place.call("demo", "--leads", LEADS, "--seed", 11)
    assert code == 0, answer
    return answer


@pytest.fixture(scope="module")
def config(place, demo) -> Path:
    return place.folder / "demo" / "leadgate.toml"


def test_demo_trains_on_what_it_simulated(demo):
    run = demo["train"]
    assert set(run) == {
        "run_id", "model", "version", "alias", "verdict", "why", "seconds", "rows", "metrics",
        "notes", "following",
    }  # fmt: skip
    assert set(run["rows"]) == {"train", "test", "open", "quarantined"}
    for metric in run["metrics"].values():
        assert set(metric) == {"value", "low", "high", "baseline"}
    assert demo["check"]["leads"] == LEADS
    assert run["rows"]["open"] == demo["check"]["open"]


def test_demo_claims_what_is_true(demo):
    promise, truth = demo["promise"], demo["promise"]["truth"]
    gate, everything = truth["gate"], truth["everything"]
    assert promise["claim_low"] <= gate["won"] <= promise["claim_high"]
    assert promise["claim_low"] <= promise["claim"] <= promise["claim_high"]
    assert 0 < gate["handed_off"] < everything["handed_off"] == demo["score"]["rows"]
    assert everything["wins_kept"] == 1
    assert truth["newest_first"]["won"] < gate["won"] <= truth["best_possible"]["won"]
    assert gate["wins_kept"] > gate["handed_off"] / everything["handed_off"]


def test_demo_asks_the_service_what_the_file_says(place, demo):
    scores = pd.read_csv(place.folder / demo["score"]["output"], keep_default_na=False)
    answer = demo["answer"]
    row = scores.set_index("lead_id").loc[answer["lead_id"]]
    assert answer["decision"] == row["decision"]
    assert answer["readiness"] == pytest.approx(row["readiness"], abs=1e-9)
    assert [answer[f"reason_{i}"] for i in range(1, 6)] == list(row["reason_1":"reason_5"])


def test_score_keeps_the_order_of_the_input(place, demo, config):
    leads = pd.read_csv(config.parent / "leads.csv", dtype=str).sample(50, random_state=3)
    leads.to_csv(place.folder / "some.csv", index=False)
    arguments = ["--config", config, "--model", "challenger", "--age-days", 0, "--no-reasons"]
    code, answer, _ = place.call("score", "some.csv", "-o", "out/some.parquet", *arguments)
    assert code == 0
    assert answer["rows"] == 50
    assert sum(answer["decisions"].values()) == 50
    scores = pd.read_parquet(place.folder / "out" / "some.parquet")
    assert scores["lead_id"].tolist() == leads["LeadId"].tolist()
    assert set(scores["reason_1"]) == {""}


def test_score_hands_off_as_many_as_there_is_room_for(place, demo, config):
    answer = place.call(
        "score", config.parent / "leads.csv", "-o", "room.csv", "--capacity", 7,
        "--config", config, "--model", "challenger", "--age-days", 0,
    )[1]  # fmt: skip
    assert answer["decisions"]["hand_off"] == 7


def test_score_refuses_an_output_of_another_kind(place, demo, config):
    code, answer, _ = place.call(
        "score", config.parent / "leads.csv", "-o", "scores.xlsx",
        "--config", config, "--model", "challenger",
    )  # fmt: skip
    assert code == 1
    assert answer["error"]["code"] == "unsupported_output"


def test_training_again_gives_the_same_figures_and_is_a_refresh(place, demo, config):
    code, again, _ = place.call("train", "--config", config)
    assert code == 0
    assert again["metrics"] == demo["train"]["metrics"]
    assert again["version"] != demo["train"]["version"]
    assert again["alias"] == "challenger"
    if demo["champion"]:
        assert again["verdict"] == "refresh"
        assert "100% of the leads keep their first reason" in again["why"]


def test_no_command_reaches_another_machine(place, demo):
    lines = place.watched.read_text().splitlines()
    assert lines.count("watching") >= 2
    tuples = [line for line in lines if "('" in line]
    assert [line for line in tuples if not LOOPBACK.search(line)] == []
