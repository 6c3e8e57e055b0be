"""The report of a run: one HTML file that needs nothing else, to read on any screen."""

from __future__ import annotations

from dataclasses import dataclass

from markdown_it import MarkdownIt

from training.evaluation.breakdown import break_down
from training.evaluation.evaluated import Evaluation
from training.evaluation.gain import curves, lines
from training.evaluation.over_time import over_time
from training.evaluation.reliability import calibration_error
from training.report.page import render
from training.report.plots import Drawing, draw_all
from training.report.shape_plots import draw_shapes
from training.result import TrainingResult


@dataclass(frozen=True)
class Report:
    """The page, and the figures in it as PNG by name."""

    html: str
    plots: dict[str, bytes]


def make_report(trained: TrainingResult, card: str) -> Report:
    """Return the report of a training run.

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
    evaluated: dict[str, object] = {}
    if trained.evaluation is not None:
        evaluated, drawings = _evaluated(trained.evaluation)
    drawings |= draw_shapes(trained.shapes)
    html = render(
        "report.html.j2",
        drawings=drawings,
        trained=trained,
        card=_markdown(card),
        **evaluated,
    )
    return Report(html, {name: drawing.png for name, drawing in drawings.items()})


def _evaluated(evaluation: Evaluation) -> tuple[dict[str, object], dict[str, Drawing]]:
    evaluated = evaluation.evaluated
    parts = break_down(evaluated)
    shown: dict[str, object] = {
        "evaluation": evaluation,
        "parts": parts,
        "lines": lines(evaluation),
        "periods": over_time(evaluated, evaluation.base_rate),
        "calibration_error": calibration_error(evaluated),
    }
    return shown, draw_all(evaluated, parts, curves(evaluated), evaluation.capacity_share)


def _markdown(text: str) -> str:
    """Return Markdown as HTML: tables yes; raw HTML, links and images no."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    return str(markdown.disable(["link", "autolink", "image", "reference"]).render(text))
