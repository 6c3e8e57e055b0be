"""`leadgate backtest`: what would the gate have won, against what is done today."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from leadgate.cli import words
from leadgate.cli.options import ConfigOption, JsonOption, KeepOption, flags, load_config
from leadgate.cli.output import Screen, table

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import RenderableType

    from experiments.backtest import Backtest
    from leadgate.config import Config
    from training.evaluation.evaluated import Metric

PAGE = "backtest.html"


def backtest(
    capacity: Annotated[
        str | None,
        typer.Option(
            metavar="N,...",
            help="Handoffs a week to compare. Left out: policy.capacity_per_week, else half of "
            "the leads that come in.",
        ),
    ] = None,
    cost: Annotated[
        float | None,
        typer.Option(metavar="X", min=0, help="What a handoff costs, instead of the policy's."),
    ] = None,
    value: Annotated[
        float | None,
        typer.Option(metavar="X", min=0, help="What a win brings, instead of the policy's."),
    ] = None,
    config: ConfigOption = None,
    keep: KeepOption = None,
    json: JsonOption = False,
) -> None:
    """Replay the past week by week: what would the gate have won, against what is done today.

    Without options it completes the page for leaders of the newest version of the same data.
    """
    from experiments.backtest import backtest as replay
    from experiments.backtest.page import write_page
    from features import load_tables
    from training.package import runs_folder

    screen = Screen("backtest", as_json=json)
    capacities = _capacities(capacity)
    settings = load_config(config)
    path = runs_folder(settings.folder) / PAGE
    with screen.work("Reading the data") as progress:
        replayed = replay(
            settings,
            load_tables(settings),
            capacities=capacities,
            cost=cost,
            value=value,
            keep=keep or (),
            progress=progress,
        )
        page = write_page(replayed, path, title=settings.tracking.model)
        asked = any(option is not None for option in (capacity, cost, value))
        summary = "" if asked else _to_summary(settings, replayed)
    then = (_next(settings) if replayed.ahead else "leadgate check") + flags(config)
    screen.answer(
        {**replayed.to_dict(), "report": page},
        *_words(replayed, page),
        *([summary] if summary else []),
        then=then,
        bare=True,
    )


def _to_summary(config: Config, replayed: Backtest) -> str:
    """Complete the page for leaders of the newest version of the same data; return where it is.

    Only with the configured capacity, cost and value: others are a question, not what is planned.
    """
    from experiments.summary import Worth
    from experiments.summary.complete import complete, newest_run, read_summary

    run = newest_run(config.folder)
    if run is None:
        return ""
    if read_summary(run).until != replayed.pool.history.until:
        return (
            f"The page for whoever leads is of version {run.name}, which was trained on other "
            "data: train again, then it is completed."
        )
    page = complete(config, run, worth=Worth.of(replayed))
    return f"For whoever leads, on one screen: {words.shown(page)}"


def _next(config: Config) -> str:
    """Return what follows a gate that is ahead: it depends on what was trained."""
    from leadgate.errors import LeadgateError
    from leadgate.registry.next_step import TRAIN, next_step
    from leadgate.registry.registry import Registry

    try:
        return next_step(Registry(config.tracking, config.folder))
    except LeadgateError:
        # The replay needs no registry; without one nothing was trained yet.
        return TRAIN


def _capacities(text: str | None) -> list[int]:
    try:
        capacities = [int(part) for part in (text or "").split(",") if part.strip()]
    except ValueError:
        capacities = [0]
    if any(capacity < 1 for capacity in capacities) or (text is not None and not capacities):
        raise typer.BadParameter(
            "give whole numbers from 1 on, such as 50,125,250", param_hint="--capacity"
        )
    return capacities


def _words(replayed: Backtest, page: Path) -> Iterator[RenderableType]:
    gate = replayed.policies["gate"]
    yield (
        f"{replayed.leads:,} leads in {len(replayed.weeks)} weeks, {replayed.capacity:,} handoffs "
        f"a week, {replayed.refits} models, each trained on the data as of then."
    )
    priced = math.isfinite(gate.profit.value)
    yield _by_policy(replayed, priced)
    of = "of all leads: handed off worked, the others left to marketing"
    yield (
        f"Wins within the horizon, {of if replayed.all_leads else 'among the leads handed off'}; "
        "estimated. 90% intervals."
    )
    yield _against(replayed, priced)
    if len(replayed.what_if) > 1:
        yield _by_capacity(replayed, priced)
    yield _verdict(replayed)
    yield from (f"Assumed: {sentence}." for sentence in replayed.assumes)
    yield from (f"Note: {note}." for note in replayed.notes)
    yield f"Report: {words.shown(page)}"


def _verdict(replayed: Backtest) -> str:
    """Say in a sentence what was proven, or that nothing was."""
    gate = replayed.policies["gate"]
    if gate.refused:
        return f"Not proven: {gate.refused}."
    if not replayed.ahead:
        return "Not proven: the gate may win no more than what is done today, or than chance."
    if not replayed.proven:
        return "The gate is ahead of what is done today, as far as can be said here: no proof."
    return "Proven: the gate wins more than what is done today."


def _by_policy(replayed: Backtest, priced: bool) -> RenderableType:
    from training.report.formats import policy_name

    heads = ["policy", "handed off", "evaluated", "wins", "win rate"]
    rows = [
        [
            policy_name(name),
            f"{policy.handed_off:,}",
            f"{policy.evaluated:,}",
            _counts(policy.wins),
            _share(policy.win_rate),
            *([_money(policy.profit.value)] * priced),
        ]
        for name, policy in replayed.policies.items()
    ]
    return table([*heads, *(["profit"] * priced)], rows)


def _against(replayed: Backtest, priced: bool) -> RenderableType:
    from training.report.formats import policy_name

    rows = [
        [policy_name(name), _counts(each.wins), *([_money(each.profit.value)] * priced)]
        for name, each in replayed.against.items()
    ]
    return table(["the gate against", "wins more", *(["brings more"] * priced)], rows)


def _by_capacity(replayed: Backtest, priced: bool) -> RenderableType:
    rows = [
        [
            f"{row.capacity:,}",
            f"{row.policies['gate'].handed_off:,}",
            _counts(row.policies["gate"].wins),
            *([_money(row.policies["gate"].profit.value)] * priced),
        ]
        for row in replayed.what_if
    ]
    return table(["handoffs a week", "handed off", "wins", *(["profit"] * priced)], rows)


def _share(metric: Metric) -> str:
    """Return a share with its 90 % interval, in per cent."""
    if not math.isfinite(metric.value):
        return "-"
    return f"{100 * metric.value:.0f}% ({100 * metric.low:.0f}-{100 * metric.high:.0f})"


def _counts(metric: Metric) -> str:
    """Return a number of wins with its 90 % interval."""
    if not math.isfinite(metric.value):
        return "-"
    return f"{metric.value:,.0f} ({metric.low:,.0f} to {metric.high:,.0f})"


def _money(value: float) -> str:
    return f"{value:,.0f}" if math.isfinite(value) else "-"
