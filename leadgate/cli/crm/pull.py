"""`leadgate pull`: what happened in the CRM."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from leadgate.cli.crm.session import CrmOption, alone, crm_settings, open_crm
from leadgate.cli.options import ConfigOption, JsonOption, flags
from leadgate.cli.output import Screen, table
from leadgate.cli.words import shown


def pull(
    crm: CrmOption = None,
    into: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Left out: crm.pulled, or pulled.")
    ] = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Read leads, activities, histories and deals: first all, then what has changed."""
    from features.pulled.pull import pull_tables

    screen = Screen("pull", as_json=json)
    settings, folder = crm_settings(config, crm)
    path = into or folder / settings.pulled
    with screen.work("Logging in") as progress, alone(path):
        connector = open_crm(settings)
        pulled = pull_tables(connector, path, progress)
    facts = {
        "crm": connector.name,
        "org": connector.org,
        "folder": path,
        "read": pulled.read,
        "tables": pulled.tables,
        "calls": connector.calls,
    }
    words = table(("table", "rows"), [(name, f"{n:,}") for name, n in pulled.tables.items()])
    screen.answer(
        facts,
        f"{sum(pulled.read.values()):,} rows read from {connector.name} {connector.org} in "
        f"{connector.calls:,} calls, into {shown(path)}.",
        words,
        then=_then(settings.name, path, config),
    )


def _then(name: str, path: Path, config: Path | None) -> str:
    from leadgate.config import nearest

    if config or nearest(Path.cwd()):
        return "leadgate check" + flags(config)
    return f"leadgate init {shlex.quote(str(path))} --crm {name}"
