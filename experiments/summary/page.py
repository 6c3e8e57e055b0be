"""The page for leaders: one HTML file, its first screen made for a phone."""

from __future__ import annotations

from experiments.summary.sentences import amount, headline
from experiments.summary.summary import Summary
from training.report.page import render

# Rows of a table that stand on the first screen; the others unfold.
SHOWN = 3


def make_summary(summary: Summary) -> str:
    """Return what a leader reads, as HTML; see `render`."""
    return render(
        "summary.html.j2",
        "experiments.summary",
        drawings={},
        s=summary,
        headline=headline(summary),
        shown=SHOWN,
        amount=amount,
    )
