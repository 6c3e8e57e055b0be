"""`leadgate weekly`: what a schedule runs, from the CRM and back to it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from leadgate.cli.crm.session import alone
from leadgate.cli.options import ConfigOption, JsonOption, load_config
from leadgate.cli.output import Screen, table
from leadgate.cli.words import shown

if TYPE_CHECKING:
    from rich.console import RenderableType

    from leadgate.cli.output import Progress
    from leadgate.cli.schedule.journal import Done, Journal
    from leadgate.cli.schedule.steps import Week

FAILED, ALARM = 1, 3


def weekly(
    again: Annotated[
        bool, typer.Option("--again", help="Run this week's steps once more, from the first.")
    ] = False,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Pull, check, train, preview, promote by rule, score, push and monitor: once a week.

    Run again in the same week it goes on after the last step that was done. Exit 0 when all is
    done, 1 when a step failed, 3 when all is done and the monitor alarms.
    """
    from leadgate.cli.schedule.journal import LOG, Journal
    from leadgate.cli.schedule.steps import Week, runner
    from leadgate.config import FILE_NAME, nearest
    from serving.decisions.erasure import WEEKLY

    screen = Screen("weekly", as_json=json)
    settings = load_config(config)
    path = config or nearest(Path.cwd()) or settings.folder / FILE_NAME
    folder = settings.folder / WEEKLY
    now = datetime.now(UTC)
    with alone(folder) as lock, screen.work("Looking where this week is") as progress:
        journal = Journal(folder, _week(now, settings.policy.timezone), settings.text)
        if again:
            journal.forget()
        done = list(_run(Week(settings, folder, runner(path, lock)), journal, progress))
    failed = [step for step in done if step.result == "failed"]
    alarm = any(step.alarm for step in done)
    code = FAILED if failed else ALARM if alarm else 0
    facts = {"ok": not failed, "alarm": alarm, "steps": [asdict(step) for step in done]}
    then = f"leadgate {failed[0].step}" if failed else ""
    screen.answer(facts, *_words(done, folder / LOG), then=then)
    if code:
        raise typer.Exit(code)


def _week(now: datetime, timezone: str) -> str:
    """Return the week in which capacity is counted, too."""
    year, week, _ = now.astimezone(ZoneInfo(timezone)).isocalendar()
    return f"{year}-W{week:02d}"


def _run(week: Week, journal: Journal, progress: Progress) -> Iterator[Done]:
    """Run what is not done yet, until a step fails."""
    for name, step in week.steps():
        done = journal.done(name)
        if done is None:
            progress(name)
            begin = time.monotonic()
            done = replace(step(), seconds=round(time.monotonic() - begin, 1))
            journal.keep(done, datetime.now(UTC))
        yield done
        if done.result == "failed":
            return


def _words(done: list[Done], log: Path) -> Iterator[RenderableType]:
    rows = [(step.step, step.result, f"{step.seconds:.0f}", step.why) for step in done]
    yield table(("step", "", "seconds", ""), rows)
    yield from (f"Alarm: {step.why}" for step in done if step.alarm)
    yield f"Every step of every week: {shown(log)}"
