"""`leadgate connect check`: whether everything is there that a pull and a push need."""

from __future__ import annotations

import typer

from leadgate.cli.crm.session import CrmOption, crm_settings, open_crm
from leadgate.cli.options import ConfigOption, JsonOption
from leadgate.cli.output import Screen, table

connect = typer.Typer(
    name="connect", help="Look at the connection to the CRM.", no_args_is_help=True
)


@connect.callback()
def about() -> None:
    """Look at the connection to the CRM."""


@connect.command()
def check(crm: CrmOption = None, config: ConfigOption = None, json: JsonOption = False) -> None:
    """Log in and look at rights, fields, quota and clock; exit 1 where something is wrong."""
    screen = Screen("connect check", as_json=json)
    settings, _ = crm_settings(config, crm)
    with screen.work("Logging in"):
        connector = open_crm(settings)
        looked_at = connector.check(list(connector.fields().values()))
    faults = [fault for fault in looked_at if not fault.ok]
    facts = {
        "ok": not faults,
        "crm": connector.name,
        "org": connector.org,
        "production": connector.production,
        "checks": [vars(fault) for fault in looked_at],
    }
    where = "people work in it" if connector.production else "a trial: nobody works in it"
    rows = [(f.subject, "ok" if f.ok else "WRONG", f.words) for f in looked_at]
    screen.answer(
        facts,
        f"Logged in to {connector.name} {connector.org} ({where}).",
        table(("what", "", "how it is"), rows),
        then="" if faults else "leadgate pull",
    )
    if faults:
        raise typer.Exit(1)
