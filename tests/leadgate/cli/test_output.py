"""What commands print: words for people, one strict JSON object for machines."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from leadgate.cli import output
from leadgate.cli.output import Progress, Screen, Verbatim, table, to_json


def test_answer_in_json_is_one_object_with_command_and_next(capsys):
    Screen("check", as_json=True).answer({"rows": 3}, "three rows", then="leadgate train")
    assert json.loads(capsys.readouterr().out) == {
        "command": "check",
        "ok": True,
        "next": "leadgate train",
        "rows": 3,
    }


def test_answer_in_json_may_be_the_facts_alone(capsys):
    Screen("score", as_json=True).answer({"rows": 3}, bare=True)
    assert json.loads(capsys.readouterr().out) == {"rows": 3}


def test_answer_in_words_ends_with_the_next_step(capsys):
    Screen("check", as_json=False).answer({"rows": 3}, "three rows", then="leadgate train")
    assert capsys.readouterr().out == "three rows\n\nNext: leadgate train\n"


def test_a_command_to_copy_is_never_wrapped(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    command = "curl http://127.0.0.1:3000/v1/score \\\n  -H 'X-API-Key: a long key of the service'"
    Screen("serve", as_json=False).answer({}, "Ask it, such as so:", Verbatim(command))
    assert capsys.readouterr().out == f"Ask it, such as so:\n{command}\n"


@pytest.mark.parametrize("width", [20, 28, 40, 60, 80])
def test_tables_cut_no_word_however_narrow_the_terminal(capsys, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    rows = [("send everything", "100% (100-100)", "-"), ("newest first", "47% (41-51)", "1,200")]
    Screen("backtest", as_json=False).answer({}, table(("policy", "win rate", "profit"), rows))
    out = capsys.readouterr().out
    said = out.replace(";", " ").replace(".", " ").split()
    assert sorted({*said}) == sorted(
        {
            *["policy", "win", "rate", "profit"],
            *" ".join(cell for row in rows for cell in row).split(),
        }
    )
    assert max(len(line.rstrip()) for line in out.splitlines()) <= width


def test_the_widest_columns_may_be_a_single_word_each(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    row = (
        "challenger",
        "2026-12-01\n10:20",
        "not better",
        "0.700\n0.690–0.710",
        "0.500\n0.490–0.510",
    )
    heads = ("version", "trained", "verdict", "AUC", "log loss", "base", "training time")
    Screen("x", as_json=False).answer(
        {}, table(heads, [(*row, "0.679", "1234 s\n120 trials of 9")])
    )
    out = capsys.readouterr().out
    assert {*" ".join([*heads, *row, "0.679 1234 s 120 trials of 9"]).split()} == {*out.split()}
    assert max(map(len, out.splitlines())) <= 80


def test_work_keeps_what_libraries_print_off_standard_output(capsys):
    with Screen("train", as_json=True).work("Training"):
        print("a library says hello")  # noqa: T201
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "a library says hello\n"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": float("nan"), "b": [float("inf"), 1.5]}, '{"a": null, "b": [null, 1.5]}'),
        ({"n": np.int64(3), "x": np.float64("nan")}, '{"n": 3, "x": null}'),
        ({1: Path("out") / "scores.csv"}, '{"1": "out/scores.csv"}'),
        (("Müller", None, True), '["Müller", null, true]'),
    ],
)
def test_json_is_strict(value, text):
    assert to_json(value) == text


def test_table_aligns_every_column_but_the_first(capsys):
    rows = [("hand_off", 5), ("nurture", 123)]
    Screen("score", as_json=False).answer({}, table(("decision", "leads"), rows))
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines == ["decision  leads", "hand_off      5", "nurture     123"]


def test_progress_is_silent_off_a_terminal(capsys, monkeypatch):
    monkeypatch.setattr(output, "PATIENCE_SECONDS", 0.0)
    with Progress("Training") as progress:
        progress("fold 1", 0.25)
    assert capsys.readouterr() == ("", "")


def test_progress_names_the_step_on_a_terminal(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    with Progress("Training") as progress:
        progress("fold 1", 0.25)
        progress._show()
    assert "fold 1 (25%)" in capsys.readouterr().err


def test_progress_that_is_over_shows_nothing(capsys):
    with Progress("Training") as progress:
        pass
    progress._show()
    assert capsys.readouterr().err == ""
