"""`leadgate check`: what the data are, what was refused and what looks like a leak."""

from __future__ import annotations

from leadgate.cli import words
from leadgate.cli.options import ConfigOption, JsonOption, flags, load_config
from leadgate.cli.output import Screen

QUARANTINE = "quarantine.csv"


def check(config: ConfigOption = None, json: JsonOption = False) -> None:
    """Validate the data: what was quarantined and why, and which columns look like leaks."""
    from features.checks import check as look
    from features.tables import load_tables

    screen = Screen("check", as_json=json)
    settings = load_config(config)
    with screen.work("Reading the data"):
        report = look(settings)
        path = settings.folder / QUARANTINE
        if report.quarantined:
            load_tables(settings).quarantine.write(path)
    facts = report.to_dict() | {"quarantine_file": str(path) if report.quarantined else ""}
    found = [*words.of_check(report)]
    if report.quarantined:
        found.append(f"Every refused row with its reason: {words.shown(path)}")
    screen.answer(facts, *found, then="leadgate train" + flags(config))
