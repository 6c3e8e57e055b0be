"""The page of a comparison: one HTML file that needs nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from experiments.comparison.compare import Comparison
from experiments.comparison.contests import Group
from leadgate import __version__
from training.promotion.paired import Contest, Paired
from training.report.page import count, day, templates
from training.report.plots import FAINT, GATE, WARM, Drawing, drawing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MAX_SEGMENTS = 12


def make_page(comparison: Comparison) -> str:
    """Return the page: HTML without scripts and without a reference to anything outside it."""
    groups = [("window", comparison.window), ("since", comparison.since)]
    drawings = {
        f"gain_{name}": _gains(f"gain_{name}", group) for name, group in groups if group is not None
    }
    environment = templates("experiments.comparison")
    environment.filters |= {"span": lambda group: span_in_words(comparison, group)}
    return environment.get_template("comparison.html.j2").render(
        comparison=comparison,
        sentence=in_one_sentence(comparison),
        drawings=drawings,
        made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        version=__version__,
    )


def in_one_sentence(comparison: Comparison) -> str:
    """Say which of the versions is better on the test window, and whether that is certain."""
    one = comparison.window.overall
    newer, older = f"Version {comparison.newer}", f"version {comparison.older}"
    loss = one.log_loss
    where = (
        f"on {count(one.leads)} leads ({count(one.wins)} won) "
        f"{span_in_words(comparison, comparison.window)}"
    )
    if loss.gain == loss.low == loss.high == 0:
        return f"{newer} and {older} say the same {where}."
    if loss.low > 0:
        word = "better than"
    elif loss.high < 0:
        word = "worse than"
    else:
        word = "neither surely better nor surely worse than"
    return (
        f"{newer} is {word} {older} {where}: it saves {loss.gain:+.4f} in log loss "
        f"({loss.low:+.4f} to {loss.high:+.4f})."
    )


def span_in_words(comparison: Comparison, group: Group) -> str:
    """Say which leads a group holds."""
    if comparison.dated:
        return f"seen from {day(group.start)} to {day(group.end)}"
    return f"in the rows from {count(group.start)} to {count(group.end)}"


def _gains(name: str, group: Group) -> Drawing:
    """Draw the gain in log loss of all leads and of the largest segments, with its intervals."""
    parts = [(f"{c}: {one.name}", one) for c, held in group.segments.items() for one in held]
    parts = sorted(parts, key=lambda part: -part[1].leads)[:MAX_SEGMENTS]
    lines: list[tuple[str, Paired]] = [("all leads", group.overall.log_loss)]
    lines += [(label, one.log_loss) for label, one in parts if _defined(one)]

    def draw(axes: Axes) -> None:
        at = np.arange(len(lines))[::-1]
        gains, low, high = (
            np.array([getattr(p, end) for _, p in lines]) for end in ("gain", "low", "high")
        )
        colours = [GATE if g >= 0 else WARM for g in gains]
        axes.axvline(0, color=FAINT, lw=1, ls="--")
        axes.hlines(at, low, high, colors=colours, lw=1.6)
        axes.scatter(gains, at, c=colours, s=22, zorder=3)
        axes.set_yticks(at, [_short(label) for label, _ in lines])
        axes.tick_params(axis="y", length=0)
        axes.set(ylim=(-0.7, len(lines) - 0.3), xlabel="log loss saved by the newer version")

    size = (4.8, 1.1 + 0.27 * len(lines))
    return drawing(name, draw, percent_x=False, percent_y=False, size=size)


def _defined(one: Contest) -> bool:
    return bool(np.isfinite([one.log_loss.gain, one.log_loss.low, one.log_loss.high]).all())


def _short(label: str) -> str:
    return label if len(label) <= 28 else f"{label[:27]}…"
