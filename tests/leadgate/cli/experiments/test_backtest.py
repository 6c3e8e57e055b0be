"""`leadgate backtest`: what it prints, and what it refuses."""

from __future__ import annotations

import json

import pytest

from features.tables import load_tables
from leadgate.cli import run
from leadgate.jsonfile import json_text
from tests.experiments.summary.summaries import summary
from tests.training.exports import config_of, flat_leads, write_config


def _in(folder, monkeypatch, leads):
    write_config(config_of(folder, leads))
    monkeypatch.chdir(folder)


@pytest.mark.parametrize("given", ["abc", "0", "50,-1", ",", "2.5"])
def test_capacities_are_whole_numbers(given, tmp_path, monkeypatch, capsys):
    _in(tmp_path, monkeypatch, flat_leads(40))
    assert run(["backtest", "--capacity", given, "--json"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["code"] == "usage"
    assert "whole numbers from 1 on" in error["message"]


def test_a_folder_that_takes_no_page_is_refused(tmp_path, monkeypatch, capsys):
    _in(tmp_path, monkeypatch, flat_leads(30))
    (tmp_path / "runs").write_text("in the way")
    assert run(["backtest", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "unwritable"


def test_too_little_is_refused_in_a_sentence(tmp_path, monkeypatch, capsys):
    _in(tmp_path, monkeypatch, flat_leads(30))
    assert run(["backtest", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "too_short"


def test_replay_says_whose_wins_are_counted_and_what_is_assumed(tmp_path, monkeypatch, capsys):
    _in(tmp_path, monkeypatch, flat_leads(250))
    assert run(["backtest", "--capacity", "2"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "among the leads handed off; estimated" in said
    assert "Assumed: there is no table of handoffs" in said


def test_replay_prints_one_object_and_writes_the_page(tmp_path, monkeypatch, capsys):
    _in(tmp_path, monkeypatch, flat_leads(250))
    assert run(["backtest", "--capacity", "2,4", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["capacity"] == 2
    assert answer["policies"]["gate"]["profit"]["value"] is None
    assert (tmp_path / "runs" / "backtest.html").is_file()
    assert answer["report"].endswith("backtest.html")


def _page_of(folder, **changed):
    """A version that was trained there, with the page of a made-up summary."""
    run_folder = folder / "runs" / "1"
    run_folder.mkdir(parents=True)
    text = json_text(summary(**changed).to_dict())
    (run_folder / "summary.json").write_text(text)
    return run_folder / "summary.html"


def test_replay_completes_the_page_of_the_version_of_the_same_data(tmp_path, monkeypatch, capsys):
    leads = flat_leads(250)
    _in(tmp_path, monkeypatch, leads)
    until = load_tables(config_of(tmp_path, leads)).history().until
    page = _page_of(tmp_path, until=until)
    assert run(["backtest", "--capacity", "2"]) == 0
    assert not page.exists()  # another capacity is a question, not what is planned
    assert run(["backtest"]) == 0
    assert "runs/1/summary.html" in " ".join(capsys.readouterr().out.split())
    text = page.read_text(encoding="utf-8")
    assert "Not proven" in text
    assert "leads a week instead of" in text


def test_replay_leaves_the_page_of_other_data_alone(tmp_path, monkeypatch, capsys):
    _in(tmp_path, monkeypatch, flat_leads(250))
    page = _page_of(tmp_path, until=0)
    assert run(["backtest"]) == 0
    assert "was trained on other data" in " ".join(capsys.readouterr().out.split())
    assert not page.exists()
