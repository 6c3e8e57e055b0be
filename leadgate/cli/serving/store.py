"""`leadgate store`: upgrade, check, prune, backup, restore."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadgate.cli.options import ConfigOption, JsonOption, flags, load_config
from leadgate.cli.output import Screen, table
from leadgate.cli.words import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from serving.upkeep.inspect import Inspected

store = typer.Typer(
    name="store",
    help="Look after the store of decisions, activities and outcomes.",
    no_args_is_help=True,
)


@store.callback()
def about() -> None:
    """Look after the store of decisions, activities and outcomes."""


@store.command()
def upgrade(config: ConfigOption = None, json: JsonOption = False) -> None:
    """Bring the store to the tables of this leadgate, while the endpoint goes on."""
    from serving.store import Store
    from serving.store.migrate import migrate
    from serving.store.tables import HEAD

    screen = Screen("store upgrade", as_json=json)
    settings = load_config(config)
    with screen.work("Upgrading the store"):
        kept = Store(settings.store_url)
        with kept.connection.errors():
            before = migrate(kept.connection.engine)
    facts = {"before": before, "now": HEAD if before is None else max(before, HEAD)}
    words = f"The store was at {before} and is at {HEAD} now."
    if before is None:
        words = f"The store is made, at {HEAD}."
    elif before >= HEAD:
        words = f"The store is at {before}: there is nothing to do."
    screen.answer(facts, words, then="leadgate store check" + flags(config))


@store.command()
def check(config: ConfigOption = None, json: JsonOption = False) -> None:
    """Count what the store holds and see whether it holds together; exit 1 where it does not."""
    from serving.decisions.erasure import spool_folder
    from serving.store import Store
    from serving.upkeep.inspect import inspect

    screen = Screen("store check", as_json=json)
    settings = load_config(config)
    kept = Store(settings.store_url, timezone=settings.policy.timezone)
    with screen.work("Looking into the store"):
        inspected = inspect(kept, spool_folder(settings.folder))
    screen.answer({"ok": not inspected.faults, **vars(inspected)}, *_inspected(inspected))
    if inspected.faults:
        raise typer.Exit(1)


@store.command()
def prune(
    days: Annotated[
        float | None,
        typer.Option(
            metavar="N",
            min=1,
            help="Keep a lead of which something came within these days; left out: "
            "serving.retention_days.",
        ),
    ] = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Remove the leads about which nothing came for long; others use the store meanwhile.

    So go calls about many leads that are older than serving.idempotency_hours.
    """
    from features.parsing.times import US_PER_DAY, iso, now
    from serving.store import Store
    from serving.upkeep.prune import prune as remove

    screen = Screen("store prune", as_json=json)
    settings = load_config(config)
    days = settings.serving.retention_days if days is None else days
    if days is None:
        raise typer.BadParameter(
            "give it, or set serving.retention_days in leadgate.toml.", param_hint="--days"
        )
    before = now() - int(days * US_PER_DAY)
    hours = settings.serving.idempotency_hours
    zone = settings.policy.timezone
    kept = Store(settings.store_url, idempotency_hours=hours, timezone=zone)
    with screen.work("Looking for old leads") as progress, kept:
        removed = remove(kept, before, progress)
    words = f"Nothing came since {iso(before)} about {removed['leads']} leads: they are removed."
    if not removed["leads"]:
        words = f"Something came about every lead since {iso(before)}: none is removed."
    rest = ["Unlike a lead that is forgotten, one that is heard of again is new."]
    calls = [f"{removed['calls']} calls are removed whose keys are answered no more."]
    screen.answer(
        {"before": iso(before), "removed": removed},
        words,
        *(rest if removed["leads"] else []),
        *(calls if removed["calls"] else []),
        then="leadgate store check" + flags(config),
    )


@store.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file: a store in SQLite.")],
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Copy the store, as it is now, to a file; others go on writing meanwhile."""
    from serving.store import Store
    from serving.upkeep.backup import backup as copy

    screen = Screen("store backup", as_json=json)
    settings = load_config(config)
    with screen.work("Copying") as progress:
        rows = copy(Store(settings.store_url), file, progress)
    screen.answer(
        {"file": str(file), "rows": rows},
        _rows(rows),
        f"Written to {shown(file)}. It holds everything of every lead: keep it as the store is "
        "kept, and let it go after as long. Forgetting a lead does not reach it.",
    )


@store.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What a backup wrote.")],
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Bring what a backup holds to the store, which holds no lead yet: SQLite or PostgreSQL."""
    from serving.store import Store
    from serving.upkeep.backup import restore as bring

    screen = Screen("store restore", as_json=json)
    settings = load_config(config)
    with screen.work("Reading the backup") as progress, Store(settings.store_url) as kept:
        rows = bring(file, kept, progress)
    screen.answer(
        {"file": str(file), "rows": rows},
        _rows(rows),
        f"Brought from {shown(file)}. Leads that were forgotten since it was written are back: "
        "forget them again.",
        then="leadgate store check" + flags(config),
    )


def _inspected(inspected: Inspected) -> Iterator[RenderableType]:
    yield _rows(inspected.rows)
    if inspected.first_decision:
        yield f"Decisions from {inspected.first_decision} to {inspected.last_decision}."
    if inspected.waiting:
        yield f"On this machine {inspected.waiting} records wait for the store."
    if inspected.set_aside:
        yield f"{inspected.set_aside} records are set aside that no store can take."
    yield from (f"At fault: {fault}." for fault in inspected.faults)
    if not inspected.faults:
        yield "It holds together."


def _rows(rows: dict[str, int]) -> RenderableType:
    return table(("table", "rows"), [(name, f"{n:,}") for name, n in rows.items()])
