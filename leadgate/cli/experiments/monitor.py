"""`leadgate monitor`: drift, calibration, what became of the handoffs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from leadgate.cli.options import ConfigOption, JsonOption, ModelOption, flags, load_config
from leadgate.cli.output import Screen, table
from leadgate.cli.words import number, percent

if TYPE_CHECKING:
    from rich.console import RenderableType

    from experiments.figures.share import Share
    from experiments.monitor import Monitored
    from experiments.monitor.drift import Drift
    from experiments.monitor.wins import Wins
    from leadgate.config import Config


def monitor(
    config: ConfigOption = None, model: ModelOption = "champion", json: JsonOption = False
) -> None:
    """See whether the model still holds: drift, calibration, what became of the handoffs.

    Where nothing changes, at most 5 % of firms see an alarm in all looks together.
    """
    from experiments.monitor import monitor as look
    from experiments.monitor.log import log
    from experiments.monitor.read import read
    from leadgate.registry.registry import RUNS
    from serving.decisions.erasure import MISSES

    screen = Screen("monitor", as_json=json)
    settings = load_config(config)
    with screen.work("Reading the data") as progress:
        seen = read(settings, model)
        progress("Comparing")
        monitored = look(settings, seen.bundle, seen.tables, seen.stored)
        run = settings.folder / RUNS / seen.version
        monitored = monitored.with_misses(run / MISSES)
        log(settings, seen.version, monitored)
        _to_summary(settings, run, monitored)
    screen.answer(
        monitored.to_dict(), *_words(monitored), then=_next(monitored, flags(config)), bare=True
    )


def _to_summary(settings: Config, run: Path, monitored: Monitored) -> None:
    """Put the health of the model on the page for leaders, where the run has one."""
    from experiments.monitor import health
    from experiments.monitor.health import HEALTHY, UNKNOWN, UNSURE
    from experiments.summary.complete import complete
    from experiments.summary.health import Health
    from experiments.summary.summary import DATA

    seen = health(monitored)
    if seen.state != UNKNOWN and (run / DATA).exists():
        ok = None if seen.state == UNSURE else seen.state == HEALTHY
        complete(settings, run, health=Health(ok, seen.line))


def _next(monitored: Monitored, flags_: str) -> str:
    """Return what to do about an alarm: a look at drift, a training where calibration failed."""
    if monitored.wins_differ:
        return f"leadgate train --from-store{flags_}"
    return f"leadgate check{flags_}" if monitored.alarm else ""


def _words(monitored: Monitored) -> Iterator[RenderableType]:
    yield f"{'Alarm. ' if monitored.alarm else 'No alarm. '}{monitored.why}"
    if monitored.drift is not None:
        yield from _of_drift(monitored.drift)
    if monitored.handoffs:
        cells = [
            (grade, *_cells(shares["worked"])[:2], *_cells(shares["won"]))
            for grade, shares in monitored.handoffs.items()
        ]
        heads = ("handoffs", "worked", "share", "mature and won", "share", "90 % interval")
        yield table(heads, cells)
    if monitored.wins is not None:
        yield from _of_wins(monitored.wins)


def _of_drift(drift: Drift) -> Iterator[RenderableType]:
    yield (
        f"Mean readiness of the leads that come in: {percent(drift.readiness)}, before the "
        f"training {percent(drift.readiness_in_training)}."
    )
    rows = [(column.name, f"{column.effect:+.2f}") for column in drift.columns[:5]]
    yield table(("column", "moved the log-odds by"), rows)


def _of_wins(wins: Wins) -> Iterator[RenderableType]:
    if wins.matured is not None:
        kept = wins.matured
        yield (
            f"Mature handoffs: {kept.leads:,}, of which {kept.won:,} won: {percent(kept.observed)} "
            f"actual against {percent(kept.expected)} predicted, a ratio of "
            f"{number(kept.ratio.value)}."
        )
    if wins.power is not None:
        yield wins.power.in_words()
    if wins.expected is not None:
        coming = wins.expected.wins
        yield (
            f"Expected, not observed: {coming.value:,.0f} wins ({coming.low:,.0f} to "
            f"{coming.high:,.0f}) of {wins.expected.handoffs:,} handoffs that are not mature, if "
            "the readiness is right."
        )
    if wins.earlier:
        rows = [
            (given.decision, given.grade, percent(given.predicted), *_cells(given.won))
            for given in wins.earlier
        ]
        heads = ("90 days ago", "grade", "predicted", "won by now", "share", "90 % interval")
        yield table(heads, rows)
    if wins.misses is not None and wins.misses.won:
        yield (
            f"Of {wins.misses.scored_low:,} leads below the line {wins.misses.won:,} were won; "
            f"what spoke against them: {wins.path}."
        )


def _cells(share: Share) -> tuple[str, str, str]:
    ends = f"{percent(share.low)} to {percent(share.high)}" if share.of else "-"
    return f"{share.count:,} of {share.of:,}", percent(share.value) if share.of else "-", ends
