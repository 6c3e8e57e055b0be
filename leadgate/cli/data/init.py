"""`leadgate init`: the first configuration, guessed from an export."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadgate.cli.options import JsonOption, flags
from leadgate.cli.output import Screen, table
from leadgate.errors import ConfigError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from features.profiling.guess import Guess

OUT = Path("leadgate.toml")
EXPORT_HELP = "The CRM's export of leads: CSV or Parquet."
ACTIVITIES_HELP = "A file of activities; give it again for each further file."
FIELD_CHANGES_HELP = "The CRM's history of fields: what changed when."


NAMED = ("lead_id", "account_id", "created_at", "order", "outcome", "closed_at", "amount")
# Of the values that end no lead, so many are listed.
NAMED_VALUES = 20
OUTCOMES = ("won", "lost", "unworked")
LISTED = {
    "personal": "personal, never used",
    "after_outcome": "known only after the outcome, never used",
    "unknown": "perhaps overwritten since, left out until you decide",
}


def init(
    export: Annotated[Path, typer.Argument(metavar="EXPORT", help=EXPORT_HELP)],
    activities: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help=ACTIVITIES_HELP)
    ] = None,
    field_changes: Annotated[
        Path | None, typer.Option(metavar="FILE", help=FIELD_CHANGES_HELP)
    ] = None,
    config: Annotated[
        Path, typer.Option("--config", metavar="FILE", help="The file to write.")
    ] = OUT,
    json: JsonOption = False,
) -> None:
    """Write leadgate.toml: columns guessed, personal data and leaks flagged."""
    from features.profiling.guess import guess

    if config.exists():
        raise ConfigError(
            str(config),
            ["it is there already"],
            hint="Move it away, or write another one: --config FILE",
        )
    screen = Screen("init", as_json=json)
    with screen.work(f"Reading {export.name}"):
        made = guess(export, activities or [], field_changes, folder=config.parent)
    config.write_text(made.text, encoding="utf-8")
    guessed = tomllib.loads(made.text)
    faults = _faults(guessed, config)
    facts = {
        "config": config,
        "guessed": guessed,
        "still_open": made.still_open,
        "doubts": made.doubts,
        "faults": faults,
    }
    then = (
        f"edit {config}"
        if faults or made.doubts
        else "leadgate check" + flags(config if config != OUT else None)
    )
    screen.answer(facts, *_words(config, guessed, made, faults), then=then)


def _faults(guessed: dict[str, Any], config: Path) -> list[str]:
    """Return what a person has to add before anything can be learned."""
    from leadgate.config import Config

    try:
        Config.from_dict(guessed, folder=config.parent)
    except ConfigError as error:
        return error.faults
    return []


def _words(
    config: Path, guessed: dict[str, Any], made: Guess, faults: list[str]
) -> Iterator[RenderableType]:
    columns = guessed["columns"]
    yield f"Wrote {config}. These are guesses; the file says why each was made."
    named = [(key, columns[key]) for key in NAMED if key in columns]
    yield table(("what", "column"), named)
    if columns.get("order") == "row" and not made.doubts:
        yield "No column holds times: the rows are taken to be in the order of time."
    if "outcome" in columns:
        yield from _outcomes(columns, made.still_open)
    for kind, names in guessed["data"].get("outcome_activities", {}).items():
        yield f"Counts as {kind}, by its activities: {', '.join(names)}."
    for key, meaning in LISTED.items():
        if columns.get(key):
            yield f"{meaning[0].upper()}{meaning[1:]}: {', '.join(columns[key])}."
    yield from (f"To do: {fault}." for fault in faults)
    yield from (f"Look at this: {doubt}" for doubt in made.doubts)


def _outcomes(columns: dict[str, Any], still_open: list[str]) -> Iterator[str]:
    """Say which values end a lead: the guess on which all numbers rest."""
    for kind in OUTCOMES:
        values = columns.get(kind)
        if values == "rest":
            yield f"Counts as {kind}: every lead that is not won. Are some of them still open?"
        elif values:
            yield f"Counts as {kind}: {', '.join(values)}."
    if still_open:
        said = ", ".join(still_open[:NAMED_VALUES])
        more = f" and {len(still_open) - NAMED_VALUES} more" * (len(still_open) > NAMED_VALUES)
        yield (
            f"Taken for open: {said}{more}. Has one of them ended? Then add it to columns.won or "
            "columns.lost."
        )
    if not columns.get("lost"):
        yield "Nothing sounds like a loss: name what does in columns.lost."
