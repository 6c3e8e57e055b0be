"""`leadgate push`: decisions to the leads' pages in the CRM."""

from __future__ import annotations

import hashlib
import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadgate.cli.crm.session import CrmOption, alone, crm_settings, open_crm
from leadgate.cli.data.asking import on_a_terminal
from leadgate.cli.options import ConfigOption, JsonOption
from leadgate.cli.output import Screen, table
from leadgate.cli.words import shown
from leadgate.errors import CrmError, DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa
    from rich.console import RenderableType

    from leadgate.connectors.connector import Connector
    from leadgate.connectors.pushed.journal import Journal
    from leadgate.connectors.pushed.push import Pushed

CONFIRMED = ".confirmed"


def push(
    scores: Annotated[
        Path | None, typer.Argument(metavar="SCORES", help="A file that leadgate score wrote.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change, and write nothing.")
    ] = False,
    create_fields: Annotated[
        bool, typer.Option("--create-fields", help="Create the fields that are not there yet.")
    ] = False,
    undo: Annotated[
        str | None,
        typer.Option(metavar="RUN", help="Put back what a push wrote over, and push nothing."),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Write to a CRM that people work in without asking.")
    ] = False,
    crm: CrmOption = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Write readiness, grade, trend, reasons and decision to the CRM: only what has changed."""
    from leadgate.connectors.pushed.journal import Journal
    from leadgate.connectors.scores import read_scores

    if (scores is None) == (undo is None):
        raise typer.BadParameter("give a file of scores, or --undo RUN.", param_hint="SCORES")
    screen = Screen("push", as_json=json)
    rows = None if scores is None else read_scores(scores)
    settings, folder = crm_settings(config, crm)
    pushes = folder / settings.pushes
    with alone(pushes):
        with screen.work("Logging in"):
            connector = open_crm(settings)
        if not dry_run:
            _confirm(connector, pushes, yes=yes, may_ask=not json and on_a_terminal())
        if scores is None or rows is None:
            _refuse_missing(connector)
            _undo(screen, connector, pushes / str(undo))
            return
        made = _create(screen, connector) if create_fields and not dry_run else []
        if not dry_run:
            _refuse_missing(connector)
        journal = Journal(pushes / _run(scores))
        if not dry_run:
            journal.begin(connector.name, connector.org, scores.name)
        then = f"leadgate push {shlex.quote(str(scores))}" if dry_run else ""
        _push(screen, connector, journal, rows, made, then)


def _confirm(connector: Connector, pushes: Path, *, yes: bool, may_ask: bool) -> None:
    """Ask once for each CRM that people work in.

    Raises
    ------
    DataError
        ``not_confirmed``.
    """
    kept = pushes / CONFIRMED
    name = f"{connector.name} {connector.org}"
    confirmed = kept.read_text(encoding="utf-8").splitlines() if kept.exists() else []
    if not connector.production or yes or name in confirmed:
        return
    if not may_ask or not typer.confirm(f"{name} is one that people work in. Write to it?"):
        raise DataError(
            f"{name} is one that people work in, and nobody has said yes to writing there.",
            code="not_confirmed",
            hint="Look first with --dry-run, then say --yes.",
        )
    kept.write_text("\n".join([*confirmed, name]) + "\n", encoding="utf-8")


def _create(screen: Screen, connector: Connector) -> list[str]:
    with screen.work("Creating fields"):
        return connector.create_fields(list(connector.fields().values()))


def _refuse_missing(connector: Connector) -> None:
    """Refuse to push where a field is not there.

    Raises
    ------
    CrmError
        ``missing_fields``, naming them.
    """
    missing = connector.missing(list(connector.fields().values()))
    if missing:
        raise CrmError(
            f"{connector.name} {connector.org}: the lead has no {', '.join(missing)}, or this user "
            "may not see them.",
            code="missing_fields",
            hint="Create them with --create-fields, or give their names under [crm.fields].",
        )


def _undo(screen: Screen, connector: Connector, folder: Path) -> None:
    from leadgate.connectors.pushed.journal import Journal
    from leadgate.connectors.pushed.undo import undo as put_back

    with screen.work("Putting back"):
        done = put_back(connector, Journal(folder))
    words = (
        f"{done.written:,} leads hold again what they held before {folder.name}; "
        f"{done.unchanged:,} hold it already or were changed since and stay, "
        f"{done.missing:,} are gone, {done.failed:,} were refused."
    )
    refused = [table(("refused because", "leads"), sorted(done.faults.items()))]
    facts = {"run": folder.name, **_where(connector), **done.to_dict()}
    screen.answer(facts, words, *(refused if done.faults else ()))


def _push(
    screen: Screen,
    connector: Connector,
    journal: Journal,
    rows: pa.Table,
    made: list[str],
    then: str,
) -> None:
    """Push; `then` is what to do next, and only a look has something."""
    from leadgate.connectors.decided import decided
    from leadgate.connectors.pushed.push import calls_needed, push

    dry_run = bool(then)
    with screen.work("Asking what the leads hold") as progress:
        done = push(connector, decided(rows), journal, dry_run=dry_run, say=progress)
    facts = {
        "run": "" if dry_run else journal.run,
        **_where(connector),
        "created": made,
        **done.to_dict(),
        "calls_at_most": calls_needed(rows.num_rows, connector.leads_a_call),
        "dry_run": dry_run,
    }
    screen.answer(facts, *_words(connector, done, journal, made, dry_run=dry_run), then=then)


def _run(scores: Path) -> str:
    """Name a push by its day and its file: run again, it goes on with its own journal."""
    digest = hashlib.sha256(scores.read_bytes()).hexdigest()[:8]
    return f"{datetime.now(UTC):%Y%m%d}-{digest}"


def _where(connector: Connector) -> dict[str, object]:
    return {"crm": connector.name, "org": connector.org, "production": connector.production}


def _words(
    connector: Connector, done: Pushed, journal: Journal, made: list[str], *, dry_run: bool
) -> Iterator[RenderableType]:
    if made:
        yield f"Created in {connector.org}: {', '.join(made)}."
    verb = "would change" if dry_run else "written"
    yield (
        f"{connector.name} {connector.org}: {done.written:,} leads {verb}, {done.unchanged:,} "
        f"unchanged, {done.failed:,} refused, {done.missing:,} not there, in {done.calls:,} calls."
    )
    if done.examples:
        rows = [(lead, name, before, after) for lead, name, before, after in done.examples]
        yield table(("lead", "field", "before", "after"), [[_cell(v) for v in r] for r in rows])
    if done.faults:
        yield table(("refused because", "leads"), sorted(done.faults.items()))
        yield f"Each with its lead: {shown(journal.folder / 'refused.jsonl')}"
    if done.written and not dry_run:
        yield f"To put back what was there: leadgate push --undo {journal.run}"


def _cell(value: object) -> str:
    return "nothing" if value is None else " ".join(str(value).split())[:60]
