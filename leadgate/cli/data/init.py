"""`leadgate init`: the first configuration, guessed from an export."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadgate.cli.data import asking, init_words
from leadgate.cli.options import JsonOption, flags
from leadgate.cli.output import Screen
from leadgate.errors import ConfigError, LeadgateError

if TYPE_CHECKING:
    from features.profiling.guess import ExportFiles, Guess
    from features.profiling.preview import Preview
    from leadgate.config import Answer

OUT = Path("leadgate.toml")
EXPORT_HELP = (
    "The CRM's export of leads: CSV, Parquet or a workbook; several files if all have its columns; "
    "or the folder that leadgate pull wrote."
)
ACTIVITIES_HELP = "A file of activities; give it again for each further file."
OUTCOMES_HELP = "A file of outcomes, where the leads do not say what became of them."
HANDOFFS_HELP = "A file of handoffs: when leads were given to sales."
FIELD_CHANGES_HELP = "The CRM's history of fields: what changed when."
CRM_HELP = "Whose export it is, such as Zoho or Zoho deals; left out: as its columns say."
YES_HELP = "Ask nothing: take the likelier reading, and leave each question in the file."


def init(
    export: Annotated[list[Path], typer.Argument(metavar="EXPORT", help=EXPORT_HELP)],
    activities: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help=ACTIVITIES_HELP)
    ] = None,
    outcomes: Annotated[Path | None, typer.Option(metavar="FILE", help=OUTCOMES_HELP)] = None,
    handoffs: Annotated[Path | None, typer.Option(metavar="FILE", help=HANDOFFS_HELP)] = None,
    field_changes: Annotated[
        Path | None, typer.Option(metavar="FILE", help=FIELD_CHANGES_HELP)
    ] = None,
    crm: Annotated[str | None, typer.Option(metavar="NAME", help=CRM_HELP)] = None,
    yes: Annotated[bool, typer.Option("--yes", help=YES_HELP)] = False,
    config: Annotated[
        Path, typer.Option("--config", metavar="FILE", help="The file to write.")
    ] = OUT,
    json: JsonOption = False,
) -> None:
    """Write leadgate.toml: columns guessed, personal data and leaks flagged."""
    from features.profiling.guess import ExportFiles

    if config.exists():
        raise ConfigError(
            str(config),
            ["it is there already"],
            hint="Move it away, or write another one: --config FILE",
        )
    files = ExportFiles(
        export[0], activities or [], field_changes, outcomes, handoffs, more=export[1:]
    ).in_folder()
    screen = Screen("init", as_json=json)
    made = _guess(
        screen, files, config, crm or "", ask=not (yes or json) and asking.on_a_terminal()
    )
    text = made.text + _crm_section(export[0])
    config.write_text(text, encoding="utf-8")
    guessed = tomllib.loads(text)
    with screen.work("Looking at the leads"):
        faults, preview = _looked_at(guessed, config)
    facts = {
        "config": config,
        "guessed": guessed,
        "still_open": made.still_open,
        "questions": [question.to_dict() for question in made.questions],
        "faults": faults,
        "preview": preview.to_dict() if preview else None,
    }
    edit = faults or not all(question.others for question in made.questions)
    then = f"edit {config}" if edit else "leadgate check" + flags(config if config != OUT else None)
    screen.answer(facts, *init_words.blocks(config, guessed, made, faults, preview), then=then)


def _crm_section(export: Path) -> str:
    """Return ``[crm]`` for a folder that was pulled from one."""
    from leadgate.connectors.files import read_state
    from leadgate.connectors.pulled.folder import STATE

    crm = read_state(export / STATE).get("crm") if export.is_dir() else None
    return f'\n\n[crm]\nname = "{crm}"\n' if crm else ""


def _guess(screen: Screen, files: ExportFiles, config: Path, crm: str, *, ask: bool) -> Guess:
    from features.profiling.guess import guess

    def again(answers: dict[str, Answer]) -> Guess:
        return guess(files, folder=config.parent, crm=crm, answers=answers)

    with screen.work(f"Reading {files.leads.name}"):
        made = again({})
    return asking.settle(again, made) if ask else made


def _looked_at(guessed: dict[str, Any], config: Path) -> tuple[list[str], Preview | None]:
    """Return what a person has to add before anything can be learned, or the leads as read."""
    from features.profiling.preview import Preview
    from features.tables import load_tables
    from leadgate.config import Config

    try:
        tables = load_tables(Config.from_dict(guessed, folder=config.parent))
    except ConfigError as error:
        return error.faults, None
    except LeadgateError as error:
        return [str(error).rstrip(".")], None
    return [], Preview.of(tables.leads, tables.outcomes)
