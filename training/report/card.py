"""The model card: what the model is for, what it was made of and how far to trust it."""

from __future__ import annotations

import math

from features.parsing.times import NAT, iso
from leadgate.metrics import METRIC_NAMES
from training.evaluation.summary import Summary
from training.report.maturity import why_it_ends
from training.report.page import environment
from training.result import TrainingResult


def card(trained: TrainingResult, summary: Summary | None) -> str:
    """Return the card as Markdown; it holds no data of any lead."""
    span = "without dates, in the order of its rows"
    if trained.data_until != NAT:
        span = f"from {iso(trained.data_from)} to {iso(trained.data_until)}"
    templates = environment()
    templates.filters["precise"] = _precise
    text = templates.get_template("card.md.j2").render(
        trained=trained,
        span=span,
        ends=why_it_ends(trained),
        summary=summary,
        metrics=METRIC_NAMES,
        blend=[f"{tried.name} {tried.weight:.2f}" for tried in trained.tried if tried.weight > 0],
    )
    return f"{text}\n"


def _precise(value: float) -> str:
    """Return a figure with four decimals; a hyphen where it is not defined."""
    return f"{value:.4f}" if math.isfinite(value) else "-"
