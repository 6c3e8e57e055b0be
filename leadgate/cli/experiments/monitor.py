"""`leadgate monitor`: drift, calibration, what became of the handoffs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from leadgate.cli.options import ConfigOption, JsonOption, ModelOption, flags, load_config
from leadgate.cli.output import Screen, table
from leadgate.cli.words import number, percent

if TYPE_CHECKING:
    from rich.console import RenderableType

    from experiments.figures.share import Share
    from experiments.monitor import Monitored


def monitor(
    config: ConfigOption = None, model: ModelOption = "champion", json: JsonOption = False
) -> None:
    """See whether the model still holds: drift, calibration, what became of the handoffs."""
    from experiments.monitor import monitor as look
    from experiments.monitor.log import log
    from experiments.monitor.read import read

    screen = Screen("monitor", as_json=json)
    settings = load_config(config)
    with screen.work("Reading the data") as progress:
        seen = read(settings, model)
        progress("Comparing")
        monitored = look(settings, seen.bundle, seen.tables, seen.stored)
        log(settings, seen.version, monitored)
    screen.answer(
        monitored.to_dict(), *_words(monitored), then=_next(monitored, flags(config)), bare=True
    )


def _next(monitored: Monitored, flags_: str) -> str:
    """Return what to do about an alarm: a look at drift, a training where calibration failed."""
    if monitored.calibration is not None and monitored.calibration.alarming:
        return f"leadgate train --from-store{flags_}"
    return f"leadgate check{flags_}" if monitored.alarm else ""


def _words(monitored: Monitored) -> Iterator[RenderableType]:
    yield f"{'Alarm. ' if monitored.alarm else 'No alarm. '}{monitored.why}"
    if monitored.drift is not None:
        shown = [monitored.drift.readiness, *monitored.drift.columns[:5]]
        rows = [(s.name, number(s.psi), number(s.expected), number(s.high)) for s in shown]
        yield table(("drift", "PSI", "random", "at most"), rows)
    if monitored.handoffs:
        cells = [
            (grade, *_cells(shares["worked"])[:2], *_cells(shares["won"]))
            for grade, shares in monitored.handoffs.items()
        ]
        heads = ("handoffs", "worked", "share", "mature and won", "share", "90 % interval")
        yield table(heads, cells)
    if monitored.calibration is not None:
        kept = monitored.calibration
        yield (
            f"Mature handoffs: {kept.leads:,}, of which {kept.won:,} won: {percent(kept.observed)} "
            f"actual against {percent(kept.expected)} predicted, a ratio of "
            f"{number(kept.ratio.value)}."
        )


def _cells(share: Share) -> tuple[str, str, str]:
    ends = f"{percent(share.low)} to {percent(share.high)}" if share.of else "-"
    return f"{share.count:,} of {share.of:,}", percent(share.value) if share.of else "-", ends
