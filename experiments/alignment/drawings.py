"""The pictures of the alignment page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from experiments.alignment.alignment import Alignment
from experiments.alignment.journey import Journey
from experiments.alignment.overlap import Overlap
from experiments.alignment.sources import Part
from experiments.alignment.speed import Speed
from experiments.alignment.touches import Touches
from experiments.figures.shares import Share
from training.evaluation.gain import Line
from training.report.plots import FAINT, GATE, INK, WARM, Drawing, above, drawing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STAGE_COLOURS = {"interest": FAINT, "consideration": "#5b8bd0", "purchase": GATE}
_LONGEST = 22


def draw_all(alignment: Alignment) -> dict[str, Drawing]:
    """Return every picture by name; those for which there is nothing to show are left out."""
    found: dict[str, Drawing] = {}
    if len(alignment.weeks) > 1:
        found["weeks"] = weeks(alignment.weeks, knows_work=alignment.fates.knows_work)
    if alignment.speed is not None and alignment.speed.within:
        found["speed"] = speed(alignment.speed)
    if alignment.qualified is not None:
        found["qualified"] = qualified(alignment.qualified.lines)
    if alignment.journey is not None:
        found["journey"] = journey(alignment.journey)
    for place, one in enumerate(alignment.overlaps):
        found[f"overlap_{place}"] = overlap(one)
    for name, kinds in alignment.touches.items():
        found[f"touches_{name}"] = touches(name, kinds)
    return found


def weeks(parts: Sequence[Part], *, knows_work: bool) -> Drawing:
    """Draw the shares worked, never worked and won by the week in which leads were sent."""

    def draw(axes: Axes) -> None:
        at = np.arange(len(parts))
        kinds = {"worked": FAINT, "never worked": WARM} if knows_work else {}
        for name, colour in {**kinds, "won": GATE}.items():
            found = [getattr(part, name.replace(" ", "_")) for part in parts]
            axes.plot(at, [s.value for s in found], color=colour, lw=1.6, label=name)
            ends = [s.low for s in found], [s.high for s in found]
            axes.fill_between(at, *ends, color=colour, alpha=0.18, lw=0)
        every = max(1, -(-len(parts) // 5))
        axes.set_xticks(at[::every], [part.name for part in parts][::every])
        axes.set(xlim=(-0.5, len(parts) - 0.5), ylim=(0, None), ylabel="share of leads")
        above(axes)

    return drawing("weeks", draw, percent_x=False)


def speed(found: Speed) -> Drawing:
    """Draw the share of leads that sales had worked some days after they were sent."""

    def draw(axes: Axes) -> None:
        days = list(found.within)
        at = np.arange(len(days))
        shares = list(found.within.values())
        ends = [s.low for s in shares], [s.high for s in shares]
        axes.fill_between(at, *ends, color=GATE, alpha=0.18, lw=0, label="90 % interval")
        axes.plot(at, [s.value for s in shares], color=GATE, lw=1.6, marker="o", ms=4)
        axes.set_xticks(at, ["1 h" if d < 1 else f"{d:g} d" for d in days])
        axes.set(ylim=(0, None), xlabel="after being sent", ylabel="worked by then")
        above(axes)

    return drawing("speed", draw, percent_x=False)


def qualified(lines: Sequence[Line]) -> Drawing:
    """Draw the share of qualified leads among those that each policy hands over."""

    def draw(axes: Axes) -> None:
        names = [line.name for line in lines]
        at = np.arange(len(lines))[::-1]
        value = np.array([line.won.value for line in lines])
        spread = np.array([[v.won.low for v in lines], [v.won.high for v in lines]])
        colours = [GATE if name == "the gate" else FAINT for name in names]
        axes.barh(at, value, color=colours, height=0.6)
        axes.errorbar(value, at, xerr=np.abs(spread - value), fmt="none", ecolor=INK, lw=1.2)
        axes.set_yticks(at, names)
        axes.set(xlim=(0, None), xlabel="of the leads handed over, won")

    return drawing("qualified", draw, percent_y=False)


def journey(found: Journey) -> Drawing:
    """Draw the stages of the journey at each moment, one bar for a moment."""

    def draw(axes: Axes) -> None:
        at = np.arange(len(found.moments))[::-1]
        left = np.zeros(len(found.moments))
        for stage, colour in STAGE_COLOURS.items():
            value = np.array([moment.stages[stage].value for moment in found.moments])
            axes.barh(at, value, left=left, color=colour, height=0.6, label=stage)
            for place, share, start in zip(at, value, left, strict=True):
                if share > 0.08:
                    colour = INK if stage == "interest" else "white"
                    text = f"{100 * share:.0f} %"
                    axes.text(
                        start + share / 2, place, text, color=colour, ha="center", va="center"
                    )
            left += value
        axes.set_yticks(at, [moment.name for moment in found.moments])
        axes.set(xlim=(0, 1), ylim=(-0.5, len(at) - 0.5 + 0.35), xlabel="share of leads")
        above(axes)

    return drawing("journey", draw, percent_y=False)


def overlap(found: Overlap) -> Drawing:
    """Draw each value's share of the audience beside its share of the customers."""

    def draw(axes: Axes) -> None:
        at = np.arange(len(found.values))[::-1]
        sides = {"audience": (0.2, FAINT), "customers": (-0.2, GATE)}
        for name, (shift, colour) in sides.items():
            shares: list[Share] = [getattr(value, name) for value in found.values]
            value = np.array([s.value for s in shares])
            spread = np.abs(np.array([[s.low for s in shares], [s.high for s in shares]]) - value)
            axes.barh(at + shift, value, color=colour, height=0.36, label=name)
            axes.errorbar(value, at + shift, xerr=spread, fmt="none", ecolor=INK, lw=0.8)
        axes.set_yticks(at, [_short(value.name) for value in found.values])
        axes.set(xlim=(0, None), xlabel="share")
        above(axes, columns=2)

    size = (4.8, max(2.0, 0.8 + 0.42 * len(found.values)))
    return drawing(f"overlap {found.segment}", draw, percent_y=False, size=size)


def touches(sort: str, found: Touches) -> Drawing:
    """Draw how many leads were won after each kind, by stage where a model can tell."""

    def draw(axes: Axes) -> None:
        at = np.arange(len(found.kinds))[::-1]
        staged = {stage for kind in found.kinds for stage in kind.stages}
        sides = {stage: colour for stage, colour in STAGE_COLOURS.items() if stage in staged}
        shifts = np.linspace(0.25, -0.25, len(sides)) if sides else [0.0]
        for (stage, colour), shift in zip((sides or {"all": GATE}).items(), shifts, strict=True):
            rows = [
                (place, kind.stages.get(stage) if sides else kind.won)
                for place, kind in zip(at, found.kinds, strict=True)
            ]
            points = [(place, share) for place, share in rows if share is not None]
            where = np.array([place for place, _ in points]) + shift
            value = np.array([share.value for _, share in points])
            ends = np.array([[s.low for _, s in points], [s.high for _, s in points]])
            label = stage if sides else "won afterwards"
            axes.errorbar(
                value, where, xerr=np.abs(ends - value), fmt="o", ms=4, color=colour, lw=1.2,
                label=label,
            )  # fmt: skip
        axes.axvline(found.everyone.won.value, color=INK, lw=0.8, ls=":", label="any of them")
        axes.set_yticks(at, [_short(kind.name) for kind in found.kinds])
        axes.set(xlim=(0, None), ylim=(-0.6, len(at) - 0.4), xlabel="won afterwards")
        above(axes, columns=2)

    size = (4.8, max(2.4, 1.2 + 0.32 * len(found.kinds)))
    return drawing(f"touches {sort}", draw, percent_y=False, size=size)


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
