"""`leadgate value`: a plan without a model, and refusals that say what to do."""

from __future__ import annotations

import json

import pytest

from leadgate.cli import run
from tests.training.exports import config_of, flat_leads, write_config

PLAN = ["value", "--plan", "--leads-per-week", "200", "--base-rate", "0.05", "--effect", "0.02"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder of a configuration with a horizon and no model."""
    write_config(config_of(tmp_path, flat_leads(40), target={"horizon_days": 70}))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_plan_needs_no_model(folder, capsys):
    assert run([*PLAN, "--json"]) == 0
    plan = json.loads(capsys.readouterr().out)["plan"]
    assert (plan["leads_per_week"], plan["base_rate"], plan["horizon_days"]) == (200.0, 0.05, 70.0)
    assert [row["control"] for row in plan["weeks"]] == [0.05, 0.1, 0.2, 0.3]


def test_a_plan_reads_as_a_table(folder, capsys):
    assert run([*PLAN, "--control", "0.15"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "With a control group of 15% an effect of" in said
    assert "weeks, horizon included" in said
    assert "wins it costs a quarter" in said


def test_an_effect_that_never_shows_is_said(folder, capsys):
    assert run([*PLAN[:-1], "0", "--control", "0.1"]) == 0
    said = capsys.readouterr().out
    assert "never" in said
    assert "No effect is expected" in said


def test_what_a_plan_lacks_is_named(folder, capsys):
    assert run(["value", "--plan", "--effect", "0.02", "--json"]) == 1
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["code"] == "no_plan"
    assert "--leads-per-week, --base-rate" in error["message"]


def test_without_a_model_there_is_no_value(folder, capsys):
    assert run(["value", "--json"]) == 1
    assert "leadgate train" in json.loads(capsys.readouterr().out)["error"]["hint"]
