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
        found = look(settings, seen.bundle, seen.tables, seen.stored)
        log(settings, seen.version, found)
    screen.answer(found.to_dict(), *_words(found), then=_next(found, flags(config)), bare=True)


def _next(found: Monitored, flags_: str) -> str:
    """Return what to do about an alarm: drift asks for a look, a broken promise for a training."""
    if found.calibration is not None and found.calibration.alarming:
        return f"leadgate train --from-store{flags_}"
    return f"leadgate check{flags_}" if found.alarm else ""


def _words(found: Monitored) -> Iterator[RenderableType]:
    yield f"{'Alarm. ' if found.alarm else 'No alarm. '}{found.why}"
    if found.drift is not None:
        shown = [found.drift.readiness, *found.drift.columns[:5]]
        rows = [(s.name, number(s.psi), number(s.expected), number(s.high)) for s in shown]
        yield table(("drift", "PSI", "by chance", "at most"), rows)
    if found.handoffs:
        cells = [
            (grade, *_cells(shares["worked"])[:2], *_cells(shares["won"]))
            for grade, shares in found.handoffs.items()
        ]
        heads = ("handoffs", "worked", "share", "matured and won", "share", "90 % interval")
        yield table(heads, cells)
    if found.calibration is not None:
        kept = found.calibration
        yield (
            f"Matured: {kept.leads:,} handoffs, {kept.won:,} won; {percent(kept.observed)} where "
            f"{percent(kept.expected)} was expected, {number(kept.ratio.value)} times as many."
        )


def _cells(share: Share) -> tuple[str, str, str]:
    ends = f"{percent(share.low)} to {percent(share.high)}" if share.of else "-"
    return f"{share.count:,} of {share.of:,}", percent(share.value) if share.of else "-", ends
