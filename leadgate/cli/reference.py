"""The reference of the commands, written from the commands themselves: `make docs`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from typer.main import get_command

from leadgate.cli.app import app

INTRODUCTION = """\
# The commands

Every command reads the nearest `leadgate.toml`, or the one that `--config` names; paths in it are
relative to it. With `--json` a command prints one object on standard output, and a refusal is
`{"error": {"code", "message", "hint"}}`. Exit codes: 0 done, 1 a refusal that the message explains,
2 wrong usage. Progress goes to standard error, on a terminal only.

This page is written by `make docs`.
"""


def markdown() -> str:
    """Return the page: each command with its usage, what it does, its arguments and options."""
    return INTRODUCTION + "".join(_section(path, command) for path, command in _commands())


def _commands() -> Iterator[tuple[str, Any]]:
    """Yield each command that does something, with its full name."""
    waiting = [("leadgate", get_command(app))]
    while waiting:
        path, command = waiting.pop(0)
        below = getattr(command, "commands", {})
        waiting = [(f"{path} {name}", held) for name, held in below.items()] + waiting
        if not below or getattr(command, "invoke_without_command", False):
            yield path, command


def _section(path: str, command: Any) -> str:  # noqa: ANN401 - typer's own class is private
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option"]
    usage = " ".join([path, *(p.metavar for p in arguments), "[OPTIONS]"])
    lines = [f"## {path}", "", f"    {usage}", "", command.help, ""]
    lines += [f"- `{p.metavar}`: {p.help}" for p in arguments]
    lines += [f"- {_names(p)}: {p.help}{_default(p)}" for p in options]
    return "\n" + "\n".join(lines) + "\n"


def _names(option: Any) -> str:  # noqa: ANN401
    value = "" if option.is_flag else f" {option.metavar or option.name.upper()}"
    return ", ".join(f"`{name}{value}`" for name in option.opts)


def _default(option: Any) -> str:  # noqa: ANN401
    given = option.default
    return "" if given is None or given is False else f" Default: `{given}`."


if __name__ == "__main__":
    sys.stdout.write(markdown())
