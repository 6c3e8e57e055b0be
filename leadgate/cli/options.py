"""The options that every command shares, and the configuration they lead to."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leadgate.config import FILE_NAME, Config

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help=f"The configuration; left out: the nearest {FILE_NAME} in this folder or above it.",
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
        help="Keep a column or activity that looks like a leak; give it again for each further "
        "one.",
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
    return Config.load(path if path is not None else nearest(Path.cwd()))


def nearest(folder: Path) -> Path:
    """Return the nearest `leadgate.toml` in a folder or above it; where there is none, its path."""
    found = (above / FILE_NAME for above in (folder, *folder.parents))
    return next((path for path in found if path.is_file()), folder / FILE_NAME)


def flags(path: Path | None) -> str:
    """Return what to add to a command that is to read the same configuration."""
    return "" if path is None else f" --config {path}"
