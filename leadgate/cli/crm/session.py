"""What the commands of a CRM share: which one it is, its folders, and one command at a time."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadgate.errors import ConfigError, DataError

if TYPE_CHECKING:
    from leadgate.config import Crm
    from leadgate.connectors.connector import Connector

CrmOption = Annotated[
    str | None,
    typer.Option("--crm", metavar="NAME", help="Which CRM; left out: crm.name of leadgate.toml."),
]


def crm_settings(config: Path | None, name: str | None) -> tuple[Crm, Path]:
    """Return the settings of a CRM and the folder that its paths are relative to.

    Parameters
    ----------
    config
        The configuration; None for the nearest one, which need not be there.
    name
        The CRM, where no configuration says so.

    Raises
    ------
    ConfigError
        If nothing names the CRM.
    """
    from leadgate.config import Config, Crm, nearest

    path = config or nearest(Path.cwd())
    if path is None:
        settings, folder = None, Path.cwd()
    else:
        loaded = Config.load(path)
        settings, folder = loaded.crm, loaded.folder
    if settings is None and name is None:
        hint = "Name it: --crm salesforce, or [crm] name in leadgate.toml"
        raise ConfigError(str(path or "the command"), ["no CRM is named"], hint=hint)
    if settings is None or (name and name != settings.name):
        settings = Crm(name=name or "")
    return settings, folder


def open_crm(settings: Crm) -> Connector:
    """Log in with what the environment holds."""
    from leadgate.connectors.connect import connect

    return connect(settings.name, os.environ, names=settings.fields)


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[int]:
    """Hold a folder, so that no second command works in it.

    Yields the file that holds it: a process that is given it holds the folder, too.

    Raises
    ------
    DataError
        ``in_use``, if one does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DataError(
                f"{folder}: another command works in it.", code="in_use", hint="Wait for its end."
            ) from None
        yield file.fileno()
