"""`leadgate train`: one MLflow run, one registered version, one report."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from leadgate.cli import words
from leadgate.cli.options import (
    ConfigOption,
    JsonOption,
    KeepOption,
    flags,
    load_config,
)
from leadgate.cli.output import Screen

if TYPE_CHECKING:
    from features.tables import Tables
    from leadgate.config import Config
    from training.result import TrainingResult

FromStoreOption = Annotated[
    bool,
    typer.Option(
        "--from-store",
        help="Learn from the decisions, activities and outcomes of the endpoint's store, too.",
    ),
]


def train(
    config: ConfigOption = None,
    keep: KeepOption = None,
    from_store: FromStoreOption = False,
    json: JsonOption = False,
) -> None:
    """Train a model: one MLflow run, one registered version (alias challenger), one report."""
    from experiments.summary import PAGE, run_pages
    from training import train as fit

    screen = Screen("train", as_json=json)
    settings = load_config(config)
    with screen.work("Training") as progress:
        result = fit(
            settings,
            keep=keep or (),
            pages=run_pages(settings),
            read=reader(from_store),
            progress=progress,
        )
    then = _next(result) + flags(config)
    page = f"For whoever leads, on one screen: {words.shown(result.report.with_name(PAGE))}"
    screen.answer(result.to_dict(), *words.of_training(result), page, then=then, bare=True)


def reader(from_store: bool) -> Callable[[Config], Tables]:
    """Return what reads the data: the export, or it joined with the endpoint's store."""
    from features.tables import load_tables

    return _load_with_store if from_store else load_tables


def _load_with_store(config: Config) -> Tables:
    """Read the export and join what the endpoint received and decided."""
    from features.tables import load_tables
    from serving.store import Store, read_tables
    from training.dataset.feedback import with_store

    stored = read_tables(Store(config.store_url))
    return with_store(config, load_tables(config), stored)


def _next(result: TrainingResult) -> str:
    """Return the command that follows: promote, see what is missing, or see what it lost by."""
    if result.verdict == "no_signal":
        return "leadgate check"
    evidence = result.evidence
    if evidence is None:
        return "leadgate promote"
    if evidence.refusal:
        return f"leadgate experiments compare champion {result.version}"
    return f"leadgate promote{' --reason TEXT' if evidence.reason_asked else ''}"
