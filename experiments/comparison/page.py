"""The page of a comparison: one HTML file that needs nothing else."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from experiments.comparison.compare import Comparison
from experiments.comparison.contests import Group
from training.promotion.paired import Contest, Paired
from training.report.formats import count, day
from training.report.page import render
from training.report.plots import FAINT, GATE, WARM, Drawing, drawing, short

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MAX_SEGMENTS = 12


def make_page(comparison: Comparison) -> str:
    """Return the page: HTML without scripts and without a reference to anything outside it."""
    groups = [("window", comparison.window), ("since", comparison.since)]
    drawings = {
        f"gain_{name}": _gains(f"gain_{name}", group) for name, group in groups if group is not None
    }
    return render(
        "comparison.html.j2",
        "experiments.comparison",
        drawings=drawings,
        comparison=comparison,
        sentence=in_one_sentence(comparison),
        span=partial(span_in_words, comparison),
    )


def in_one_sentence(comparison: Comparison) -> str:
    """Return which version is better on the test window, and whether that is certain."""
    overall = comparison.window.overall
    newer, older = f"Version {comparison.newer}", f"version {comparison.older}"
    loss = overall.log_loss
    where = (
        f"on {count(overall.leads)} leads ({count(overall.wins)} won) "
        f"{span_in_words(comparison, comparison.window)}"
    )
    if loss.gain == loss.low == loss.high == 0:
        return f"{newer} and {older} agree {where}."
    if loss.low > 0:
        word = "better than"
    elif loss.high < 0:
        word = "worse than"
    else:
        word = "neither certainly better nor certainly worse than"
    return (
        f"{newer} is {word} {older} {where}: a log-loss improvement of {loss.gain:+.4f} "
        f"({loss.low:+.4f} to {loss.high:+.4f})."
    )


def span_in_words(comparison: Comparison, group: Group) -> str:
    """Return which leads a group holds."""
    if comparison.dated:
        return f"seen from {day(group.start)} to {day(group.end)}"
    return f"in the rows from {count(group.start)} to {count(group.end)}"


def _gains(name: str, group: Group) -> Drawing:
    """Draw the gain in log loss of all leads and of the largest segments, with its intervals."""
    named = [(f"{column}: {c.name}", c) for column, cs in group.segments.items() for c in cs]
    named = sorted(named, key=lambda each: -each[1].leads)[:MAX_SEGMENTS]
    lines: list[tuple[str, Paired]] = [("all leads", group.overall.log_loss)]
    lines += [(label, contest.log_loss) for label, contest in named if _defined(contest)]

    def draw(axes: Axes) -> None:
        at = np.arange(len(lines))[::-1]
        gains, low, high = (
            np.array([getattr(p, end) for _, p in lines]) for end in ("gain", "low", "high")
        )
        colours = [GATE if g >= 0 else WARM for g in gains]
        axes.axvline(0, color=FAINT, lw=1, ls="--")
        axes.hlines(at, low, high, colors=colours, lw=1.6)
        axes.scatter(gains, at, c=colours, s=22, zorder=3)
        axes.set_yticks(at, [short(label, 28) for label, _ in lines])
        axes.tick_params(axis="y", length=0)
        axes.set(ylim=(-0.7, len(lines) - 0.3), xlabel="log-loss improvement by the newer version")

    size = (4.8, 1.1 + 0.27 * len(lines))
    return drawing(name, draw, percent_x=False, percent_y=False, size=size)


def _defined(contest: Contest) -> bool:
    loss = contest.log_loss
    return bool(np.isfinite([loss.gain, loss.low, loss.high]).all())
