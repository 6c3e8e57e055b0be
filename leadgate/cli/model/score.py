"""`leadgate score`: a decision and its reasons for each lead of a file."""

from __future__ import annotations

import os
import shlex
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadgate.cli import words
from leadgate.cli.options import ConfigOption, JsonOption, ModelOption, flags, load_config
from leadgate.cli.output import Screen

if TYPE_CHECKING:
    from features.schema.lookups import LookupTable
    from features.tables import Tables
    from leadgate.config import Config
    from serving.scoring.scorer import Scorer
    from serving.store import Store


ActivitiesOption = Annotated[
    list[Path] | None,
    typer.Option(metavar="FILE", help="Activities of these leads; may be given again."),
]
RecordOption = Annotated[
    bool,
    typer.Option(
        "--record",
        help="Decide with the store's history and this week's capacity, best leads first, and keep "
        "the decisions there. The same files on the same day are decided once.",
    ),
]


def score(
    source: Annotated[
        Path, typer.Argument(metavar="INPUT", help="Leads, with the columns of the export.")
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="OUTPUT", help="CSV or Parquet, by its name.")
    ],
    activities: ActivitiesOption = None,
    field_changes: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Dated changes of their fields.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(metavar="TIME", help="Score as of then (ISO 8601).")
    ] = None,
    age_days: Annotated[
        float | None, typer.Option(metavar="N", help="Score each lead at this age.", min=0)
    ] = None,
    no_reasons: Annotated[
        bool, typer.Option("--no-reasons", help="Leave the reasons empty; faster.")
    ] = False,
    capacity: Annotated[
        int | None, typer.Option(metavar="N", help="Hand off the best N of this file.", min=0)
    ] = None,
    record: RecordOption = False,
    model: ModelOption = "champion",
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Score leads: one row for each, in their order, with readiness, decision and reasons."""
    from serving.batch.score_file import score_file

    if record and capacity is not None:
        raise typer.BadParameter(
            "it ranks one file; --record counts the week.", param_hint="--capacity"
        )
    screen = Screen("score", as_json=json)
    store = _store(load_config(config)) if record else None
    with screen.work("Loading the model") as progress, store or nullcontext():
        scorer, lookups, export, warnings = _loaded(config, model)
        progress("Scoring")
        scored = score_file(
            scorer,
            source,
            output,
            activities=activities or [],
            field_changes=field_changes,
            as_of=as_of,
            age_days=age_days,
            reasons=not no_reasons,
            capacity=capacity,
            lookups=lookups,
            export=export,
            store=store,
        )
    scored.notes[:0] = warnings
    named = "" if model == "champion" else f" --model {shlex.quote(model)}"
    then = f"leadgate serve{named}{flags(config)}"
    screen.answer(scored.to_dict(), *words.of_scores(scored), then=then, bare=True)


def _store(config: Config) -> Store:
    from serving.store import Store

    return Store(config.store_url, timezone=config.policy.timezone)


def _loaded(
    path: Path | None, model: str
) -> tuple[Scorer, list[LookupTable], Tables | None, list[str]]:
    """Load what `model` names, and the tables it needs; a directory needs no configuration.

    These are the look-ups, and the export where the model looks at whole accounts; then what
    people should know of how the model came to decide.
    """
    from features.schema.sources import read_lookups
    from features.tables import load_tables
    from leadgate.config import nearest
    from leadgate.registry.registry import resolve
    from serving.scoring.scorer import Scorer

    threads = os.cpu_count() or 1
    if path is None and Path(model).is_dir() and not nearest(Path.cwd()):
        return Scorer.load(model, threads=threads), [], None, []
    config = load_config(path)
    resolved = resolve(config.tracking, config.folder, model)
    scorer = Scorer.load(
        resolved.path, version=resolved.version, policy=config.policy, threads=threads
    )
    # How this file is written may be said anew; all else is as in training.
    scorer.data = scorer.data.with_dates(config.data.date_format)
    export = load_tables(config) if scorer.feature_set.whole_accounts else None
    return scorer, read_lookups(config), export, _warnings(config, model)


def _warnings(config: Config, model: str) -> list[str]:
    from leadgate.registry.registry import CHAMPION, open_registry
    from leadgate.registry.standing import standing

    if model != CHAMPION:
        return []
    now = standing(open_registry(config.tracking, config.folder))
    return [now.warning] if now is not None and now.warning else []
