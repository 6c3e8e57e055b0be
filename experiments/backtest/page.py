"""The page of a backtest: one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from experiments.backtest.result import (
    EVERYTHING,
    GATE,
    NEWEST,
    ORACLE,
    OWN,
    RANDOM,
    Backtest,
    WhatIf,
)
from leadgate import __version__
from leadgate.policy import US_PER_WEEK
from training.report.page import templates
from training.report.plots import FAINT, INK, WARM, Drawing, above, drawing
from training.report.plots import GATE as GREEN

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WORDS = {
    GATE: "the gate",
    EVERYTHING: "send everything",
    NEWEST: "newest first",
    RANDOM: "by chance",
    OWN: "today's score",
    ORACLE: "best possible",
}
_LINES = {
    GATE: (GREEN, "-", 2.2),
    NEWEST: (FAINT, "-", 1.4),
    RANDOM: (FAINT, "--", 1.0),
    OWN: (WARM, "-", 1.4),
    ORACLE: (INK, ":", 1.2),
}


def write_page(found: Backtest, path: Path, *, title: str) -> Path:
    """Write what a backtest found as one page without scripts and outside references.

    Parameters
    ----------
    path
        The file; its folder is made.
    title
        What was replayed.
    """
    html = (
        templates("experiments.backtest")
        .get_template("backtest.html.j2")
        .render(
            found=found,
            title=title,
            words=WORDS,
            drawings=draw_all(found),
            begin=int(found.weeks[0]),
            end=int(found.weeks[-1]) + US_PER_WEEK,
            made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
            version=__version__,
        )
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(html, encoding="utf-8")
    return path


def draw_all(found: Backtest) -> dict[str, Drawing]:
    """Return the pictures by name: wins and money over capacity, and the weeks."""
    drawings = {"weeks": _weeks(found)}
    if found.curve:
        drawings["kept"] = _kept(found)
        if np.isfinite(found.policies[GATE].profit.value):
            drawings["profit"] = _profit(found)
    return drawings


def _kept(found: Backtest) -> Drawing:
    def draw(axes: Axes) -> None:
        at = [row.capacity for row in found.curve]
        gate = [row.policies[GATE].wins_kept for row in found.curve]
        low, high = [m.low for m in gate], [m.high for m in gate]
        axes.fill_between(at, low, high, color=GREEN, alpha=0.15, lw=0)
        _curves(axes, found.curve, lambda row, name: row.policies[name].wins_kept.value)
        axes.axvline(found.capacity, color=INK, lw=0.8, ls=":")
        axes.set(xlim=(0, at[-1]), ylim=(0, 1.01), xlabel="handoffs a week", ylabel="wins kept")
        above(axes)

    return drawing("backtest-kept", draw, percent_x=False)


def _profit(found: Backtest) -> Drawing:
    def draw(axes: Axes) -> None:
        from matplotlib.ticker import StrMethodFormatter

        _curves(axes, found.curve, lambda row, name: row.policies[name].profit.value)
        axes.axvline(found.capacity, color=INK, lw=0.8, ls=":")
        axes.axhline(0, color=FAINT, lw=0.8)
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
        axes.set(xlim=(0, None), xlabel="handoffs a week", ylabel="profit")
        above(axes)

    return drawing("backtest-profit", draw, percent_x=False)


def _weeks(found: Backtest) -> Drawing:
    def draw(axes: Axes) -> None:
        from matplotlib.ticker import StrMethodFormatter

        days = found.weeks.view("datetime64[us]")
        for name in (EVERYTHING, GATE):
            handed = found.handed[name]
            count = np.bincount(handed[handed >= 0], minlength=len(days))
            colour, width = (GREEN, 2.0) if name == GATE else (FAINT, 1.4)
            axes.step(days, count, where="post", color=colour, lw=width, label=WORDS[name])
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
        axes.set(ylim=(0, None), ylabel="handoffs a week")
        every = max(1, len(days) // 4)
        axes.set_xticks(days[::every], [str(day)[:10] for day in days[::every]])
        above(axes)

    return drawing("backtest-weeks", draw, percent_x=False)


def _curves(axes: Axes, rows: Sequence[WhatIf], value: Callable[[WhatIf, str], float]) -> None:
    at = [row.capacity for row in rows]
    for name, (colour, style, width) in _LINES.items():
        if name in rows[0].policies:
            line = [value(row, name) for row in rows]
            axes.plot(at, line, color=colour, ls=style, lw=width, label=WORDS[name])
