"""The report of a run: one HTML file that needs nothing else, to read on any screen."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime

import jinja2
import numpy as np
from markdown_it import MarkdownIt

from features.times import NAT
from leadgate import __version__
from training.breakdown import Group, break_down
from training.gain import curves, lines
from training.plots import Drawing, draw_all
from training.result import Evaluation, Metric, Trained

DASH = "–"


@dataclass(frozen=True)
class Report:
    """The page, and the figures in it as PNG by name."""

    html: str
    plots: dict[str, bytes]


def make_report(trained: Trained, card: str) -> Report:
    """Write down what a training run found.

    Parameters
    ----------
    card
        The model card, Markdown.

    Returns
    -------
    Report
        One page without scripts and without a reference to anything outside it.
    """
    drawings: dict[str, Drawing] = {}
    found: dict[str, object] = {}
    if trained.evaluation is not None:
        found, drawings = _judgement(trained.evaluation)
    html = (
        _templates()
        .get_template("report.html.j2")
        .render(
            trained=trained,
            card=_markdown(card),
            made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
            version=__version__,
            drawings=drawings,
            **found,
        )
    )
    return Report(html, {name: drawing.png for name, drawing in drawings.items()})


def _judgement(evaluation: Evaluation) -> tuple[dict[str, object], dict[str, Drawing]]:
    judged = evaluation.judged
    parts = break_down(judged)
    found = {"evaluation": evaluation, "parts": parts, "lines": lines(evaluation)}
    return found, draw_all(judged, parts, curves(judged), evaluation.capacity_share)


def _templates() -> jinja2.Environment:
    templates = jinja2.Environment(
        loader=jinja2.PackageLoader("training"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters |= {
        "figure": figure,
        "percent": percent,
        "count": count,
        "day": day,
        "interval": interval,
    }
    return templates


def figure(value: float) -> str:
    """Return a number with three decimals; a dash where it is not defined."""
    return f"{value:.3f}" if math.isfinite(value) else DASH


def percent(share: float) -> str:
    """Return a share in per cent; a dash where it is not defined."""
    return f"{100 * share:.1f} %" if math.isfinite(share) else DASH


def count(value: float) -> str:
    """Return a number of leads or rows."""
    return f"{value:,.0f}"


def day(us: int) -> str:
    """Return the day of an instant in microseconds UTC; a dash without dates."""
    return DASH if us == NAT else str(np.datetime64(us, "us").astype("datetime64[D]"))


def interval(metric: Metric | Group, style: str = "figure") -> str:
    """Return the ends of an interval, as figures or in per cent."""
    if style == "percent" and math.isfinite(metric.low):
        return f"{100 * metric.low:.1f} to {percent(metric.high)}"
    return f"{figure(metric.low)} to {figure(metric.high)}" if math.isfinite(metric.low) else DASH


def _markdown(text: str) -> str:
    """Return Markdown as HTML: tables yes; raw HTML, links and images no."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    return str(markdown.disable(["link", "autolink", "image", "reference"]).render(text))
