"""The drawings of the alignment page."""

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
from experiments.figures.share import Share
from leadgate.arrays import Floats
from training.evaluation.gain import Line
from training.report.formats import plain, policy_name
from training.report.plots import FAINT, GATE, INK, WARM, Drawing, above, drawing, short

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STAGE_COLOURS = {"interest": FAINT, "consideration": "#5b8bd0", "purchase": GATE}
_LONGEST = 22


def draw_all(alignment: Alignment) -> dict[str, Drawing]:
    """Return every drawing by name; those for which there is nothing to show are left out."""
    drawings: dict[str, Drawing] = {}
    if len(alignment.weeks) > 1:
        drawings["weeks"] = weeks(alignment.weeks, knows_work=alignment.states.knows_work)
    if alignment.speed is not None and alignment.speed.within:
        drawings["speed"] = speed(alignment.speed)
    if alignment.policies is not None:
        drawings["policies"] = policies(alignment.policies.lines)
    if alignment.journey is not None:
        drawings["journey"] = journey(alignment.journey)
    for place, each in enumerate(alignment.overlaps):
        drawings[f"overlap_{place}"] = overlap(each)
    for name, kinds in alignment.touches.items():
        drawings[f"touches_{name}"] = touches(name, kinds)
    return drawings


def weeks(parts: Sequence[Part], *, knows_work: bool) -> Drawing:
    """Draw the shares worked, never worked and won by the week of the handoff."""

    def draw(axes: Axes) -> None:
        at = np.arange(len(parts))
        kinds = {"worked": FAINT, "never worked": WARM} if knows_work else {}
        for name, colour in {**kinds, "won": GATE}.items():
            value, low, high = _ends([getattr(part, name.replace(" ", "_")) for part in parts])
            axes.plot(at, value, color=colour, lw=1.6, label=name)
            axes.fill_between(at, low, high, color=colour, alpha=0.18, lw=0)
        every = max(1, -(-len(parts) // 5))
        axes.set_xticks(at[::every], [part.name for part in parts][::every])
        axes.set(xlim=(-0.5, len(parts) - 0.5), ylim=(0, None), ylabel="share of leads")
        above(axes)

    return drawing("weeks", draw, percent_x=False)


def speed(waits: Speed) -> Drawing:
    """Draw the share of leads that sales had worked some days after the handoff."""

    def draw(axes: Axes) -> None:
        at = np.arange(len(waits.within))
        value, low, high = _ends(list(waits.within.values()))
        axes.fill_between(at, low, high, color=GATE, alpha=0.18, lw=0, label="90 % interval")
        axes.plot(at, value, color=GATE, lw=1.6, marker="o", ms=4)
        axes.set_xticks(at, ["1 h" if d < 1 else f"{d:g} d" for d in waits.within])
        axes.set(ylim=(0, None), xlabel="after the handoff", ylabel="worked by then")
        above(axes)

    return drawing("speed", draw, percent_x=False)


def policies(lines: Sequence[Line]) -> Drawing:
    """Draw the win rate of the leads that each policy hands off."""

    def draw(axes: Axes) -> None:
        at = np.arange(len(lines))[::-1]
        value, low, high = np.array([(s.won.value, s.won.low, s.won.high) for s in lines]).T
        colours = [GATE if line.name == "the gate" else FAINT for line in lines]
        axes.barh(at, value, color=colours, height=0.6)
        axes.errorbar(value, at, xerr=_reach(value, low, high), fmt="none", ecolor=INK, lw=1.2)
        axes.set_yticks(at, [policy_name(line.name) for line in lines])
        axes.set(xlim=(0, None), xlabel="win rate of the leads handed off")

    return drawing("policies", draw, percent_y=False)


def journey(stages: Journey) -> Drawing:
    """Draw the stages of the journey at each moment, one bar for a moment."""

    def draw(axes: Axes) -> None:
        moments = stages.moments
        at = np.arange(len(moments))[::-1]
        left = np.zeros(len(moments))
        for stage, colour in STAGE_COLOURS.items():
            value = np.array([moment.stages[stage].value for moment in moments])
            axes.barh(at, value, left=left, color=colour, height=0.6, label=stage)
            ink = INK if stage == "interest" else "white"
            for place, share, start in zip(at, value, left, strict=True):
                if share > 0.08:
                    label = f"{100 * share:.0f} %"
                    axes.text(start + share / 2, place, label, color=ink, ha="center", va="center")
            left += value
        axes.set_yticks(at, [moment.name for moment in moments])
        axes.set(xlim=(0, 1), ylim=(-0.5, len(at) - 0.5 + 0.35), xlabel="share of leads")
        above(axes)

    return drawing("journey", draw, percent_y=False)


def overlap(mix: Overlap) -> Drawing:
    """Draw each value's share of the audience beside its share of the customers."""

    def draw(axes: Axes) -> None:
        at = np.arange(len(mix.values))[::-1]
        sides = {"audience": (0.2, FAINT), "customers": (-0.2, GATE)}
        for name, (shift, colour) in sides.items():
            value, low, high = _ends([getattr(each, name) for each in mix.values])
            reach = _reach(value, low, high)
            axes.barh(at + shift, value, color=colour, height=0.36, label=name)
            axes.errorbar(value, at + shift, xerr=reach, fmt="none", ecolor=INK, lw=0.8)
        axes.set_yticks(at, [short(value.name, _LONGEST) for value in mix.values])
        axes.set(xlim=(0, None), xlabel="share")
        above(axes, columns=2)

    size = (4.8, max(2.0, 0.8 + 0.42 * len(mix.values)))
    return drawing(f"overlap {mix.segment}", draw, percent_y=False, size=size)


def touches(sort: str, acts: Touches) -> Drawing:
    """Draw how many leads were won after each kind, by stage with a model that discriminates."""

    def draw(axes: Axes) -> None:
        at = np.arange(len(acts.kinds))[::-1]
        staged = {stage for kind in acts.kinds for stage in kind.stages}
        sides = {stage: colour for stage, colour in STAGE_COLOURS.items() if stage in staged}
        shifts = np.linspace(0.25, -0.25, len(sides)) if sides else [0.0]
        for (stage, colour), shift in zip((sides or {"all": GATE}).items(), shifts, strict=True):
            shares = [kind.stages.get(stage) if sides else kind.won for kind in acts.kinds]
            drawn = [share is not None for share in shares]
            value, low, high = _ends([share for share in shares if share is not None])
            axes.errorbar(
                value, at[drawn] + shift, xerr=_reach(value, low, high), fmt="o", ms=4,
                color=colour, lw=1.2, label=stage if sides else "won afterwards",
            )  # fmt: skip
        axes.axvline(acts.everyone.won.value, color=INK, lw=0.8, ls=":", label="any of them")
        names = [plain(k.name) if sort == "activities" else k.name for k in acts.kinds]
        axes.set_yticks(at, [short(name, _LONGEST) for name in names])
        axes.set(xlim=(0, None), ylim=(-0.6, len(at) - 0.4), xlabel="won afterwards")
        above(axes, columns=2)

    size = (4.8, max(2.4, 1.2 + 0.32 * len(acts.kinds)))
    return drawing(f"touches {sort}", draw, percent_y=False, size=size)


def _ends(shares: Sequence[Share]) -> Floats:
    """Return the values, the lower and the upper ends of shares, shape (3, n)."""
    return np.array([(share.value, share.low, share.high) for share in shares]).reshape(-1, 3).T


def _reach(value: Floats, low: Floats, high: Floats) -> Floats:
    """Return how far an interval reaches to either side, shape (2, n)."""
    return np.abs(np.stack([low, high]) - value)
