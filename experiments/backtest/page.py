"""The page of a backtest: one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from experiments.backtest.result import (
    CURRENT,
    GATE,
    NEWEST,
    RANDOM,
    SALES,
    Backtest,
    WhatIf,
)
from leadgate.policy import US_PER_WEEK
from training.report.formats import policy_name
from training.report.page import render
from training.report.plots import FAINT, INK, WARM, Drawing, above, drawing
from training.report.plots import GATE as GREEN

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LINES = {
    GATE: (GREEN, "-", 2.2),
    NEWEST: (FAINT, "-", 1.4),
    RANDOM: (FAINT, "--", 1.0),
    CURRENT: (WARM, "-", 1.4),
}


def write_page(replayed: Backtest, path: Path, *, title: str) -> Path:
    """Write a backtest as one page without scripts and outside references.

    Parameters
    ----------
    path
        The file; its folder is made.
    title
        What was replayed.
    """
    html = render(
        "backtest.html.j2",
        "experiments.backtest",
        drawings=draw_all(replayed),
        replayed=replayed,
        title=title,
        rival=replayed.rival,
        begin=int(replayed.weeks[0]),
        end=int(replayed.weeks[-1]) + US_PER_WEEK,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(html, encoding="utf-8")
    return path


def best_profit(replayed: Backtest) -> WhatIf:
    """Return the capacity of the curve at which the gate brings most; the smallest of equals.

    Where the gate is refused at a capacity its profit is not known, and it cannot be the best.
    """
    rows = [row for row in replayed.curve if np.isfinite(row.policies[GATE].profit.value)]
    return max(rows, key=lambda row: row.policies[GATE].profit.value)


def draw_all(replayed: Backtest) -> dict[str, Drawing]:
    """Return the drawings by name: wins and money over capacity, and the weeks."""
    drawings = {"weeks": _weeks(replayed)}
    if replayed.curve and not replayed.policies[GATE].refused:
        drawings["wins"] = _wins(replayed)
        if any(np.isfinite(row.policies[GATE].profit.value) for row in replayed.curve):
            drawings["profit"] = _profit(replayed)
    return drawings


def _wins(replayed: Backtest) -> Drawing:
    def draw(axes: Axes) -> None:
        wins = [row.policies[GATE].wins for row in replayed.curve]
        at = [row.capacity for row in replayed.curve]
        low, high = [metric.low for metric in wins], [metric.high for metric in wins]
        axes.fill_between(at, low, high, color=GREEN, alpha=0.15, lw=0)
        _curves(axes, replayed, lambda row, name: row.policies[name].wins.value)
        _counts(axes)
        axes.set(xlim=(0, at[-1]), ylim=(0, None), ylabel="wins")

    return drawing("backtest-wins", draw, percent_x=False)


def _profit(replayed: Backtest) -> Drawing:
    def draw(axes: Axes) -> None:
        _curves(axes, replayed, lambda row, name: row.policies[name].profit.value)
        most = best_profit(replayed)
        profit = most.policies[GATE].profit.value
        axes.plot([most.capacity], [profit], "o", color=GREEN, ms=7, mec=INK)
        axes.annotate(
            f"best: {most.capacity:,}", (most.capacity, profit), xytext=(0, 8),
            textcoords="offset points", ha="center", color=INK,
        )  # fmt: skip
        axes.margins(y=0.15)
        axes.axhline(0, color=FAINT, lw=0.8)
        _counts(axes)
        axes.set(xlim=(0, None), ylabel="profit")

    return drawing("backtest-profit", draw, percent_x=False)


def _weeks(replayed: Backtest) -> Drawing:
    def draw(axes: Axes) -> None:
        days = replayed.weeks.view("datetime64[us]")
        for name in (SALES, GATE):
            handed = replayed.handed[name]
            count = np.bincount(handed[handed >= 0], minlength=len(days))
            colour, width = (GREEN, 2.0) if name == GATE else (FAINT, 1.4)
            axes.step(days, count, where="post", color=colour, lw=width, label=policy_name(name))
        _counts(axes)
        axes.set(ylim=(0, None), ylabel="handoffs a week")
        every = max(1, len(days) // 4)
        axes.set_xticks(days[::every], [str(day)[:10] for day in days[::every]])
        above(axes)

    return drawing("backtest-weeks", draw, percent_x=False)


def _curves(axes: Axes, replayed: Backtest, value: Callable[[WhatIf, str], float]) -> None:
    """Draw a figure of every policy over the capacity."""
    rows: Sequence[WhatIf] = replayed.curve
    at = [row.capacity for row in rows]
    for name, (colour, style, width) in _LINES.items():
        if name in rows[0].policies:
            line = [value(row, name) for row in rows]
            axes.plot(at, line, color=colour, ls=style, lw=width, label=policy_name(name))
    axes.axvline(replayed.capacity, color=INK, lw=0.8, ls=":")
    axes.set(xlabel="handoffs a week")
    above(axes)


def _counts(axes: Axes) -> None:
    """Let the upright axis show whole numbers."""
    from matplotlib.ticker import StrMethodFormatter

    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
