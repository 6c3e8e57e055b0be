"""`leadgate backtest`: what would the gate have done, against send-everything."""

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
    from experiments.figures.share import Share
    from leadgate.config import Config

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
    """Replay the past week by week: what would the gate have done, against send-everything."""
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
    then = (_next(settings) if replayed.promises else "leadgate check") + flags(config)
    screen.answer(
        {**replayed.to_dict(), "report": page}, *_words(replayed, page), then=then, bare=True
    )


def _next(config: Config) -> str:
    """Return what follows a gate that promises something: it depends on what was trained."""
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
    gate, ahead = replayed.policies["gate"], replayed.ahead["newest_first"]
    yield (
        f"{replayed.leads:,} leads in {len(replayed.weeks)} weeks, {replayed.capacity:,} handoffs "
        f"a week, {replayed.refits} models, each trained on the data as of then."
    )
    priced = math.isfinite(gate.profit.value)
    yield _by_policy(replayed, priced)
    yield (
        "Handed off, worked and win rate count the handoffs that are old enough for a win "
        "within the horizon to be known."
    )
    if len(replayed.what_if) > 1:
        yield _by_capacity(replayed, priced)
    if replayed.promises:
        yield (
            f"The gate captures {words.percent(gate.share_of_wins.value)} of the wins, "
            f"{100 * ahead.value:.1f} points more than newest first "
            f"({100 * ahead.low:.1f} to {100 * ahead.high:.1f})."
        )
    else:
        yield "The gate promises nothing here: its gain over newest first or random is not certain."
    yield (
        "Held back earns nothing in this replay, so these are lower bounds; what unworked leads "
        "would have become is not known."
    )
    yield from (f"Note: {note}." for note in replayed.notes)
    yield f"Report: {words.shown(page)}"


def _by_policy(replayed: Backtest, priced: bool) -> RenderableType:
    from training.report.formats import policy_name

    heads = ["policy", "handed off", "worked", "won", "share of wins captured", "win rate"]
    rows = [
        [
            policy_name(name),
            f"{policy.handed_off:,}",
            f"{policy.worked:,}",
            f"{policy.won:,}",
            _share(policy.share_of_wins),
            _share(policy.win_rate),
            *([_money(policy.profit.value)] * priced),
        ]
        for name, policy in replayed.policies.items()
    ]
    return table([*heads, *(["profit"] * priced)], rows)


def _by_capacity(replayed: Backtest, priced: bool) -> RenderableType:
    heads = ["handoffs a week", "won", "share of wins captured"]
    rows = [
        [
            f"{row.capacity:,}",
            f"{row.policies['gate'].won:,}",
            words.percent(row.policies["gate"].share_of_wins.value),
            *([_money(row.policies["gate"].profit.value)] * priced),
        ]
        for row in replayed.what_if
    ]
    return table([*heads, *(["profit"] * priced)], rows)


def _share(metric: Share) -> str:
    """Return a share with its 90 % interval, in per cent."""
    if not math.isfinite(metric.value):
        return "-"
    return f"{100 * metric.value:.0f}% ({100 * metric.low:.0f}-{100 * metric.high:.0f})"


def _money(value: float) -> str:
    return f"{value:,.0f}" if math.isfinite(value) else "-"
