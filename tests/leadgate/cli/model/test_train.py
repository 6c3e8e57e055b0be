"""What training says on the screen: what was left out, and what comes next."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

import training
from leadgate.cli import run
from tests.training.exports import config_of, flat_leads, write_config


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with 30 closed leads, too few to train on, and a column that names the outcome."""
    leads = flat_leads(30)
    leads["Lost Reason"] = leads["Stage"].where(leads["Stage"] == "Lost", "")
    write_config(config_of(tmp_path, leads))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_training_says_what_it_left_out_and_what_to_do_next(folder, capsys):
    assert run(["train", "--config", "leadgate.toml"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "Verdict: no signal. Too few closed leads to learn from" in said
    left = "Note: Left out, known only after the outcome: Lost Reason."
    assert f"{left} leadgate check says why; --keep NAME keeps one all the same. " in said
    assert "too few to evaluate it" in said
    assert "on the test window" not in said
    assert said.endswith("Next: leadgate check --config leadgate.toml")


@pytest.mark.parametrize(
    ("verdict", "evidence", "then"),
    [
        ("better", None, "leadgate promote"),
        ("better", {}, "leadgate promote"),
        ("refresh", {}, "leadgate promote"),
        ("refresh", {"refusal": "harm"}, "leadgate experiments compare champion 3"),
        ("no_signal", None, "leadgate check"),
        ("not_better_than_champion", {"reason_asked": "why"}, "leadgate promote --reason TEXT"),
        (
            "not_better_than_champion",
            {"refusal": "not_better"},
            "leadgate experiments compare champion 3",
        ),
    ],
)
def test_every_verdict_ends_in_a_command(folder, monkeypatch, capsys, verdict, evidence, then):
    found = {"refusal": "", "reason_asked": ""}
    result = SimpleNamespace(
        model="lead-readiness",
        version="3",
        alias="challenger",
        verdict=verdict,
        verdict_in_words=verdict,
        evidence=None if evidence is None else SimpleNamespace(**{**found, **evidence}),
        why="Because.",
        metrics={},
        rows={"train": 9, "test": 0, "open": 0, "quarantined": 0},
        seconds=1.0,
        brief=[],
        leads={"unworked": 2},
        report=folder / "report.html",
        to_dict=dict,
    )
    monkeypatch.setattr(training, "train", lambda *_, **__: result, raising=False)
    assert run(["train"]) == 0
    said = capsys.readouterr().out
    counts = "leads: 0 open, 2 never worked; rejected rows: 0; 1 s."
    assert counts in " ".join(said.split())
    assert said.rstrip().endswith(f"\nNext: {then}")
