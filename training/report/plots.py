"""The figures of a run, each as SVG for the report and as PNG for MLflow."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from training.evaluation.breakdown import Breakdown, Group
from training.evaluation.evaluated import Evaluated
from training.evaluation.gain import Curve
from training.report.formats import policy_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, FAINT, GATE, WARM = "#1f2933", "#9aa5b1", "#0b6e69", "#c2571a"
COLOURS = {"the gate": GATE, "newest first": FAINT, "current CRM score": WARM}
SIZE = (4.8, 3.3)
DPI = 160
# A lift of fewer leads than this share is mostly chance.
_LIFT_FROM = 0.03
STYLE: dict[str, Any] = {
    "font.size": 9,
    "font.family": "sans-serif",
    "svg.fonttype": "none",
    "text.color": INK,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
}


@dataclass(frozen=True)
class Drawing:
    """One figure: an inline SVG that points nowhere, and a PNG."""

    svg: str
    png: bytes


def draw_all(
    evaluated: Evaluated, parts: Breakdown, curves: Sequence[Curve], capacity_share: float
) -> dict[str, Drawing]:
    """Return every figure of a run by name."""
    return {
        "reliability": reliability(parts.buckets),
        "gain": gain(curves, capacity_share),
        "lift": lift(curves, capacity_share),
        "score_distribution": distribution(evaluated),
        "over_time": periods(parts.time_slices),
    }


def reliability(buckets: Sequence[Group]) -> Drawing:
    """Draw actual against predicted win rates by tenths of readiness, with 90 % intervals."""

    def draw(axes: Axes) -> None:
        expected, observed, low, high = (
            np.array([getattr(g, name) for g in buckets])
            for name in ("expected", "observed", "low", "high")
        )
        top = min(1.0, 1.08 * max(expected.max(), np.nanmax(high), 0.01))
        axes.plot([0, top], [0, top], color=FAINT, lw=1, ls="--", label="predicted is actual")
        axes.fill_between(expected, low, high, color=GATE, alpha=0.15, lw=0, label="90 % interval")
        axes.plot(expected, observed, color=GATE, lw=1.6, marker="o", ms=4, label="actual")
        axes.set(
            xlim=(0, top), ylim=(0, top), xlabel="predicted win rate", ylabel="actual win rate"
        )
        above(axes)

    return drawing("reliability", draw)


def gain(curves: Sequence[Curve], capacity_share: float) -> Drawing:
    """Draw the share of wins captured against the share of leads handed off."""

    def draw(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=FAINT, lw=1, ls="--", label="random")
        for curve in curves:
            axes.plot(curve.leads, curve.wins, **_line(curve.name))
        _over_capacity(axes, capacity_share, "share of wins captured", top=1.01)

    return drawing("gain", draw)


def lift(curves: Sequence[Curve], capacity_share: float) -> Drawing:
    """Draw how many times more often than average the best leads were won."""

    def draw(axes: Axes) -> None:
        axes.axhline(1, color=FAINT, lw=1, ls="--", label="random")
        for curve in curves:
            some = curve.leads >= _LIFT_FROM
            times = curve.wins[some] / curve.leads[some]
            axes.plot(curve.leads[some], times, **_line(curve.name))
        _over_capacity(axes, capacity_share, "times the average win rate")

    return drawing("lift", draw, percent_y=False)


def _line(policy: str) -> dict[str, Any]:
    """Return how the line of a policy is drawn."""
    name = policy_name(policy)
    return {"color": COLOURS[name], "lw": 2.0 if name == "the gate" else 1.3, "label": name}


def _over_capacity(axes: Axes, share: float, what: str, top: float | None = None) -> None:
    axes.axvline(share, color=INK, lw=0.8, ls=":", label="weekly capacity")
    axes.set(xlim=(0, 1), ylim=(0, top), xlabel="leads handed off", ylabel=what)
    above(axes)


def distribution(evaluated: Evaluated) -> Drawing:
    """Draw how readiness is spread among the won leads, and among the others."""

    def draw(axes: Axes) -> None:
        edges = np.linspace(0, max(float(evaluated.readiness.max()), 0.01), 31)
        for won, colour, name in ((0, FAINT, "not won"), (1, GATE, "won")):
            weight = evaluated.weight * (evaluated.y == won)
            weight = weight / max(weight.sum(), 1e-300)
            share = np.histogram(evaluated.readiness, edges, weights=weight)[0]
            axes.stairs(share, edges, fill=True, color=colour, alpha=0.3)
            axes.stairs(share, edges, color=colour, lw=1.4, label=name)
        axes.set(xlim=(0, edges[-1]), xlabel="readiness", ylabel="share of these leads")
        above(axes)

    return drawing("distribution", draw)


def periods(groups: Sequence[Group]) -> Drawing:
    """Draw predicted and actual win rates over the test window."""

    def draw(axes: Axes) -> None:
        at = np.arange(len(groups))
        observed = np.array([g.observed for g in groups])
        ends = np.array([[g.low for g in groups], [g.high for g in groups]])
        spread = np.abs(ends - observed)
        axes.plot(at, [g.expected for g in groups], color=WARM, lw=1.6, label="predicted")
        axes.errorbar(at, observed, spread, color=GATE, fmt="o", ms=4, lw=1.2, label="actual, 90 %")
        every = max(1, -(-len(groups) // 6))
        axes.set_xticks(at[::every], [g.name for g in groups][::every])
        axes.set(xlim=(-0.5, len(groups) - 0.5), ylim=(0, None), ylabel="win rate")
        above(axes)

    return drawing("periods", draw, percent_x=False)


def above(axes: Axes, columns: int = 3) -> None:
    """Put the legend above the axes, where it hides nothing of what is drawn."""
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=columns)


def short(text: str, most: int) -> str:
    """Return a label of at most so many characters."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def drawing(
    name: str,
    draw: Callable[[Axes], None],
    *,
    percent_x: bool = True,
    percent_y: bool = True,
    size: tuple[float, float] = SIZE,
) -> Drawing:
    """Draw one figure in the style of all of them.

    Parameters
    ----------
    name
        Unlike that of any other figure of a page.
    draw
        Draws on the axes.
    percent_x, percent_y
        Whether an axis shows shares.
    size
        Width and height in inches.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter

    # The salt makes the ids of an SVG repeatable, and different from those of the next one.
    style: Any = {**STYLE, "svg.hashsalt": f"leadgate-{name}"}
    with mpl.rc_context(style):
        figure = Figure(figsize=size, layout="constrained")
        axes = figure.add_subplot()
        if percent_y:
            axes.yaxis.set_major_formatter(FuncFormatter(_percent))
        if percent_x:
            axes.xaxis.set_major_formatter(FuncFormatter(_percent))
        draw(axes)
        return Drawing(_svg(figure), _bytes(figure, "png"))


def _svg(figure: Figure) -> str:
    text = _bytes(figure, "svg").decode()
    text = text[text.index("<svg") :]
    text = re.sub(r"<(metadata|style).*?</\1>", "", text, flags=re.DOTALL)
    text = re.sub(r' xmlns(:\w+)?="[^"]*"', "", text).replace("xlink:href", "href")
    text = re.sub(r'<g id="[^"]*">', "<g>", text)
    # Without a size of its own it takes that of the page, which also names it for screen readers.
    start, rest = text.split(">", 1)
    start = re.sub(r' (width|height)="[^"]*"', "", start)
    return start.replace("<svg", '<svg aria-hidden="true"', 1) + ">" + rest


def _percent(share: float, _: int) -> str:
    return f"{100 * share:g} %"


def _bytes(figure: Figure, kind: str) -> bytes:
    out = io.BytesIO()
    figure.savefig(out, format=kind, dpi=DPI, metadata={"Date": None} if kind == "svg" else None)
    return out.getvalue()
