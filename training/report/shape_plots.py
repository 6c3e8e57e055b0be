"""The figures of the shapes: times the odds against the value of a feature."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from training.evaluation.importance import Shape
from training.report.plots import FAINT, GATE, SIZE, WARM, Drawing, above, drawing, short

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Multiples of the odds that an axis may show.
_TIMES = [1 / 20, 1 / 10, 1 / 5, 1 / 3, 1 / 2, 0.7, 0.85, 1, 1.2, 1.5, 2, 3, 5, 10, 20]
_LEAST = 0.1


def draw_shapes(shapes: Sequence[Shape]) -> dict[str, Drawing]:
    """Return the figure of each shape by name, ``shape_1`` the strongest."""
    return {f"shape_{k}": _draw(f"shape_{k}", shape) for k, shape in enumerate(shapes, start=1)}


def _draw(name: str, shape: Shape) -> Drawing:
    draw = _category if shape.labels else _number
    size = (SIZE[0], 1.1 + 0.3 * (len(shape.labels) + 1)) if shape.labels else SIZE
    return drawing(
        name, lambda axes: draw(axes, shape), percent_x=False, percent_y=False, size=size
    )


def _number(axes: Axes, shape: Shape) -> None:
    axes.axhline(0, color=FAINT, lw=1, ls="--")
    axes.fill_between(shape.at, shape.low, shape.high, color=GATE, alpha=0.15, lw=0)
    axes.plot(shape.at, shape.effect, color=GATE, lw=1.8, marker="o", ms=3.5)
    if np.isfinite(shape.unknown):
        axes.axhline(shape.unknown, color=WARM, lw=1.2, ls=":", label="not known")
        above(axes)
    ticks = _ticks(shape)
    axes.set_yticks(np.log(ticks), [_times(t) for t in ticks])
    ends = np.log([ticks[0], ticks[-1]])
    axes.set(xlabel=short(shape.name, 48), ylabel="times the odds", ylim=(ends[0], ends[1]))


def _category(axes: Axes, shape: Shape) -> None:
    labels, effect = list(shape.labels), shape.effect
    low, high = shape.low, shape.high
    if np.isfinite(shape.unknown):
        labels.append("(not known)")
        effect, low, high = (np.append(part, shape.unknown) for part in (effect, low, high))
    at = np.arange(len(labels))[::-1]
    axes.axvline(0, color=FAINT, lw=1, ls="--")
    colours = [GATE if e >= 0 else WARM for e in effect]
    axes.hlines(at, low, high, colors=colours, lw=5, alpha=0.2)
    axes.scatter(effect, at, c=colours, s=24, zorder=3)
    axes.set_yticks(at, [short(label, 24) for label in labels])
    axes.tick_params(axis="y", length=0)
    ticks = _ticks(shape)
    axes.set_xticks(np.log(ticks), [_times(t) for t in ticks])
    ends = np.log([ticks[0], ticks[-1]])
    axes.set(ylim=(-0.6, len(labels) - 0.4), xlabel="times the odds", xlim=(ends[0], ends[1]))


def _ticks(shape: Shape) -> list[float]:
    """Return round multiples that hold the whole shape, a handful of them."""
    held = np.concatenate([shape.low, shape.high, shape.effect, [-_LEAST, _LEAST]])
    held = np.append(held, shape.unknown if np.isfinite(shape.unknown) else 0.0)
    logs = np.log(_TIMES)
    first = max(0, int(np.searchsorted(logs, held.min(), side="right")) - 1)
    last = min(len(logs) - 1, int(np.searchsorted(logs, held.max(), side="left")))
    inside = _TIMES[first : last + 1]
    return inside if len(inside) <= 7 else [t for t in inside if t not in (0.7, 0.85, 1.2, 1.5)]


def _times(multiple: float) -> str:
    return f"×{multiple:.2g}" if multiple >= 0.1 else f"×{multiple:.2f}"
