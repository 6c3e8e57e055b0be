"""The report of a run: one HTML file that needs nothing else, to read on any screen."""

from __future__ import annotations

from dataclasses import dataclass

from markdown_it import MarkdownIt

from leadgate.metrics import METRIC_NAMES
from training.evaluation.gain import at_threshold, curves
from training.evaluation.summary import Summary
from training.report.about import About
from training.report.asked import asked_of
from training.report.earlier import in_words
from training.report.maturity import why_it_ends
from training.report.page import render
from training.report.plots import Drawing, draw_all
from training.report.shape_plots import draw_shapes
from training.report.windows import without_holes
from training.result import TrainingResult


@dataclass(frozen=True)
class Report:
    """The page, and the figures in it as PNG by name."""

    html: str
    plots: dict[str, bytes]


def make_report(
    trained: TrainingResult, card: str, summary: Summary | None, about: About
) -> Report:
    """Return the report of a training run.

    Parameters
    ----------
    card
        The model card, Markdown.
    summary
        Of the evaluation; None where there is none.
    about
        Which version and run it is of.

    Returns
    -------
    Report
        One page without scripts and without a reference to anything outside it.
    """
    drawings: dict[str, Drawing] = {}
    evaluated: dict[str, object] = {}
    evaluation = trained.evaluation
    if evaluation is not None and summary is not None:
        rows, share = evaluation.evaluated, evaluation.capacity_share
        windows = without_holes(evaluation.windows)
        policy = about.policy
        reached = None if policy.by_uplift else at_threshold(rows, policy.threshold)
        evaluated = {"evaluation": evaluation, "summary": summary, "windows": windows}
        evaluated |= {"reached": reached if policy.signal else None}
        drawings = draw_all(rows, summary.parts, curves(rows), share)
    drawings |= draw_shapes(trained.shapes)
    html = render(
        "report.html.j2",
        drawings=drawings,
        trained=trained,
        about=about,
        asked=asked_of(trained, about.champion, about.version),
        changes=[(earlier, in_words(trained, earlier)) for earlier in about.earlier],
        metric_names=METRIC_NAMES,
        card=_markdown(card),
        ends=why_it_ends(trained),
        **evaluated,
    )
    return Report(html, {name: drawing.png for name, drawing in drawings.items()})


def _markdown(text: str) -> str:
    """Return Markdown as HTML: tables yes; raw HTML, links and images no."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    return str(markdown.disable(["link", "autolink", "image", "reference"]).render(text))
