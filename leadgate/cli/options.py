"""The options that every command shares, and the configuration they lead to."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from leadgate.config import Config

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="The configuration; left out: the nearest leadgate.toml in this folder or above it.",
    ),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON object on standard output, for machines.")
]
KeepOption = Annotated[
    list[str] | None,
    typer.Option(
        "--keep",
        metavar="COLUMN",
        help="Keep a column or activity that looks like a leak, or is a time proxy; give it "
        "again for each further one.",
    ),
]
ModelOption = Annotated[
    str,
    typer.Option(
        metavar="MODEL", help="champion, challenger, a version, or the directory of a model."
    ),
]


def load_config(path: Path | None) -> Config:
    """Read the configuration that a command was given, or the nearest one.

    Parameters
    ----------
    path
        The file; None for the nearest `leadgate.toml` in the working directory or above it.

    Raises
    ------
    ConfigError
        If there is none, or naming every key at fault.
    """
    # pydantic is what a command pays most for: the help does without it.
    from leadgate.config import FILE_NAME, Config, nearest

    folder = Path.cwd()
    return Config.load(path or nearest(folder) or folder / FILE_NAME)


def flags(path: Path | None) -> str:
    """Return what to add to a command that is to read the same configuration."""
    return "" if path is None else f" --config {shlex.quote(str(path))}"
