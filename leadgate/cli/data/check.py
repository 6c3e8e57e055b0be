"""`leadgate check`: what the data are, what was rejected and what looks like a leak."""

from __future__ import annotations

import shlex
from dataclasses import asdict, replace

from leadgate.cli import words
from leadgate.cli.options import ConfigOption, JsonOption, KeepOption, flags, load_config
from leadgate.cli.output import Screen

QUARANTINE = "quarantine.csv"


def check(config: ConfigOption = None, keep: KeepOption = None, json: JsonOption = False) -> None:
    """Validate the data: what was quarantined and why, and which columns look like leaks."""
    from features.checks import check as look
    from features.tables import load_tables
    from training.leakage.probe import find_leaks

    screen = Screen("check", as_json=json)
    settings = load_config(config)
    with screen.work("Reading the data") as progress:
        tables = load_tables(settings)
        report = look(settings, tables)
        path = settings.folder / QUARANTINE
        if report.quarantined:
            tables.quarantine.write(path)
        progress("Looking for leaks")
        leaks = find_leaks(tables.history(), settings, keep or ())
    # What the probe says of a column is more than what its name says.
    probed = tuple(f"{suspect.name} is a feature" for suspect in leaks.suspects)
    report = replace(report, suspects=[s for s in report.suspects if not s.startswith(probed)])
    facts = report.to_dict() | {
        "leaks": [suspect.to_dict() for suspect in leaks.suspects],
        "odd": [column.to_dict() for column in leaks.odd],
        "strong": asdict(leaks.strong) if leaks.strong else None,
        "quarantine_file": str(path) if report.quarantined else "",
    }
    blocks = [*words.of_check(report)]
    blocks += [f"Leak, {suspect.level}: {suspect.sentence()}" for suspect in leaks.suspects]
    blocks += [f"Odd: {column.sentence()}" for column in leaks.odd]
    blocks += [leaks.strong.sentence()] if leaks.strong else []
    if report.quarantined:
        blocks.append(f"Every rejected row with its reason: {words.shown(path)}")
    kept = "".join(f" --keep {shlex.quote(name)}" for name in keep or ())
    screen.answer(facts, *blocks, then="leadgate train" + flags(config) + kept)
