"""The page about the commands says what the commands say of themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadgate.cli import reference

ROOT = Path(__file__).resolve().parents[3]


def test_reference_page_is_up_to_date():
    written = (ROOT / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")
    assert written == reference.markdown(), "write it anew: make docs"


@pytest.mark.parametrize(
    "command", [pytest.param(command, id=path) for path, command in reference._commands()]
)
def test_every_command_and_option_has_help(command):
    assert command.help
    assert [p.name for p in command.params if not getattr(p, "help", "")] == []


def test_every_command_speaks_json():
    silent = [
        path
        for path, command in reference._commands()
        if "json" not in {parameter.name for parameter in command.params}
    ]
    assert silent == []


def test_commands_in_the_readme_and_the_tutorial_exist():
    commands = {path for path, _ in reference._commands()}
    for page in (ROOT / "README.md", ROOT / "docs" / "tutorial" / "your-own-data.md"):
        lines = page.read_text(encoding="utf-8").splitlines()
        used = {line.removeprefix("$ ") for line in lines if line.startswith("$ leadgate ")}
        assert used
        assert [line for line in used if not line.startswith(tuple(commands))] == []
