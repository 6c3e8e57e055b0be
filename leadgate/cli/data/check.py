"""`leadgate check`: what the data are, what was rejected and what looks like a leak."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from leadgate.cli import words
from leadgate.cli.options import ConfigOption, JsonOption, KeepOption, flags, load_config
from leadgate.cli.output import Screen

if TYPE_CHECKING:
    from training.leakage.suspect import Suspect

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
    blocks += _of_leaks(leaks.suspects)
    blocks += [f"Odd: {column.sentence()}" for column in leaks.odd]
    blocks += [leaks.strong.sentence()] if leaks.strong else []
    if report.quarantined:
        blocks.append(f"Every rejected row with its reason: {words.shown(path)}")
    kept = "".join(f" --keep {shlex.quote(name)}" for name in keep or ())
    screen.answer(facts, *blocks, then="leadgate train" + flags(config) + kept)


def _of_leaks(suspects: Sequence[Suspect]) -> Iterator[str]:
    """Yield a line for each suspect; a reason that several share is said once, below them."""
    counts = Counter(reason for suspect in suspects for reason in suspect.reasons)
    shared = [reason for reason, times in counts.items() if times > 1]
    for suspect in suspects:
        reasons = tuple(
            f"reason {shared.index(reason) + 1} below" if reason in shared else reason
            for reason in suspect.reasons
        )
        yield f"Leak, {suspect.level}: {replace(suspect, reasons=reasons).sentence()}"
    for number, reason in enumerate(shared, 1):
        names = ", ".join(suspect.name for suspect in suspects if reason in suspect.reasons)
        yield f"Reason {number}, of {names}: {reason}."
