"""Everything that stops a command becomes one sentence and an exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
import typer

from leadgate.cli import entry
from leadgate.errors import ConfigError, DataError

SECRET = "anna@example.com"


@pytest.fixture
def stopping(monkeypatch):
    """Put an app in place whose one command raises what it is given."""

    def install(error):
        app = typer.Typer()

        @app.command()
        def stop(json: bool = False) -> None:
            raise error

        monkeypatch.setattr(entry, "app", app)

    return install


@pytest.mark.parametrize(
    ("error", "code", "name"),
    [
        (DataError("leads.csv: there is no such file.", code="missing_file"), 1, "missing_file"),
        (ConfigError("leadgate.toml", ["columns.lead_id: Field required"]), 1, "bad_config"),
        (FileNotFoundError(2, "No such file or directory", "out/scores.csv"), 1, "file"),
        (typer.BadParameter("no such thing"), 2, "usage"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (KeyError("anything else"), 1, "defect"),
    ],
)
def test_errors_become_an_exit_code_and_one_object(stopping, capsys, error, code, name):
    stopping(error)
    assert entry.run(["--json"]) == code
    out, err = capsys.readouterr()
    answer = json.loads(out)
    assert set(answer) == {"error"}
    assert set(answer["error"]) == {"code", "message", "hint"}
    assert answer["error"]["code"] == name
    assert err == ""


def test_refusals_are_words_on_standard_error(stopping, capsys):
    stopping(DataError("leads.csv: it is empty.", hint="Export it again."))
    assert entry.run([]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "leadgate: leads.csv: it is empty.\nExport it again.\n"


def test_defects_say_where_but_never_what_the_value_was(stopping, capsys):
    stopping(ValueError(f"cannot parse {SECRET}"))
    assert entry.run([]) == 1
    out, err = capsys.readouterr()
    assert SECRET not in out + err
    assert "Traceback" not in err
    assert "ValueError in " in err
    assert ", line " in err


def test_defects_show_the_traceback_to_those_who_ask(stopping, monkeypatch):
    stopping(ValueError("what happened"))
    monkeypatch.setenv("LEADGATE_DEBUG", "1")
    with pytest.raises(ValueError, match="what happened"):
        entry.run([])


def test_unknown_commands_are_wrong_usage(capsys):
    assert entry.run(["scoer"]) == 2
    assert "scoer" in capsys.readouterr().err


def test_no_command_shows_the_help(capsys):
    assert entry.run([]) == 2
    out, err = capsys.readouterr()
    assert "score" in out + err
    assert "leadgate:" not in err


def test_version_is_printed(capsys):
    assert entry.run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("leadgate 0.")


def test_help_imports_nothing_heavy():
    """The help of a command line that takes seconds is read once."""
    heavy = ("mlflow", "bentoml", "lightgbm", "pandas", "sklearn", "matplotlib", "numpy")
    script = (
        "import sys; from leadgate.cli import run; code = run(['--help']); "
        f"sys.exit(str([m for m in {heavy!r} if m in sys.modules]) if code == 0 else 'failed')"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize("module", ["leadgate.cli.entry", "pydantic", "typer", "features.checks"])
def test_an_interrupt_while_modules_load_is_one_sentence(module):
    script = (
        "import sys\n"
        "class Interrupt:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name == {module!r}: raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupt())\n"
        "from leadgate.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "check"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "leadgate: Interrupted.\n")


def test_a_closed_pipe_ends_quietly():
    command = f"{sys.executable} -c 'from leadgate.cli import main; main()' --help | true"
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert "Traceback" not in done.stderr
