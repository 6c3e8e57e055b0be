"""The page of all versions: whether what was said of each has held."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from experiments.comparison.versions import (
    FIGURES,
    LOG_LOSS,
    RATIO,
    WINS,
    VersionScore,
    VersionsOverTime,
)
from training.report.formats import count
from training.report.page import render
from training.report.plots import FAINT, GATE, WARM, Drawing, drawing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PAGE = "versions.html"


def make_page(over: VersionsOverTime) -> str:
    """Return the page: HTML without scripts and without a reference to anything outside it."""
    return render(
        "versions.html.j2",
        "experiments.comparison",
        drawings=drawings(over),
        over=over,
        names=FIGURES,
        sentence=in_one_sentence(over),
    )


def drawings(over: VersionsOverTime) -> dict[str, Drawing]:
    """Return a picture of each figure over the versions; none where no version has figures."""
    scored = over.scored[::-1]
    return {name: _drawing(name, scored) for name in FIGURES} if scored else {}


def in_one_sentence(over: VersionsOverTime) -> str:
    """Say whether the champion's numbers hold, or else those of the newest version with figures."""
    scored = over.scored
    if not scored:
        return "No version has been out for long enough: too few outcomes matured after each."
    chosen = next((score for score in scored if "champion" in score.aliases), scored[0])
    who = f"{'Champion version' if 'champion' in chosen.aliases else 'Version'} {chosen.version}"
    ratio, loss = chosen.since[RATIO], chosen.since[LOG_LOSS]
    text = (
        f"{who}: of {count(chosen.leads)} leads seen after its data {count(chosen.wins)} were won; "
        f"the predicted-to-actual ratio is {ratio.value:.2f} ({ratio.low:.2f} to {ratio.high:.2f})"
    )
    expected = chosen.expected.get(LOG_LOSS)
    if expected is None:
        return f"{text}, the log loss {loss.value:.3f} ({loss.low:.3f} to {loss.high:.3f})."
    return (
        f"{text}, the log loss {loss.value:.3f} ({loss.low:.3f} to {loss.high:.3f}) where its test "
        f"window had {expected.value:.3f} ({expected.low:.3f} to {expected.high:.3f})."
    )


def _drawing(name: str, scored: list[VersionScore]) -> Drawing:
    """Draw a figure with its intervals, oldest version left, beside that of the test windows."""

    def draw(axes: Axes) -> None:
        at = np.arange(len(scored))
        values, low, high = (
            np.array([getattr(score.since[name], end) for score in scored])
            for end in ("value", "low", "high")
        )
        baselines = np.array([score.since[name].baseline for score in scored])
        axes.hlines(
            baselines, at - 0.4, at + 0.4, colors=FAINT, lw=1.2, ls="--", label=_baseline(name)
        )
        axes.vlines(at, low, high, colors=GATE, lw=1.6)
        axes.scatter(at, values, color=GATE, s=24, zorder=3, label="since")
        said = [(k, s.expected[name].value) for k, s in enumerate(scored) if name in s.expected]
        if said:
            x, y = np.array(said).T
            axes.scatter(
                x + 0.18, y, facecolors="none", edgecolors=WARM, s=24, zorder=3, label="test window"
            )
        axes.set_xticks(at, [f"v{score.version}" for score in scored])
        axes.set(xlim=(-0.6, len(scored) - 0.4), xlabel="version, oldest first")
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, fontsize=8)

    return drawing(f"versions_{name}", draw, percent_x=False, percent_y=name == WINS)


def _baseline(name: str) -> str:
    return {RATIO: "right", LOG_LOSS: "base rate in hindsight"}.get(name, "random")
